package io.millrace.cli.send;

/** Receives the records that are read from files. */
interface RecordSink {

  /** Accepts a record; returns whether to continue reading. */
  boolean accept(InputRecord input);

  /**
   * Reports something that cannot be sent.
   *
   * @param where the file, and the line or number in it
   * @param reason why it cannot be sent, and what to do
   */
  void reject(String where, String reason);
}
