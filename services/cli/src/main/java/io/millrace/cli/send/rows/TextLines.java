package io.millrace.cli.send.rows;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.Optional;

/** The lines of a text that are not blank, without their ends and of bounded length. */
final class TextLines {

  private static final char BYTE_ORDER_MARK = '\ufeff';

  private final StrictText text;
  private final BufferedReader reader;
  private final int longest;
  private long number;
  private boolean afterReturn;

  /**
   * A line.
   *
   * @param number from 1, blank lines counted
   * @param text without a byte order mark: files that were put together have one in the middle
   * @param tooLong whether the end of the line was passed over
   */
  record Line(long number, String text, boolean tooLong) {}

  /**
   * Creates the lines of a text.
   *
   * @param longest the most characters of a line
   */
  TextLines(StrictText text, int longest) {
    this.text = text;
    this.reader = new BufferedReader(text);
    this.longest = longest;
  }

  /** Reads the next line that is not blank; empty at the end of the text. */
  Optional<Line> next() throws IOException {
    Optional<Line> line = read();
    while (line.isPresent() && line.get().text().isBlank() && !line.get().tooLong()) {
      line = read();
    }
    return line;
  }

  /** Why a line cannot be used, if it cannot. To be asked once for each, in their order. */
  Optional<String> problem(Line line) {
    Optional<String> ofCharset = text.problemUpTo(line.number());
    return line.tooLong()
        ? Optional.of("longer than the limit of %d characters".formatted(longest))
        : ofCharset;
  }

  /** What follows the end of the last line; empty if nothing does. */
  Optional<BufferedReader> rest() throws IOException {
    reader.mark(2);
    boolean lineEnd = reader.read() == '\n';
    if (!lineEnd || !afterReturn) {
      reader.reset();
    }
    reader.mark(1);
    boolean ended = reader.read() < 0;
    reader.reset();
    return ended ? Optional.empty() : Optional.of(reader);
  }

  private Optional<Line> read() throws IOException {
    int c = reader.read();
    if (c == '\n' && afterReturn) {
      c = reader.read();
    }
    if (c < 0) {
      return Optional.empty();
    }
    number++;
    var line = new StringBuilder();
    boolean tooLong = false;
    while (c >= 0 && c != '\n' && c != '\r') {
      if (line.length() < longest) {
        line.append((char) c);
      } else {
        tooLong = true;
      }
      c = reader.read();
    }
    afterReturn = c == '\r';
    boolean marked = !line.isEmpty() && line.charAt(0) == BYTE_ORDER_MARK;
    return Optional.of(new Line(number, line.substring(marked ? 1 : 0), tooLong));
  }
}
