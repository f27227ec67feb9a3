package io.millrace.cli.send;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.cli.dataset.Idx;
import io.millrace.cli.send.rows.FieldNames;
import io.millrace.cli.send.rows.Row;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.Image;
import io.millrace.schemas.avro.Pixels;
import io.millrace.schemas.input.ContentType;
import io.millrace.schemas.input.ImageFormat;
import io.millrace.schemas.input.InputDecoder;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads image files, the images of IDX files with the labels in the file beside, and records with
 * an image: in Base64 in JSON, as bytes in Parquet.
 */
final class ImageFileReader extends InputReader {

  private static final AvroCodec<Image> IMAGES = AvroCodec.of(Image.class);

  ImageFileReader(SendOptions options) {
    super(InputKind.IMAGES, options);
  }

  @Override
  void readWhole(InputFormat format, InputFile file, InputStream in, RecordSink sink)
      throws IOException {
    if (format == InputFormat.IDX) {
      readIdx(file, new DataInputStream(in), sink);
    } else {
      byte[] bytes = in.readNBytes(InputDecoder.MAX_VALUE_BYTES + 1);
      emit(file.path().toString(), file.name(), bytes, options.labelOf(file), sink);
    }
  }

  @Override
  boolean emit(InputFile file, Row row, RecordSink sink) {
    JsonNode label = FieldNames.get(row.fields(), options.fields().labelName());
    Optional<String> given =
        label.isMissingNode() || label.isNull()
            ? options.labelOf(file)
            : Optional.of(label.isPojo() ? label.toString() : label.asText());
    JsonNode image = row.fields().path("image");
    // Hugging Face writes an image as its bytes and the path that they came from.
    JsonNode bytes = image.isObject() ? image.path("bytes") : image;
    return switch (id(file, row)) {
      case Decoded.Invalid<String>(String reason) -> refuse(row, reason, sink);
      case Decoded.Valid<String>(String id) -> {
        if (label.isContainerNode()) {
          yield refuse(row, "the label is a JSON object or array: send a string", sink);
        }
        if (!bytes.isBinary()) {
          yield json(row, id, given, sink);
        }
        try {
          yield emit(row.where(), id, bytes.binaryValue(), given, sink);
        } catch (IOException e) {
          yield refuse(row, String.valueOf(e.getMessage()), sink);
        }
      }
    };
  }

  private boolean json(Row row, String id, Optional<String> label, RecordSink sink) {
    ObjectNode sent = JsonNodeFactory.instance.objectNode();
    sent.set("image", row.fields().path("image"));
    label.ifPresent(given -> sent.put("label", given));
    byte[] value = sent.toString().getBytes(StandardCharsets.UTF_8);
    return switch (InputDecoder.DEFAULT.image(ContentType.JSON.mediaType(), value)) {
      // In Avro, which the services read alike whatever shape of JSON they are set to.
      case Decoded.Valid<Image>(Image image) ->
          check(row.where(), id, IMAGES.encode(image), ContentType.AVRO.mediaType(), sink);
      case Decoded.Invalid<Image>(String reason) -> refuse(row, reason, sink);
    };
  }

  /** Takes an image file's bytes. */
  private boolean emit(
      String where, String id, byte[] bytes, Optional<String> label, RecordSink sink) {
    if (bytes.length > InputDecoder.MAX_VALUE_BYTES) {
      sink.reject(where, "is larger than the limit of " + InputDecoder.MAX_VALUE_BYTES + " bytes");
      return true;
    }
    String type = ImageFormat.of(bytes).map(ImageFormat::mediaType).orElse("image/unknown");
    return label.isEmpty()
        ? check(where, id, bytes, type, sink)
        : check(
            where,
            id,
            IMAGES.encode(new Image(ByteBuffer.wrap(bytes), null, label.get())),
            ContentType.AVRO.mediaType(),
            sink);
  }

  private boolean check(
      String where, String id, byte[] value, String contentType, RecordSink sink) {
    return switch (InputDecoder.DEFAULT.image(contentType, value)) {
      case Decoded.Valid<Image>(Image image) -> {
        boolean isAvro = contentType.equals(ContentType.AVRO.mediaType());
        String key = options.idPrefix() + id;
        yield sink.accept(
            new InputRecord(
                where,
                key,
                value,
                contentType,
                Subject.image(key),
                isAvro ? Optional.of(IMAGES) : Optional.empty(),
                Optional.ofNullable(image.getLabel())));
      }
      case Decoded.Invalid<Image>(String reason) -> {
        sink.reject(where, reason);
        yield true;
      }
    };
  }

  private void readIdx(InputFile file, DataInputStream in, RecordSink sink) throws IOException {
    String where = file.path().toString();
    int magic = in.readInt();
    if (magic == Idx.LABELS && hasImages(file)) {
      return; // They are read together with their images.
    }
    if (magic != Idx.IMAGES) {
      sink.reject(
          where,
          magic == Idx.LABELS
              ? "holds labels, and the file of their images is not beside it"
              : "is not an IDX file of grey images");
      return;
    }
    var images = new Idx.Images(in);
    List<String> labels = labels(file);
    if (!labels.isEmpty() && labels.size() != images.count()) {
      sink.reject(
          where,
          images.count() + " images, but " + labels.size() + " labels in the file beside it");
      return;
    }
    for (int i = 0; i < images.count(); i++) {
      var pixels = new Pixels(images.width(), images.height(), 1, ByteBuffer.wrap(images.next()));
      String label = labels.isEmpty() ? options.labelOf(file).orElse(null) : labels.get(i);
      byte[] value = IMAGES.encode(new Image(null, pixels, label));
      String id = Idx.stem(file.name()) + "/" + i;
      if (!check(where + ":" + i, id, value, ContentType.AVRO.mediaType(), sink)) {
        return;
      }
    }
  }

  private static boolean hasImages(InputFile labels) {
    String own = String.valueOf(labels.path().getFileName());
    return beside(labels, own.replace("labels", "images").replace("idx1", "idx3")).isPresent();
  }

  /** The labels in the file beside the images; none if there is no such file. */
  private static List<String> labels(InputFile images) throws IOException {
    String own = String.valueOf(images.path().getFileName());
    Optional<Path> file = beside(images, Idx.labelsOf(own));
    return file.isPresent() ? Idx.labels(file.get()) : List.of();
  }

  /** Another file of the same folder, compressed or not. */
  private static Optional<Path> beside(InputFile file, String name) {
    String own = String.valueOf(file.path().getFileName());
    return Stream.of(name, name + ".gz", name.replaceFirst("\\.gz$", ""))
        .filter(candidate -> !candidate.equals(own))
        .map(candidate -> file.path().resolveSibling(candidate))
        .filter(Files::isRegularFile)
        .findFirst();
  }

  @Override
  Stream<String> mainColumns() {
    return Stream.of("image");
  }

  @Override
  boolean isHeaderless(List<String> cells) {
    return false;
  }

  @Override
  String columnOption() {
    return "an image is in the column image, as the bytes of its file";
  }
}
