package io.millrace.cli.send.rows;

/** Receives the records that are read from a file. */
public interface RowSink {

  /** Takes a record; returns whether to continue. */
  boolean accept(Row row);

  /**
   * Reports what is no record.
   *
   * @param where the file and the place in it
   * @param reason why, and what to do
   */
  void reject(String where, String reason);
}
