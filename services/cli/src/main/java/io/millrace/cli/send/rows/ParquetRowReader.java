package io.millrace.cli.send.rows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.hardwood.InputFile;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.row.PqList;
import dev.hardwood.row.StructAccessor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads Parquet files; a row's number counts from 1. */
public final class ParquetRowReader implements RowReader {

  /** It would tell on standard error which instructions of the processor it uses. */
  private static final Logger LOGGER = Logger.getLogger("dev.hardwood");

  static {
    LOGGER.setLevel(Level.WARNING);
  }

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final List<String> needed;
  private final String option;

  /**
   * Creates a reader.
   *
   * @param needed the columns that a file must have
   * @param option the option that names a column that is called otherwise, for messages
   */
  public ParquetRowReader(List<String> needed, String option) {
    this.needed = List.copyOf(needed);
    this.option = option;
  }

  @Override
  public void read(Path path, InputStream in, RowSink sink) throws IOException {
    long number = 0;
    try (ParquetFileReader file = ParquetFileReader.open(InputFile.of(path))) {
      requireColumns(file);
      try (var rows = file.rowReader()) {
        boolean more = true;
        while (more && rows.hasNext()) {
          rows.next();
          number++;
          more = sink.accept(new Row(path + ", row " + number, number, struct(rows)));
        }
      }
    } catch (UnreadableFileException e) {
      throw e;
    } catch (IOException | RuntimeException | LinkageError e) {
      throw new UnreadableFileException(
          "cannot be read as Parquet after row %d (%s): write it again, for example with pandas:"
                  .formatted(number, e.getMessage() == null ? e : e.getMessage())
              + " pd.read_parquet('it').to_json('it.jsonl', orient='records', lines=True)",
          e);
    }
  }

  private void requireColumns(ParquetFileReader file) throws UnreadableFileException {
    List<String> columns =
        file.getFileSchema().getRootNode().children().stream().map(node -> node.name()).toList();
    for (String name : needed) {
      if (!columns.contains(name) && !name.startsWith("/")) {
        throw new UnreadableFileException(
            "has no column '%s', but %s: %s"
                .formatted(name, FieldNames.list(columns.iterator()), option));
      }
    }
  }

  private static ObjectNode struct(StructAccessor row) {
    ObjectNode object = NODES.objectNode();
    for (int i = 0; i < row.getFieldCount(); i++) {
      if (!row.isNull(i)) {
        object.set(row.getFieldName(i), node(row.getValue(i)));
      }
    }
    return object;
  }

  private static JsonNode node(@Nullable Object value) {
    return switch (value) {
      case null -> NODES.nullNode();
      case Boolean truth -> NODES.booleanNode(truth);
      case Number number -> NODES.rawValueNode(new RawValue(number.toString()));
      case byte[] bytes -> NODES.binaryNode(bytes);
      case StructAccessor struct -> struct(struct);
      case PqList list -> array(list.values().stream());
      case List<?> list -> array(list.stream());
      default -> NODES.textNode(value.toString());
    };
  }

  private static ArrayNode array(Stream<?> values) {
    ArrayNode array = NODES.arrayNode();
    values.forEach(value -> array.add(node(value)));
    return array;
  }
}
