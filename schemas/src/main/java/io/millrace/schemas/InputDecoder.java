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

  /** The longest label, in characters: it is copied into examples, predictions and models. */
  public static final int MAX_LABEL_LENGTH = 1000;

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
      case AVRO -> checkedDocument(DOCUMENT.decode(value));
      case JSON -> checkedDocument(jsonDocument(value));
      case TEXT -> plainDocument(value);
      case PNG, JPEG ->
          Decoded.invalid("an image (" + type.get().mediaType() + "), not a document");
    };
  }

  private static Decoded<Document> checkedDocument(Decoded<Document> decoded) {
    return decoded instanceof Decoded.Valid<Document>(Document document)
        ? problemOfLabel(document.getLabel()).map(Decoded::<Document>invalid).orElse(decoded)
        : decoded;
  }

  private static Decoded<Document> plainDocument(byte[] value) {
    return ContentType.text(value)
        .map(text -> Decoded.valid(new Document(text, null)))
        .orElseGet(() -> Decoded.invalid("text/plain that is not UTF-8 text"));
  }

  private static Decoded<Document> jsonDocument(byte[] value) {
    Optional<JsonNode> object = ContentType.utf8(value).flatMap(Json::tryObject);
    if (object.isEmpty()) {
      return Decoded.invalid("not a JSON object");
    }
    Optional<String> text = Json.scalar(object.get(), "text");
    if (text.isEmpty()) {
      return Decoded.invalid("a JSON document needs a field named text");
    }
    return Decoded.valid(new Document(text.get(), Json.scalar(object.get(), "label").orElse(null)));
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
    Decoded<Image> decoded = IMAGE.decode(value);
    if (!(decoded instanceof Decoded.Valid<Image>(Image image))) {
      return decoded;
    }
    return (image.getEncoded() == null) == (image.getPixels() == null)
        ? Decoded.invalid("an Avro Image needs either encoded or pixels, and not both")
        : problemOfLabel(image.getLabel()).map(Decoded::<Image>invalid).orElse(decoded);
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
      case AVRO -> checked(LABEL.decode(value));
      case JSON -> checked(jsonLabel(value));
      case TEXT -> plainLabel(key, value);
      case PNG, JPEG -> Decoded.invalid("an image (" + type.get().mediaType() + "), not a label");
    };
  }

  private static Decoded<Label> plainLabel(byte @Nullable [] key, byte[] value) {
    Optional<String> subject =
        Optional.ofNullable(key)
            .flatMap(ContentType::utf8)
            .filter(k -> Subject.parse(k).isPresent());
    Optional<String> label = ContentType.text(value).map(String::strip);
    if (subject.isEmpty() || label.isEmpty()) {
      return Decoded.invalid(
          "a plain-text label needs its subject, such as image/17 or document/9, as the key");
    }
    return checked(Decoded.valid(new Label(subject.get(), label.get())));
  }

  private static Decoded<Label> jsonLabel(byte[] value) {
    Optional<JsonNode> object = ContentType.utf8(value).flatMap(Json::tryObject);
    if (object.isEmpty()) {
      return Decoded.invalid("not a JSON object");
    }
    Optional<String> subject = Json.scalar(object.get(), "subject");
    Optional<String> label = Json.scalar(object.get(), "label");
    if (subject.isEmpty() || label.isEmpty()) {
      return Decoded.invalid("a JSON label needs the fields subject and label");
    }
    return Decoded.valid(new Label(subject.get(), label.get()));
  }

  private static Decoded<Label> checked(Decoded<Label> decoded) {
    if (decoded instanceof Decoded.Valid<Label>(Label label)) {
      if (Subject.parse(label.getSubject()).isEmpty()) {
        return Decoded.invalid(
            "subject must be image/ID or document/ID, was " + abbreviated(label.getSubject()));
      }
      if (label.getSubject().length() > Subject.MAX_ID_BYTES) {
        return Decoded.invalid(
            "the subject has %d characters, more than the limit of %d"
                .formatted(label.getSubject().length(), Subject.MAX_ID_BYTES));
      }
      return problemOfLabel(label.getLabel()).map(Decoded::<Label>invalid).orElse(decoded);
    }
    return decoded;
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

  private static Optional<String> problemOfLabel(@Nullable String label) {
    if (label == null) {
      return Optional.empty();
    }
    if (label.isBlank()) {
      return Optional.of("the label is blank");
    }
    if (label.chars().anyMatch(Character::isISOControl)) {
      return Optional.of("the label holds a control character");
    }
    return label.length() <= MAX_LABEL_LENGTH
        ? Optional.empty()
        : Optional.of(
            "the label has %d characters, more than the limit of %d"
                .formatted(label.length(), MAX_LABEL_LENGTH));
  }

  private static String abbreviated(String text) {
    return text.length() <= 40 ? "'" + text + "'" : "'" + text.substring(0, 40) + "…'";
  }
}
