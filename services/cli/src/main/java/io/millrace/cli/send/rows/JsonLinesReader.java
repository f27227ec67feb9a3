package io.millrace.cli.send.rows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.schemas.input.InputDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads JSON lines: an object on each line. A line that is no object is refused; reading goes on at
 * the next.
 */
public final class JsonLinesReader implements RowReader {

  static final int LONGEST_LINE = InputDecoder.MAX_VALUE_BYTES;

  private final Optional<Charset> charset;

  public JsonLinesReader(Optional<Charset> charset) {
    this.charset = charset;
  }

  @Override
  public void read(Path path, InputStream in, RowSink sink) throws IOException {
    var lines = new TextLines(StrictText.of(in, charset), LONGEST_LINE);
    Optional<TextLines.Line> first = lines.next();
    if (first.isPresent() && first.get().text().stripLeading().startsWith("[")) {
      throw new UnreadableFileException(
          "holds a JSON array, not an object on each line: name it .json, or say --as json");
    }
    readAll(path, lines, first, sink);
  }

  /** Takes a line and all that follow it. */
  static void readAll(Path path, TextLines lines, Optional<TextLines.Line> first, RowSink sink)
      throws IOException {
    Optional<TextLines.Line> line = first;
    while (line.isPresent() && emit(path, lines, line.get(), sink)) {
      line = lines.next();
    }
  }

  /** Takes a line; returns whether to continue. */
  static boolean emit(Path path, TextLines lines, TextLines.Line line, RowSink sink) {
    String where = path + ":" + line.number();
    Optional<String> problem = lines.problem(line);
    if (problem.isPresent()) {
      sink.reject(where, problem.get());
      return true;
    }
    try {
      return emit(where, line.number(), JsonTree.parse(line.text()), sink);
    } catch (IOException e) {
      sink.reject(where, JsonTree.problem(e));
      return true;
    }
  }

  static boolean emit(String where, long number, JsonNode value, RowSink sink) {
    if (value instanceof ObjectNode object) {
      return sink.accept(new Row(where, number, object));
    }
    sink.reject(where, "not a JSON object");
    return true;
  }
}
