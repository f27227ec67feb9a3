package io.millrace.schemas.input;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.Document;
import io.millrace.schemas.input.InputDecoder.DocumentInput;
import io.millrace.schemas.input.foreign.Debezium;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes documents of records. */
final class DocumentDecoder {

  private static final AvroCodec<Document> AVRO = AvroCodec.of(Document.class);

  private final ContentReader reader;
  private final JsonField text;
  private final Optional<JsonField> label;
  private final InputIds ids;

  DocumentDecoder(InputConfig config, ConfluentDecoder confluent) {
    reader = new ContentReader(new NearJson(config.documentNames()), confluent);
    text = config.documentText();
    label = config.documentLabel();
    ids = new InputIds(config.documentId());
  }

  Decoded<DocumentInput> decode(
      @Nullable String contentType, byte @Nullable [] key, byte @Nullable [] value) {
    if (value == null) {
      return deletion(key, Optional.empty());
    }
    return InputDecoder.checkedSize(value, InputDecoder.MAX_VALUE_BYTES)
        .flatMap(bytes -> reader.read(contentType, bytes))
        .flatMap(content -> {
          if (content instanceof Content.JsonValue json && isDeletion(json)) {
            return deletion(key, Optional.of(json));
          }
          boolean looksLikeJson =
              content instanceof Content.Text it && NearJson.looksLikeJson(it.text());
          return subject(content, key)
              .flatMap(subject ->
                  document(content)
                      .map(it -> new DocumentInput(subject, Optional.of(it), looksLikeJson)));
        });
  }

  /** Decodes a document without its id. */
  Decoded<Document> decode(@Nullable String contentType, byte[] value) {
    return InputDecoder.checkedSize(value, InputDecoder.MAX_VALUE_BYTES)
        .flatMap(bytes -> reader.read(contentType, bytes))
        .flatMap(this::document);
  }

  private Decoded<Subject> subject(Content content, byte @Nullable [] key) {
    return ids.inside(content)
        .flatMap(id ->
            id.isPresent()
                ? InputIds.subject(Subject.Kind.DOCUMENT, id.get())
                : Subject.ofDocument(key));
  }

  private Decoded<Document> document(Content content) {
    return switch (content) {
      case Content.JsonValue json -> json(json);
      case Content.Text it -> normalized(new Document(it.text(), null));
      case Content.SingleObject it -> AVRO.decode(it.bytes()).flatMap(DocumentDecoder::normalized);
      case Content.ImageFile it ->
          Decoded.invalid("an image (%s), not a document".formatted(it.mediaType()));
      case Content.Unknown it -> Decoded.invalid(it.reason());
    };
  }

  private Decoded<Document> json(Content.JsonValue json) {
    if (json.root().isTextual()) {
      return string(json.root().asText());
    }
    if (!json.root().isObject()) {
      return Decoded.invalid(
          json.root().isArray()
              ? "a JSON array: send each element in a record of its own"
              : "not a JSON object");
    }
    Optional<String> change = text.isSet() ? Envelope.changeOf(json.root()) : Optional.empty();
    if (change.filter(it -> it.equals("t") || it.equals("m")).isPresent()) {
      return Decoded.invalid(
          "a Debezium event that is not about one row (op: %s)".formatted(change.get()));
    }
    return InputDecoder.required(json, text, "text")
        .flatMap(found ->
            InputDecoder.label(json, label)
                .flatMap(it -> normalized(new Document(found, it.orElse(null)))));
  }

  /** A JSON string: the text itself, unless JSON was encoded twice. */
  private Decoded<Document> string(String value) {
    return reader.prose(value) instanceof Decoded.Invalid<Content>
            || (JsonInputParser.parse(value) instanceof Decoded.Valid<JsonNode>(JsonNode it)
                && it.isObject())
        ? Decoded.invalid("JSON encoded twice, as a string: send the object itself")
        : normalized(new Document(value, null));
  }

  private static Decoded<Document> normalized(Document document) {
    if (Debezium.isUnavailable(document.getText())) {
      return Decoded.invalid("the text" + Debezium.UNAVAILABLE);
    }
    return LabelNormalizer.normalize(document.getLabel())
        .map(
            label -> new Document(TextDecoder.withoutMark(document.getText()), label.orElse(null)));
  }

  /** Whether a Debezium event says that a row was deleted. Others become documents or errors. */
  private boolean isDeletion(Content.JsonValue json) {
    JsonNode deleted = json.data().path("__deleted");
    return (text.isSet() && Envelope.changeOf(json.root()).filter("d"::equals).isPresent())
        || deleted.asText("").equals("true");
  }

  /** A deletion; a Debezium event has the row as it was before. */
  private Decoded<DocumentInput> deletion(
      byte @Nullable [] key, Optional<Content.JsonValue> event) {
    Optional<String> inEvent = event.flatMap(this::idBefore);
    Decoded<Subject> subject;
    if (inEvent.isPresent()) {
      subject = InputIds.subject(Subject.Kind.DOCUMENT, inEvent.get());
    } else {
      String keyText = key == null ? null : new String(key, StandardCharsets.UTF_8);
      subject =
          ids.ofDeletion(keyText)
              .flatMap(id ->
                  id.isPresent()
                      ? InputIds.subject(Subject.Kind.DOCUMENT, id.get())
                      : Subject.ofDocument(key));
    }
    return subject.map(it -> new DocumentInput(it, Optional.empty(), false));
  }

  private Optional<String> idBefore(Content.JsonValue event) {
    return ids.field()
        .flatMap(field -> {
          JsonNode now = event.find(field);
          String before = field.pointer().toString().replaceFirst("/after/", "/before/");
          JsonNode node = now.isValueNode() ? now : event.root().at(JsonPointer.compile(before));
          return JsonInputParser.scalar(node, "the id")
                  instanceof Decoded.Valid<Optional<String>>(var id)
              ? id
              : Optional.empty();
        });
  }
}
