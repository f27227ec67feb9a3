package io.millrace.cli.send;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.schemas.ContentType;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.InputDecoder;
import io.millrace.schemas.avro.Document;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads documents: a text file is one document; each line of a JSON lines file is a document with
 * {@code text} and optionally {@code id} and {@code label}.
 */
final class DocumentFileReader implements InputReader {

  private final ObjectMapper mapper = new ObjectMapper();
  private final Optional<String> label;

  DocumentFileReader(Optional<String> label) {
    this.label = label;
  }

  @Override
  public void read(InputFile file, InputStream in, RecordSink sink) throws IOException {
    if (file.isNamed(".jsonl", ".ndjson")) {
      TextLines.of(in).forEach((number, line) -> line(file, number, line, sink));
      return;
    }
    byte[] bytes = in.readNBytes(InputDecoder.MAX_VALUE_BYTES + 1);
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (label.isPresent()
        && InputDecoder.document("text/plain", bytes) instanceof Decoded.Valid<?>) {
      ObjectNode object = mapper.createObjectNode().put("text", text).put("label", label.get());
      take(file.path().toString(), file.name(), object, sink);
    } else {
      take(file.path().toString(), file.name(), bytes, ContentType.TEXT, sink);
    }
  }

  private boolean line(InputFile file, long number, String line, RecordSink sink) {
    String where = file.path() + ":" + number;
    JsonNode node;
    try {
      node = mapper.readTree(line);
    } catch (JacksonException e) {
      sink.reject(where, "not JSON: " + e.getOriginalMessage());
      return true;
    }
    if (!(node instanceof ObjectNode object)) {
      sink.reject(where, "not a JSON object");
      return true;
    }
    if (label.isPresent() && !object.hasNonNull("label")) {
      object.put("label", label.get());
    }
    String id = object.path("id").asText("");
    return take(where, id.isEmpty() ? file.name() + "/" + number : id, object, sink);
  }

  private static boolean take(String where, String key, ObjectNode object, RecordSink sink) {
    byte[] bytes = object.toString().getBytes(StandardCharsets.UTF_8);
    return take(where, key, bytes, ContentType.JSON, sink);
  }

  private static boolean take(
      String where, String key, byte[] bytes, ContentType type, RecordSink sink) {
    return switch (InputDecoder.document(type.mediaType(), bytes)) {
      case Decoded.Valid<Document> valid -> sink.accept(key, bytes, type.mediaType());
      case Decoded.Invalid<Document>(String reason) -> {
        sink.reject(where, reason);
        yield true;
      }
    };
  }
}
