package io.millrace.schemas.input;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.Document;
import io.millrace.schemas.avro.Image;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.avro.Source;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decodes what producers send to {@code documents}, {@code images} and {@code labels}, in every
 * accepted form. Does not decode pixels. The same record and config give the same result, which is
 * why a schema registry that does not answer is waited for. Safe for several threads.
 */
public final class InputDecoder {

  /**
   * What a record says about a document.
   *
   * @param subject the document's id
   * @param document the document; empty if the record deletes it
   * @param looksLikeJson whether it was taken as plain text although it begins like JSON
   */
  public record DocumentInput(
      Subject subject, Optional<Document> document, boolean looksLikeJson) {}

  /**
   * What a record says about an image.
   *
   * @param subject the image's id
   * @param image the image, its pixels not decoded, and its label
   */
  public record ImageInput(Subject subject, Image image) {}

  /** The longest value of a document or image. */
  public static final int MAX_VALUE_BYTES = 8 * 1024 * 1024;

  /** The longest value of a label: a label of 1,000 characters in the envelope of a connector. */
  public static final int MAX_LABEL_BYTES = 256 * 1024;

  /** The decoder without settings. */
  public static final InputDecoder DEFAULT =
      new InputDecoder(InputConfig.DEFAULT, Optional.empty());

  private final DocumentDecoder documents;
  private final ImageInputDecoder images;
  private final LabelDecoder labels;

  /**
   * A decoder.
   *
   * @param config where values lie in JSON
   * @param registry has the schemas of records in Confluent's wire format; empty to refuse them
   */
  public InputDecoder(InputConfig config, Optional<SchemaRegistry> registry) {
    var confluent = new ConfluentDecoder(registry);
    documents = new DocumentDecoder(config, confluent);
    images = new ImageInputDecoder(config, confluent);
    labels = new LabelDecoder(config, confluent);
  }

  /**
   * Decodes a record of {@code documents}.
   *
   * @param contentType the {@code content-type} header, or null
   * @param key the record's key, or null
   * @param value the record's value; null deletes the document
   */
  public Decoded<DocumentInput> document(
      @Nullable String contentType, byte @Nullable [] key, byte @Nullable [] value) {
    return documents.decode(contentType, key, value);
  }

  /**
   * Decodes a document: text, a JSON object with the text and perhaps a label, or Avro {@code
   * Document}.
   *
   * @param contentType the {@code content-type} header, or null
   */
  public Decoded<Document> document(@Nullable String contentType, byte[] value) {
    return documents.decode(contentType, value);
  }

  /**
   * Decodes a record of {@code images}.
   *
   * @param contentType the {@code content-type} header, or null
   * @param key the record's key, or null
   * @param source the record's coordinates, which name an image without a key
   */
  public Decoded<ImageInput> image(
      @Nullable String contentType, byte @Nullable [] key, Source source, byte[] value) {
    return images.decode(contentType, key, source, value);
  }

  /**
   * Decodes an image: the bytes of an image file, a JSON object with them in base64 and perhaps a
   * label, or Avro {@code Image} with exactly one of encoded bytes and pixels. Does not check the
   * encoded bytes.
   *
   * @param contentType the {@code content-type} header, or null
   */
  public Decoded<Image> image(@Nullable String contentType, byte[] value) {
    return images.decode(contentType, value);
  }

  /**
   * Decodes a label: Avro {@code Label}; a JSON object with subject and label; or the label alone
   * under a key that is a subject.
   *
   * @param contentType the {@code content-type} header, or null
   * @param key the record's key, or null
   */
  public Decoded<Label> label(@Nullable String contentType, byte @Nullable [] key, byte[] value) {
    return labels.decode(contentType, key, value);
  }

  /**
   * The scalar at a place in a JSON record that must have it.
   *
   * @param what its name, for the reason: {@code text}
   */
  static Decoded<String> required(Content.JsonValue json, JsonField field, String what) {
    JsonNode node = json.find(field);
    if (node.isMissingNode()) {
      return Decoded.invalid(Envelope.missing(json, field, what));
    }
    String name = "the %s at %s".formatted(what, field);
    return JsonInputParser.scalar(node, name)
        .flatMap(it ->
            it.map(Decoded::valid)
                .orElseGet(() -> Decoded.invalid(name + " is null: send a string")));
  }

  /** The label inside a JSON record; empty if there is none or it is not looked for. */
  static Decoded<Optional<String>> label(Content.JsonValue json, Optional<JsonField> field) {
    return field.isEmpty()
        ? Decoded.valid(Optional.empty())
        : JsonInputParser.scalar(json.find(field.get()), "the label at " + field.get())
            .flatMap(label -> LabelNormalizer.normalize(label.orElse(null)));
  }

  /** The value, if it is neither empty nor too long. */
  static Decoded<byte[]> checkedSize(byte[] value, int maxBytes) {
    if (value.length == 0) {
      return Decoded.invalid("the value is empty");
    }
    return value.length <= maxBytes
        ? Decoded.valid(value)
        : Decoded.invalid(
            "the value has %d bytes, more than the limit of %d".formatted(value.length, maxBytes));
  }
}
