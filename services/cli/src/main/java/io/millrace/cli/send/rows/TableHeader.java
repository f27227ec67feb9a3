package io.millrace.cli.send.rows;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/**
 * Finds the names of a table's columns, and its separator.
 *
 * @param needed the columns that a table must have
 * @param wanted the columns that it may have
 * @param headerless whether a table without names is understood, given the cells of its first line:
 *     it has the needed columns in their order
 * @param option the option that names a column that is called otherwise, for messages
 */
public record TableHeader(
    List<String> needed, List<String> wanted, Predicate<List<String>> headerless, String option) {

  private static final int LONGEST = 1 << 16;

  /**
   * What was found.
   *
   * @param names of the columns; the needed ones are spelled as they were asked for
   * @param inFile whether the next line of the file holds them
   * @param linesBefore the number of lines that were read
   */
  record ParsedHeader(List<String> names, char delimiter, boolean inFile, long linesBefore) {}

  public TableHeader {
    needed = List.copyOf(needed);
    wanted = List.copyOf(wanted);
  }

  /** The format of a table. Empty lines are kept, so that lines can be counted. */
  static CSVFormat format(char delimiter, boolean quotes) {
    return CSVFormat.DEFAULT
        .builder()
        .setDelimiter(delimiter)
        .setQuote(quotes ? '"' : null)
        .setIgnoreEmptyLines(false)
        .get();
  }

  /**
   * Reads no more than lines that are not part of the table; the reader is left before its first.
   * Empty if there is none.
   *
   * @throws UnreadableFileException if the needed columns are not there
   */
  Optional<ParsedHeader> find(BufferedReader reader, List<Character> delimiters, boolean quotes)
      throws IOException {
    long before = 0;
    String line = peek(reader);
    while (line != null && line.isBlank()) {
      reader.readLine();
      before++;
      line = peek(reader);
    }
    if (line == null) {
      return Optional.empty();
    }
    boolean named = line.matches("sep=."); // Excel's own way to name the separator.
    List<Character> candidates = named ? List.of(line.charAt(4)) : delimiters;
    if (named) {
      reader.readLine();
      before++;
      line = String.valueOf(peek(reader));
    }
    for (char delimiter : candidates) {
      List<String> cells = cells(line, delimiter, quotes);
      Optional<List<String>> names = named(cells);
      if (names.isPresent()) {
        return Optional.of(new ParsedHeader(names.get(), delimiter, true, before));
      }
      if (headerless.test(cells)) {
        return Optional.of(new ParsedHeader(needed, delimiter, false, before));
      }
    }
    String first = line;
    throw new UnreadableFileException(
        candidates.stream()
            .map(delimiter -> cells(first, delimiter, quotes))
            .flatMap(cells -> twice(cells).stream())
            .findFirst()
            .orElseGet(() -> problem(cells(first, candidates.getFirst(), quotes))));
  }

  private static @Nullable String peek(BufferedReader reader) throws IOException {
    reader.mark(LONGEST);
    char[] start = new char[LONGEST - 1];
    int count = 0;
    int more = reader.read(start, 0, start.length);
    while (more > 0 && !new String(start, count, more).contains("\n")) {
      count += more;
      more = reader.read(start, count, start.length - count);
    }
    count += Math.max(more, 0);
    reader.reset();
    return count == 0 ? null : new String(start, 0, count).lines().findFirst().orElse("");
  }

  private static List<String> cells(String line, char delimiter, boolean quotes) {
    try (CSVParser parser = CSVParser.parse(line, format(delimiter, quotes))) {
      return parser.stream().findFirst().map(CSVRecord::toList).orElse(List.of());
    } catch (IOException | UncheckedIOException e) {
      return List.of(line); // A quoted name with a line end in it: no column that is needed.
    }
  }

  /** The names, if the needed ones are among them, once each. */
  private Optional<List<String>> named(List<String> cells) {
    List<String> names = new ArrayList<>();
    for (String cell : cells) {
      names.add(cell.strip());
    }
    for (String column : wanted) {
      if (!spell(column, names) && isTwice(column, names)) {
        return Optional.empty();
      }
    }
    return needed.stream().allMatch(column -> spell(column, names))
        ? Optional.of(names)
        : Optional.empty();
  }

  /** Whether a column is there once; it is then spelled so in upper and lower case. */
  private static boolean spell(String column, List<String> names) {
    List<String> alike = names.stream().filter(column::equalsIgnoreCase).toList();
    List<String> found =
        alike.contains(column) ? alike.stream().filter(column::equals).toList() : alike;
    if (found.size() != 1) {
      return false;
    }
    names.set(names.indexOf(found.getFirst()), column);
    return true;
  }

  /** Whether a column is there more than once, and it is not clear which is meant. */
  private static boolean isTwice(String column, List<String> names) {
    List<String> alike =
        names.stream().map(String::strip).filter(column::equalsIgnoreCase).toList();
    return alike.size() > 1 && alike.stream().filter(column::equals).count() != 1;
  }

  private Optional<String> twice(List<String> cells) {
    return Stream.concat(needed.stream(), wanted.stream())
        .filter(column -> isTwice(column, cells))
        .findFirst()
        .map("the column '%s' occurs twice in its first line: rename one of them"::formatted);
  }

  private String problem(List<String> cells) {
    String columns = FieldNames.list(cells.iterator());
    return "has no column %s in its first line, which holds %s: %s"
        .formatted(
            String.join(" and ", needed.stream().map(name -> "'" + name + "'").toList()),
            columns.length() > 200 ? columns.substring(0, 200) + "…" : columns,
            option);
  }
}
