package io.millrace.cli.send;

import io.millrace.cli.dataset.Idx;
import io.millrace.cli.send.rows.UnreadableFileException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How a file holds its records. */
public enum InputFormat {
  /** One document. */
  TEXT(InputKind.DOCUMENTS),
  /** An object, an array of objects, or several objects. */
  JSON(InputKind.DOCUMENTS, InputKind.IMAGES, InputKind.LABELS),
  /** An object on each line. */
  JSONL(InputKind.DOCUMENTS, InputKind.IMAGES, InputKind.LABELS),
  /** A table with commas or semicolons. */
  CSV(InputKind.DOCUMENTS, InputKind.LABELS),
  /** A table with tabs. */
  TSV(InputKind.DOCUMENTS, InputKind.LABELS),
  /** A table of columns. */
  PARQUET(InputKind.DOCUMENTS, InputKind.IMAGES, InputKind.LABELS),
  /** One image. */
  IMAGE(InputKind.IMAGES),
  /** Images or labels as MNIST has them. */
  IDX(InputKind.IMAGES, InputKind.LABELS);

  private static final Map<String, InputFormat> BY_ENDING =
      Map.ofEntries(
          Map.entry("json", JSON),
          Map.entry("jsonl", JSONL),
          Map.entry("ndjson", JSONL),
          Map.entry("csv", CSV),
          Map.entry("tsv", TSV),
          Map.entry("tab", TSV),
          Map.entry("parquet", PARQUET),
          Map.entry("pq", PARQUET));

  private static final Set<String> TEXT_ENDINGS =
      Set.of("", "txt", "text", "md", "markdown", "rst", "log");

  private static final Set<String> LABEL_LINES = Set.of("", "txt", "text");

  private static final byte[] PARQUET_MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

  private final Set<InputKind> kinds;

  InputFormat(InputKind... kinds) {
    this.kinds = Set.of(kinds);
  }

  /** Whether records of a kind can be held in it. */
  boolean holds(InputKind kind) {
    return kinds.contains(kind);
  }

  /** The formats of a kind, as they are written on the command line. */
  static String namesOf(InputKind kind) {
    return Stream.of(values())
        .filter(format -> format.holds(kind))
        .map(InputFormat::toString)
        .collect(Collectors.joining(", "));
  }

  /**
   * The format of a file: by its first bytes if they tell, else by the ending of its name.
   *
   * @param in the start of its content; supports mark, and is left there
   * @throws UnreadableFileException if the kind has no reader for the format
   */
  static InputFormat of(InputKind kind, InputFile file, InputStream in) throws IOException {
    in.mark(ForeignFormat.LONGEST_MAGIC);
    byte[] start = in.readNBytes(ForeignFormat.LONGEST_MAGIC);
    in.reset();
    if (start.length == 0) {
      throw new UnreadableFileException("is empty");
    }
    Optional<InputFormat> byContent = byContent(kind, start);
    Optional<String> foreign = ForeignFormat.advice(start, file.ending());
    if (byContent.isEmpty() && foreign.isPresent()) {
      throw new UnreadableFileException(foreign.get());
    }
    Optional<InputFormat> format = byContent.or(() -> byEnding(kind, file.ending()));
    return format
        .filter(found -> found.holds(kind))
        .orElseThrow(() -> new UnreadableFileException(unknown(kind, file, format)));
  }

  private static Optional<InputFormat> byContent(InputKind kind, byte[] start) {
    int magic = start.length < 4 ? 0 : ByteBuffer.wrap(start).getInt();
    if (IDX.holds(kind) && (magic == Idx.IMAGES || magic == Idx.LABELS)) {
      return Optional.of(IDX);
    }
    return ForeignFormat.startsWith(start, PARQUET_MAGIC) ? Optional.of(PARQUET) : Optional.empty();
  }

  private static Optional<InputFormat> byEnding(InputKind kind, String ending) {
    InputFormat named = BY_ENDING.get(ending);
    if (named != null) {
      return Optional.of(named);
    }
    return switch (kind) {
      case DOCUMENTS -> TEXT_ENDINGS.contains(ending) ? Optional.of(TEXT) : Optional.empty();
      case LABELS -> LABEL_LINES.contains(ending) ? Optional.of(CSV) : Optional.empty();
      case IMAGES -> Optional.of(IMAGE); // The decoder knows them by their first bytes.
    };
  }

  private static String unknown(InputKind kind, InputFile file, Optional<InputFormat> found) {
    String read =
        switch (kind) {
          case DOCUMENTS ->
              "documents are read from .txt, .text, .md, .rst, .log and names without ending (one"
                  + " document each), and from .json, .jsonl, .ndjson, .csv, .tsv and .parquet";
          case LABELS ->
              "labels are read from .csv, .tsv, .txt, .json, .jsonl, .ndjson, .parquet and IDX"
                  + " files";
          case IMAGES ->
              "images are read from image files, and from IDX, .json, .jsonl and .parquet";
        };
    String what =
        found.map(format -> "is " + format.name()).orElse("has the ending ." + file.ending());
    return what + ": " + read + (kind == InputKind.IMAGES ? "" : "; --as says how to read another");
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
