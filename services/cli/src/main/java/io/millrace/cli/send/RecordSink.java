package io.millrace.cli.send;

/** Receives the records that are read from files. */
public interface RecordSink {

  /**
   * Accepts a record.
   *
   * @param key the id
   * @param value as it is sent to the topic
   * @param contentType the media type of the value
   * @return whether to continue reading
   */
  boolean accept(String key, byte[] value, String contentType);

  /**
   * Reports something that cannot be sent.
   *
   * @param where the file, and the line or number in it
   * @param reason why it cannot be sent
   */
  void reject(String where, String reason);
}
