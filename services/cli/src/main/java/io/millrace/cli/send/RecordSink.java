package io.millrace.cli.send;

/** Takes what is read from files. */
public interface RecordSink {

  /**
   * Takes a record.
   *
   * @param key the id
   * @param value as it goes onto the topic
   * @param contentType the media type of the value
   * @return whether more is wanted
   */
  boolean accept(String key, byte[] value, String contentType);

  /**
   * Is told of something that cannot be sent.
   *
   * @param where the file and, in it, the line or the number
   * @param reason for the person who sends it
   */
  void reject(String where, String reason);
}
