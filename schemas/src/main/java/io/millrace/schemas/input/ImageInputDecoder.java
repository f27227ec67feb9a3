package io.millrace.schemas.input;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.Image;
import io.millrace.schemas.avro.Source;
import io.millrace.schemas.input.InputDecoder.ImageInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes images of records, their pixels not decoded. */
final class ImageInputDecoder {

  private static final AvroCodec<Image> AVRO = AvroCodec.of(Image.class);

  private final ContentReader reader;
  private final JsonField data;
  private final Optional<JsonField> label;
  private final InputIds ids;

  ImageInputDecoder(InputConfig config, ConfluentDecoder confluent) {
    data = config.imageData();
    label = config.imageLabel();
    ids = new InputIds(config.imageId());
    reader =
        new ContentReader(new NearJson(List.of(data.pointer().getMatchingProperty())), confluent);
  }

  Decoded<ImageInput> decode(
      @Nullable String contentType, byte @Nullable [] key, Source source, byte[] value) {
    return InputDecoder.checkedSize(value, InputDecoder.MAX_VALUE_BYTES)
        .flatMap(bytes -> read(contentType, bytes))
        .flatMap(content ->
            ids.inside(content)
                .flatMap(id ->
                    id.isPresent()
                        ? InputIds.subject(Subject.Kind.IMAGE, id.get())
                        : Subject.ofImage(key, source))
                .flatMap(subject -> image(content).map(image -> new ImageInput(subject, image))));
  }

  /** Decodes an image without its id. */
  Decoded<Image> decode(@Nullable String contentType, byte[] value) {
    return InputDecoder.checkedSize(value, InputDecoder.MAX_VALUE_BYTES)
        .flatMap(bytes -> read(contentType, bytes))
        .flatMap(this::image);
  }

  /**
   * Reads a value. An image file is one whatever the content type says: many producers have one for
   * all that they send, or name the format that the image had before it was converted. A value that
   * is declared as an image but does not begin like an image file may be JSON or Avro that holds
   * one.
   */
  private Decoded<Content> read(@Nullable String contentType, byte[] value) {
    if (ImageFormat.of(value).isPresent()) {
      return Decoded.valid(new Content.ImageFile(value, "image"));
    }
    boolean declared =
        contentType != null
            && MediaType.parse(contentType) instanceof Decoded.Valid<MediaType>(MediaType type)
            && type.name().startsWith("image/");
    return reader.read(declared ? null : contentType, value);
  }

  private Decoded<Image> image(Content content) {
    return switch (content) {
      case Content.ImageFile it ->
          ImageFormat.requireRead(it.bytes())
              .map(file -> new Image(ByteBuffer.wrap(file), null, null));
      case Content.SingleObject it -> avro(it.bytes());
      case Content.JsonValue json -> json(json);
      case Content.Text _ ->
          Decoded.invalid(
              "text, not an image: send the bytes of an image file, or JSON with it in base64 at "
                  + data.pointer());
      case Content.Unknown _ -> Decoded.invalid(ImageFormat.UNKNOWN);
    };
  }

  private static Decoded<Image> avro(byte[] value) {
    return AVRO.decode(value)
        .flatMap(image ->
            (image.getEncoded() == null) == (image.getPixels() == null)
                ? Decoded.invalid("an Avro Image needs either encoded or pixels, and not both")
                : readable(image))
        .flatMap(image ->
            LabelNormalizer.normalize(image.getLabel())
                .map(it -> new Image(image.getEncoded(), image.getPixels(), it.orElse(null))));
  }

  private static Decoded<Image> readable(Image image) {
    return image.getEncoded() == null
        ? Decoded.valid(image)
        : ImageFormat.requireRead(AvroCodec.bytes(image.getEncoded())).map(_ -> image);
  }

  private Decoded<Image> json(Content.JsonValue json) {
    JsonNode node = json.find(data);
    if (node.isMissingNode() || node.isNull()) {
      return Decoded.invalid(Envelope.missing(json, data, "image"));
    }
    return file(node)
        .flatMap(ImageFormat::requireRead)
        .flatMap(file ->
            InputDecoder.label(json, label)
                .map(it -> new Image(ByteBuffer.wrap(file), null, it.orElse(null))));
  }

  private Decoded<byte[]> file(JsonNode node) {
    if (node.isBinary()) {
      try {
        return Decoded.valid(node.binaryValue());
      } catch (IOException e) {
        return Decoded.invalid("the image at %s: %s".formatted(data, e.getMessage()));
      }
    }
    return JsonInputParser.scalar(node, "the image at " + data)
        .flatMap(text -> Base64Image.decode(text.orElse(""), data));
  }
}
