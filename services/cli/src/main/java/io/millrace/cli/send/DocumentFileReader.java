package io.millrace.cli.send;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.cli.send.rows.FieldNames;
import io.millrace.cli.send.rows.Row;
import io.millrace.cli.send.rows.StrictText;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.Document;
import io.millrace.schemas.input.ContentType;
import io.millrace.schemas.input.InputDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads documents: text files, one document each, and records with text and perhaps a label. */
final class DocumentFileReader extends InputReader {

  private static final AvroCodec<Document> DOCUMENTS = AvroCodec.of(Document.class);

  DocumentFileReader(SendOptions options) {
    super(InputKind.DOCUMENTS, options);
  }

  @Override
  void readWhole(InputFormat format, InputFile file, InputStream in, RecordSink sink)
      throws IOException {
    String text = text(in);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Optional<String> label = options.labelOf(file);
    String where = file.path().toString();
    boolean asked = options.format().isPresent();
    if (text.isBlank()) {
      sink.reject(where, "holds no text");
    } else if (!asked && type(bytes) == ContentType.JSON) {
      sink.reject(where, "holds JSON: say --as json, or --as text to read it as text");
    } else if (!asked
        && InputDecoder.DEFAULT.document(null, bytes)
            instanceof Decoded.Invalid<Document>(String reason)) {
      sink.reject(where, reason + " (--as text sends it as it is)");
    } else if (label.isEmpty()) {
      emit(where, file.name(), bytes, ContentType.TEXT, sink);
    } else {
      ObjectNode object = JsonNodeFactory.instance.objectNode();
      emit(where, file.name(), object.put("text", text).put("label", label.get()), sink);
    }
  }

  /** The text of a file, up to one byte more than a document may have. */
  private String text(InputStream in) throws IOException {
    StrictText text = StrictText.of(in, options.tables().charset());
    var read = new StringBuilder();
    var buffer = new char[1 << 13];
    int count = text.read(buffer, 0, buffer.length);
    while (count >= 0 && read.length() <= InputDecoder.MAX_VALUE_BYTES) {
      read.append(buffer, 0, count);
      count = text.read(buffer, 0, buffer.length);
    }
    text.requireNoProblem();
    return read.toString();
  }

  @Override
  boolean emit(InputFile file, Row row, RecordSink sink) {
    FieldNames names = options.fields();
    JsonNode text = FieldNames.get(row.fields(), names.textName());
    JsonNode label = FieldNames.get(row.fields(), names.labelName());
    if (text.isMissingNode() || text.isNull()) {
      return refuse(row, missing(row), sink);
    }
    if (text.isContainerNode()) {
      return refuse(
          row,
          "the field %s is a JSON %s, not text: --text-field names the field of the text"
              .formatted(names.textName(), text.isArray() ? "array" : "object"),
          sink);
    }
    ObjectNode sent = JsonNodeFactory.instance.objectNode();
    sent.set("text", text);
    if (label.isMissingNode() || label.isNull()) {
      options.labelOf(file).ifPresent(given -> sent.put("label", given));
    } else {
      sent.set("label", label);
    }
    return switch (id(file, row)) {
      case Decoded.Valid<String>(String id) -> emit(row.where(), id, sent, sink);
      case Decoded.Invalid<String>(String reason) -> refuse(row, reason, sink);
    };
  }

  private String missing(Row row) {
    if (FieldNames.get(row.fields(), options.fields().textName()).isNull()) {
      return "the field %s is empty".formatted(options.fields().textName());
    }
    return "has no field %s, but %s: --text-field names the field of the text"
        .formatted(options.fields().textName(), FieldNames.list(row.fields()));
  }

  /** Sends Avro, whose meaning no setting of the services changes, as that of JSON's fields. */
  private boolean emit(String where, String id, ObjectNode object, RecordSink sink) {
    byte[] json = object.toString().getBytes(StandardCharsets.UTF_8);
    return switch (InputDecoder.DEFAULT.document(ContentType.JSON.mediaType(), json)) {
      case Decoded.Valid<Document>(Document document) ->
          accept(where, id, DOCUMENTS.encode(document), Optional.empty(), document, sink);
      case Decoded.Invalid<Document>(String reason) -> {
        sink.reject(where, reason);
        yield true;
      }
    };
  }

  private boolean emit(String where, String id, byte[] bytes, ContentType type, RecordSink sink) {
    return switch (InputDecoder.DEFAULT.document(type.mediaType(), bytes)) {
      case Decoded.Valid<Document>(Document document) ->
          accept(where, id, bytes, Optional.of(type), document, sink);
      case Decoded.Invalid<Document>(String reason) -> {
        sink.reject(where, reason);
        yield true;
      }
    };
  }

  /**
   * Hands a document on.
   *
   * @param type of a value as it was read; empty for one that was encoded here
   */
  private boolean accept(
      String where,
      String id,
      byte[] value,
      Optional<ContentType> type,
      Document document,
      RecordSink sink) {
    String key = options.idPrefix() + id;
    return sink.accept(
        new InputRecord(
            where,
            key,
            value,
            type.orElse(ContentType.AVRO).mediaType(),
            Subject.document(key),
            type.isEmpty() ? Optional.of(DOCUMENTS) : Optional.empty(),
            Optional.ofNullable(document.getLabel())));
  }

  private static ContentType type(byte[] bytes) {
    return ContentType.of(null, bytes).orElse(ContentType.TEXT);
  }

  @Override
  Stream<String> mainColumns() {
    return Stream.of(options.fields().textName());
  }

  @Override
  boolean isHeaderless(List<String> cells) {
    return false;
  }

  @Override
  String columnOption() {
    return "--text-field, --label-field and --id-field name the columns to use";
  }
}
