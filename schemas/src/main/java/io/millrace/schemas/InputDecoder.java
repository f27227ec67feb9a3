package io.millrace.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.avro.Document;
import io.millrace.schemas.avro.Image;
import io.millrace.schemas.avro.Label;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decodes what producers send to {@code documents}, {@code images} and {@code labels}, in every
 * accepted form. Does not decode pixels. Pure functions, safe for several threads.
 */
public final class InputDecoder {

  /** The longest value of a document or image. */
  public static final int MAX_VALUE_BYTES = 8 * 1024 * 1024;

  private static final AvroCodec<Document> DOCUMENT = AvroCodec.of(Document.class);
  private static final AvroCodec<Image> IMAGE = AvroCodec.of(Image.class);
  private static final AvroCodec<Label> LABEL = AvroCodec.of(Label.class);

  private InputDecoder() {}

  /**
   * Decodes a document: plain text, a JSON object with {@code text} and perhaps {@code label}, or
   * Avro {@code Document}.
   *
   * @param contentType the {@code content-type} header, or null
   */
  public static Decoded<Document> document(@Nullable String contentType, byte[] value) {
    Optional<String> problem = problemOfSize(value);
    if (problem.isPresent()) {
      return Decoded.invalid(problem.get());
    }
    Optional<ContentType> type = ContentType.of(contentType, value);
    if (type.isEmpty()) {
      return Decoded.invalid("not text: neither UTF-8 nor Avro Document");
    }
    return switch (type.get()) {
      case AVRO -> DOCUMENT.decode(value).flatMap(InputDecoder::normalized);
      case JSON -> jsonDocument(value);
      case TEXT -> plainDocument(value);
      case PNG, JPEG ->
          Decoded.invalid("an image (" + type.get().mediaType() + "), not a document");
    };
  }

  private static Decoded<Document> normalized(Document document) {
    return LabelNormalizer.normalize(document.getLabel())
        .map(label -> new Document(document.getText(), label.orElse(null)));
  }

  private static Decoded<Document> plainDocument(byte[] value) {
    return ContentType.text(value)
        .map(text -> Decoded.valid(new Document(text, null)))
        .orElseGet(() -> Decoded.invalid("text/plain that is not UTF-8 text"));
  }

  private static Decoded<Document> jsonDocument(byte[] value) {
    return jsonObject(value)
        .flatMap(object ->
            Json.scalar(object.path("text"), "the text")
                .flatMap(text ->
                    text.isEmpty()
                        ? Decoded.invalid("a JSON document needs a field named text")
                        : label(object)
                            .map(label -> new Document(text.get(), label.orElse(null)))));
  }

  private static Decoded<JsonNode> jsonObject(byte[] value) {
    return ContentType.utf8(value)
        .map(Json::parse)
        .orElseGet(() -> Decoded.invalid("it is not UTF-8"))
        .flatMap(
            json -> json.isObject() ? Decoded.valid(json) : Decoded.invalid("not a JSON object"));
  }

  private static Decoded<Optional<String>> label(JsonNode object) {
    return Json.scalar(object.path("label"), "the label")
        .flatMap(label -> LabelNormalizer.normalize(label.orElse(null)));
  }

  /**
   * Decodes an image: the bytes of a PNG or JPEG file, or Avro {@code Image} with exactly one of
   * encoded bytes and pixels. Does not check the encoded bytes.
   *
   * @param contentType the {@code content-type} header, or null
   */
  public static Decoded<Image> image(@Nullable String contentType, byte[] value) {
    Optional<String> problem = problemOfSize(value);
    if (problem.isPresent()) {
      return Decoded.invalid(problem.get());
    }
    Optional<ContentType> type = ContentType.of(contentType, value);
    if (type.isEmpty()) {
      return Decoded.invalid("neither PNG, JPEG nor Avro Image");
    }
    return switch (type.get()) {
      case PNG, JPEG -> Decoded.valid(new Image(ByteBuffer.wrap(value), null, null));
      case AVRO -> avroImage(value);
      case JSON, TEXT ->
          Decoded.invalid("neither PNG, JPEG nor Avro Image, but " + type.get().mediaType());
    };
  }

