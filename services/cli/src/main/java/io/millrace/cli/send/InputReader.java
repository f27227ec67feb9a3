package io.millrace.cli.send;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Reads one kind of input from files. */
interface InputReader {

  /**
   * Reads a file to its end, or until the sink wants no more.
   *
   * @param in the decompressed content; supports mark
   * @throws IOException if reading fails; records accepted before stay sent
   */
  void read(InputFile file, InputStream in, RecordSink sink) throws IOException;

  /**
   * The reader of a kind.
   *
   * @param label the label of records that have none of their own; empty for none
   */
  static InputReader of(InputKind kind, Optional<String> label) {
    return switch (kind) {
      case IMAGES -> new ImageFileReader(label);
      case DOCUMENTS -> new DocumentFileReader(label);
      case LABELS -> new LabelFileReader();
    };
  }
}
