package io.millrace.cli.send;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Takes one kind of input out of files. */
interface InputReader {

  /**
   * Reads a file, until its end or until no more is wanted.
   *
   * @param in the file's bytes, unzipped; can be marked
   * @throws IOException if it cannot be read on; what was taken before counts
   */
  void read(InputFile file, InputStream in, RecordSink sink) throws IOException;

  /**
   * The reader of a kind.
   *
   * @param label given to every record, but for those that have one; empty for none
   */
  static InputReader of(InputKind kind, Optional<String> label) {
    return switch (kind) {
      case IMAGES -> new ImageFileReader(label);
      case DOCUMENTS -> new DocumentFileReader(label);
      case LABELS -> new LabelFileReader();
    };
  }
}
