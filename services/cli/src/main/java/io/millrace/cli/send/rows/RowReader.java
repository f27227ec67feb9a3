package io.millrace.cli.send.rows;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** Reads the records of files of one format. */
public interface RowReader {

  /**
   * Reads a file to its end, or until the sink wants no more.
   *
   * @param path of the file, for messages
   * @param in its content, decompressed; supports mark
   * @throws IOException if the file cannot be read; the records before stay accepted
   */
  void read(Path path, InputStream in, RowSink sink) throws IOException;
}
