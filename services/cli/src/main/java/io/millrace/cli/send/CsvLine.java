package io.millrace.cli.send;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Parses a line of comma-separated values (RFC 4180): quoted fields, quotes doubled inside. */
final class CsvLine {

  private CsvLine() {}

  /** The two fields of a line; empty if it has more or fewer, or an unclosed quote. */
  static Optional<String[]> parsePair(String line) {
    List<String> fields = new ArrayList<>();
    var field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"') {
        boolean doubled = quoted && i + 1 < line.length() && line.charAt(i + 1) == '"';
        if (doubled) {
          field.append('"');
          i++;
        } else {
          quoted = !quoted;
        }
      } else if (c == ',' && !quoted) {
        fields.add(field.toString());
        field.setLength(0);
      } else {
        field.append(c);
      }
    }
    fields.add(field.toString());
    return quoted || fields.size() != 2
        ? Optional.empty()
        : Optional.of(fields.toArray(String[]::new));
  }
}