  private static Decoded<Image> avroImage(byte[] value) {
    return IMAGE
        .decode(value)
        .flatMap(image ->
            (image.getEncoded() == null) == (image.getPixels() == null)
                ? Decoded.invalid("an Avro Image needs either encoded or pixels, and not both")
                : LabelNormalizer.normalize(image.getLabel())
                    .map(label ->
                        new Image(image.getEncoded(), image.getPixels(), label.orElse(null))));
  }

  /**
   * Decodes a label: Avro {@code Label}; a JSON object with {@code subject} and {@code label}; or
   * the label as plain text under a key that is a subject.
   *
   * @param contentType the {@code content-type} header, or null
   * @param key the record's key, or null
   */
  public static Decoded<Label> label(
      @Nullable String contentType, byte @Nullable [] key, byte[] value) {
    if (value.length == 0) {
      return Decoded.invalid("the value is empty");
    }
    Optional<ContentType> type = ContentType.of(contentType, value);
    if (type.isEmpty()) {
      return Decoded.invalid("neither Avro Label nor JSON");
    }
    return switch (type.get()) {
      case AVRO -> LABEL.decode(value).flatMap(InputDecoder::checked);
      case JSON -> jsonLabel(key, value);
      case TEXT -> plainLabel(key, value);
      case PNG, JPEG -> Decoded.invalid("an image (" + type.get().mediaType() + "), not a label");
    };
  }

  private static Decoded<Label> plainLabel(byte @Nullable [] key, byte[] value) {
    Optional<String> subject = subjectOf(key);
    Optional<String> label = ContentType.text(value);
    return subject.isEmpty() || label.isEmpty()
        ? Decoded.invalid(
            "a plain-text label needs its subject, such as image/17 or document/9, as the key")
        : checked(new Label(subject.get(), label.get()));
  }

  /** The key, if it is a subject. */
  private static Optional<String> subjectOf(byte @Nullable [] key) {
    return Optional.ofNullable(key)
        .flatMap(ContentType::utf8)
        .filter(text -> Subject.parse(text).isPresent());
  }

  private static Decoded<Label> jsonLabel(byte @Nullable [] key, byte[] value) {
    return jsonObject(value)
        .flatMap(object ->
            Json.scalar(object.path("subject"), "the subject")
                .map(subject -> subject.or(() -> subjectOf(key)))
                .flatMap(subject ->
                    label(object)
                        .flatMap(label ->
                            subject.isEmpty() || label.isEmpty()
                                ? Decoded.invalid("a JSON label needs the fields subject and label")
                                : checked(new Label(subject.get(), label.get())))));
  }

  private static Decoded<Label> checked(Label label) {
    String subject = label.getSubject();
    if (Subject.parse(subject).isEmpty()) {
      return Decoded.invalid(
          "subject must be image/ID or document/ID, was " + abbreviated(subject));
    }
    if (subject.length() > Subject.MAX_ID_BYTES) {
      return Decoded.invalid(
          "the subject has %d characters, more than the limit of %d"
              .formatted(subject.length(), Subject.MAX_ID_BYTES));
    }
    return LabelNormalizer.normalizeRequired(label.getLabel())
        .map(normal -> new Label(subject, normal));
  }

  private static Optional<String> problemOfSize(byte[] value) {
    if (value.length == 0) {
      return Optional.of("the value is empty");
    }
    return value.length <= MAX_VALUE_BYTES
        ? Optional.empty()
        : Optional.of(
            "the value has %d bytes, more than the limit of %d"
                .formatted(value.length, MAX_VALUE_BYTES));
  }

  private static String abbreviated(String text) {
    return text.length() <= 40 ? "'" + text + "'" : "'" + text.substring(0, 40) + "…'";
  }
}
