package io.millrace.cli.send.rows;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads a JSON file: an object, an array of objects, or several objects, be it one on each line.
 * Objects on lines of their own are read line by line, so that one bad line costs no other.
 * Elsewhere nothing that follows an error can be understood, and the rest of the file is refused.
 */
public final class JsonFileReader implements RowReader {

  private final Optional<Charset> charset;

  public JsonFileReader(Optional<Charset> charset) {
    this.charset = charset;
  }

  @Override
  public void read(Path path, InputStream in, RowSink sink) throws IOException {
    StrictText text = StrictText.of(in, charset);
    var lines = new TextLines(text, JsonLinesReader.LONGEST_LINE);
    Optional<TextLines.Line> first = lines.next();
    Optional<TextLines.Line> second = first.isEmpty() ? first : lines.next();
    boolean lineByLine =
        second.isPresent()
            && first.get().text().stripLeading().startsWith("{")
            && (isObject(first.get()) || isObject(second.get()));
    if (!lineByLine) {
      var start = new StringBuilder();
      first.ifPresent(line -> addAtItsNumber(start, line, 1));
      second.ifPresent(line -> addAtItsNumber(start, line, first.orElseThrow().number()));
      Optional<BufferedReader> rest = lines.rest();
      rest.ifPresent(_ -> start.append('\n'));
      readValues(
          path, text, new PrefixedReader(start, rest.orElseGet(JsonFileReader::nothing)), sink);
    } else if (JsonLinesReader.emit(path, lines, first.get(), sink)) {
      JsonLinesReader.readAll(path, lines, second, sink);
    }
  }

  private static BufferedReader nothing() {
    return new BufferedReader(Reader.nullReader());
  }

  private static boolean isObject(TextLines.Line line) {
    try {
      return !line.tooLong() && JsonTree.parse(line.text()).isObject();
    } catch (IOException e) {
      return false;
    }
  }

  /** Adds a line after as many ends of lines as give it its number again. */
  private static void addAtItsNumber(StringBuilder start, TextLines.Line line, long before) {
    start.repeat('\n', (int) Math.clamp(line.number() - before, 0, 1 << 20)).append(line.text());
  }

  private static void readValues(Path path, StrictText text, Reader reader, RowSink sink)
      throws IOException {
    try (JsonParser parser = JsonTree.FACTORY.createParser(reader)) {
      boolean array = parser.nextToken() == JsonToken.START_ARRAY;
      if (array) {
        parser.nextToken();
      }
      boolean more = true;
      for (long number = 1; more && hasValue(parser); number++) {
        more = readValue(path, text, parser, array ? number : -number, sink);
      }
      if (more && parser.nextToken() != null) {
        sink.reject(path + ":" + line(parser), "something follows the end of the array");
      }
    } catch (JacksonException e) {
      long line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      String reason = text.problemUpTo(line).orElseGet(() -> JsonTree.problem(e));
      sink.reject(path + ":" + line, reason + " (nothing from there on was read)");
    }
  }

  private static boolean hasValue(JsonParser parser) {
    return parser.currentToken() != null && parser.currentToken() != JsonToken.END_ARRAY;
  }

  private static long line(JsonParser parser) {
    return parser.currentTokenLocation().getLineNr();
  }

  /** Reads one value; {@code number} is negative outside an array, where -1 may be the only one. */
  private static boolean readValue(
      Path path, StrictText text, JsonParser parser, long number, RowSink sink) throws IOException {
    String where = path + ":" + line(parser);
    JsonNode value = JsonTree.value(parser);
    Optional<String> problem = text.problemUpTo(parser.currentLocation().getLineNr());
    JacksonException broken = null;
    try {
      parser.nextToken();
    } catch (JacksonException e) {
      broken = e;
    }
    boolean only = number == -1 && broken == null && !hasValue(parser);
    boolean more = true;
    if (problem.isPresent()) {
      sink.reject(where, problem.get());
    } else {
      more = JsonLinesReader.emit(where, only ? 0 : Math.abs(number), value, sink);
    }
    if (broken != null) {
      throw broken;
    }
    return more;
  }

  /** What was read already, and then the rest. */
  private static final class PrefixedReader extends Reader {

    private final CharBuffer start;
    private final BufferedReader rest;

    PrefixedReader(CharSequence start, BufferedReader rest) {
      this.start = CharBuffer.wrap(start);
      this.rest = rest;
    }

    @Override
    public int read(char[] target, int from, int length) throws IOException {
      if (!start.hasRemaining()) {
        return rest.read(target, from, length);
      }
      int count = Math.min(length, start.remaining());
      start.get(target, from, count);
      return count;
    }

    @Override
    public void close() throws IOException {
      rest.close();
    }
  }
}
