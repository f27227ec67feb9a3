package io.millrace.cli.send.rows;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * Reads tables with separators (RFC 4180), the names of whose columns are in the first line. A cell
 * without text is null. The separator is the one with which the first line has the needed columns:
 * Excel writes semicolons in half of the world.
 */
public final class SeparatedReader implements RowReader {

  private final Options options;
  private final TableHeader header;

  /**
   * How tables are read.
   *
   * @param charset the one that was given
   * @param delimiters the separators that may be meant, the likeliest first
   * @param quotes whether a cell may stand in quotes
   */
  public record Options(Optional<Charset> charset, List<Character> delimiters, boolean quotes) {

    public Options {
      delimiters = List.copyOf(delimiters);
    }
  }

  public SeparatedReader(Options options, TableHeader header) {
    this.options = options;
    this.header = header;
  }

  @Override
  public void read(Path path, InputStream in, RowSink sink) throws IOException {
    StrictText text = StrictText.of(in, options.charset());
    var reader = new BufferedReader(text);
    Optional<TableHeader.ParsedHeader> found = find(text, reader);
    if (found.isEmpty()) {
      return;
    }
    try (CSVParser parser =
        new CSVParser(reader, TableHeader.format(found.get().delimiter(), options.quotes()))) {
      new Table(path, text, found.get(), sink).read(parser);
    }
  }

  private Optional<TableHeader.ParsedHeader> find(StrictText text, BufferedReader reader)
      throws IOException {
    try {
      return header.find(reader, options.delimiters(), options.quotes());
    } catch (UnreadableFileException e) {
      text.requireNoProblem(); // What is no text has no columns either.
      throw e;
    }
  }

  /** Reads the rows of one table. */
  private record Table(Path path, StrictText text, TableHeader.ParsedHeader found, RowSink sink) {

    void read(CSVParser parser) {
      long before = found.linesBefore();
      long start = before + 1;
      try {
        Iterator<CSVRecord> rows = parser.iterator();
        boolean headed = found.inFile();
        boolean more = true;
        while (more && rows.hasNext()) {
          CSVRecord row = rows.next();
          long end = before + parser.getCurrentLineNumber();
          more = headed ? header(start, end) : emit(row, start, end);
          headed = false;
          start = end + 1;
        }
      } catch (UncheckedIOException e) {
        String reason =
            text.problemUpTo(Long.MAX_VALUE)
                .orElseGet(
                    () -> e.getCause() instanceof CSVException csv ? quoting(csv) : e.getMessage());
        sink.reject(path + ":" + start, reason + " (nothing from there on was read)");
      }
    }

    private boolean header(long start, long end) {
      text.problemUpTo(end).ifPresent(problem -> sink.reject(path + ":" + start, problem));
      return true;
    }

    private boolean emit(CSVRecord row, long start, long end) {
      String where = path + ":" + start;
      Optional<String> problem = text.problemUpTo(end);
      List<String> names = found.names();
      if (problem.isPresent()) {
        sink.reject(where, problem.get());
        return true;
      }
      if (row.size() == 1 && row.get(0).isBlank()) {
        return true;
      }
      if (row.size() != names.size()) {
        sink.reject(where, fieldCount(row.size(), names.size()));
        return true;
      }
      ObjectNode fields = JsonNodeFactory.instance.objectNode();
      for (int i = 0; i < names.size(); i++) {
        if (!names.get(i).isEmpty()) {
          fields.put(names.get(i), row.get(i).isEmpty() ? null : row.get(i));
        }
      }
      return sink.accept(new Row(where, start, fields));
    }

    private String fieldCount(int count, int needed) {
      return "needs %s fields, has %d: put a field that holds %s or a line end in quotes"
          .formatted(
              needed == 2 ? "two" : needed,
              count,
              found.delimiter() == '\t' ? "a tab" : "'" + found.delimiter() + "'");
    }

    private static String quoting(CSVException e) {
      return "a quoted field is not closed, or more than the separator follows it ("
          + e.getMessage()
          + "): double the quotes inside it, or say --no-quotes if they are part of the text";
    }
  }
}
