package io.millrace.cli.send;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** Reads the non-blank lines of UTF-8 text, numbered from 1. */
final class TextLines {

  /** Receives a line; returns whether to continue. */
  interface Visitor {
    boolean visit(long number, String line);
  }

  private final BufferedReader reader;

  private TextLines(BufferedReader reader) {
    this.reader = reader;
  }

  static TextLines of(InputStream in) {
    return new TextLines(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)));
  }

  void forEach(Visitor visitor) throws IOException {
    long number = 0;
    boolean more = true;
    while (more) {
      String line = reader.readLine();
      number++;
      more = line != null && (line.isBlank() || visitor.visit(number, line));
    }
  }
}
