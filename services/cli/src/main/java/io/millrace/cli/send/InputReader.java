package io.millrace.cli.send;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.cli.send.rows.FieldNames;
import io.millrace.cli.send.rows.JsonFileReader;
import io.millrace.cli.send.rows.JsonLinesReader;
import io.millrace.cli.send.rows.ParquetRowReader;
import io.millrace.cli.send.rows.Row;
import io.millrace.cli.send.rows.RowReader;
import io.millrace.cli.send.rows.RowSink;
import io.millrace.cli.send.rows.SeparatedReader;
import io.millrace.cli.send.rows.TableHeader;
import io.millrace.cli.send.rows.UnreadableFileException;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.Subject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads one kind of input from files. */
abstract class InputReader {

  final SendOptions options;
  private final InputKind kind;

  InputReader(InputKind kind, SendOptions options) {
    this.kind = kind;
    this.options = options;
  }

  /** The reader of a kind. */
  static InputReader of(InputKind kind, SendOptions options) {
    return switch (kind) {
      case IMAGES -> new ImageFileReader(options);
      case DOCUMENTS -> new DocumentFileReader(options);
      case LABELS -> new LabelFileReader(options);
    };
  }

  /**
   * Reads a file to its end, or until the sink wants no more.
   *
   * @param in the decompressed content; supports mark
   * @throws IOException if reading fails; records accepted before stay sent
   */
  final void read(InputFile file, InputStream in, RecordSink sink) throws IOException {
    if (options.labelFromFolder() && file.folder().isEmpty()) {
      throw new UnreadableFileException(
          "lies in no folder below the given one: --label-from-folder takes the name of that"
              + " folder");
    }
    InputFormat format =
        options.format().isPresent() ? options.format().get() : InputFormat.of(kind, file, in);
    switch (format) {
      case TEXT, IMAGE, IDX -> readWhole(format, file, in, sink);
      case JSON -> readRows(new JsonFileReader(options.tables().charset()), file, in, sink);
      case JSONL -> readRows(new JsonLinesReader(options.tables().charset()), file, in, sink);
      case CSV -> readRows(table(',', ';', '\t', '|'), file, in, sink);
      case TSV -> readRows(table('\t'), file, in, sink);
      case PARQUET -> {
        requireUncompressed(file.path());
        readRows(new ParquetRowReader(neededColumns(), columnOption()), file, in, sink);
      }
    }
  }

  /** Reads a file that holds no rows. */
  abstract void readWhole(InputFormat format, InputFile file, InputStream in, RecordSink sink)
      throws IOException;

  /** Takes a record; returns whether to continue. */
  abstract boolean emit(InputFile file, Row row, RecordSink sink);

  /** The columns without which no table is understood. */
  abstract Stream<String> mainColumns();

  /** Whether the first line of a table holds no names of columns. */
  abstract boolean isHeaderless(List<String> cells);

  /** What to do about a column that is not there. */
  abstract String columnOption();

  private void readRows(RowReader rows, InputFile file, InputStream in, RecordSink sink)
      throws IOException {
    var taken = new RowEmitter(file, sink);
    rows.read(file.path(), in, taken);
    if (!taken.any) {
      sink.reject(file.path().toString(), "holds no record");
    }
  }

  /** Takes the records of one file. */
  private final class RowEmitter implements RowSink {

    private final InputFile file;
    private final RecordSink sink;
    private boolean any;

    RowEmitter(InputFile file, RecordSink sink) {
      this.file = file;
      this.sink = sink;
    }

    @Override
    public boolean accept(Row row) {
      any = true;
      return emit(file, row, sink);
    }

    @Override
    public void reject(String where, String reason) {
      any = true;
      sink.reject(where, reason);
    }
  }

  private RowReader table(Character... delimiters) {
    SeparatedReader.Options tables = options.tables();
    var header =
        new TableHeader(
            neededColumns(), List.of("label", "id"), this::isHeaderless, columnOption());
    return new SeparatedReader(
        tables.delimiters().isEmpty()
            ? new SeparatedReader.Options(tables.charset(), List.of(delimiters), tables.quotes())
            : tables,
        header);
  }

  /** The columns of the kind, and those that were named. */
  private List<String> neededColumns() {
    FieldNames names = options.fields();
    return Stream.concat(
            mainColumns(), Stream.of(names.label(), names.id()).flatMap(Optional::stream))
        .distinct()
        .toList();
  }

  /** The id of a record: its own, or else the file's name and the record's number. */
  final Decoded<String> id(InputFile file, Row row) {
    JsonNode id = FieldNames.get(row.fields(), options.fields().idName());
    String text = id.isPojo() ? id.toString() : id.asText("");
    if (id.isContainerNode()) {
      return Decoded.invalid(
          "the id is a JSON %s: --id-field names the field of the id"
              .formatted(id.isArray() ? "array" : "object"));
    }
    if (text.getBytes(StandardCharsets.UTF_8).length > Subject.MAX_ID_BYTES) {
      return Decoded.invalid("the id has more than " + Subject.MAX_ID_BYTES + " bytes");
    }
    if (text.isEmpty()) {
      return Decoded.valid(row.number() == 0 ? file.name() : file.name() + "/" + row.number());
    }
    return Decoded.valid(text);
  }

  static boolean refuse(Row row, String reason, RecordSink sink) {
    sink.reject(row.where(), reason);
    return true;
  }

  private static void requireUncompressed(Path path) throws UnreadableFileException {
    if (path.toString().endsWith(".gz")) {
      throw new UnreadableFileException("is Parquet in gzip: unpack it, Parquet compresses itself");
    }
  }
}
