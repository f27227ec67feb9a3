package io.millrace.cli.send;

import io.millrace.cli.dataset.Idx;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.ContentType;
import io.millrace.schemas.InputDecoder;
import io.millrace.schemas.avro.Image;
import io.millrace.schemas.avro.Pixels;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads PNG and JPEG files, and the images of IDX files with the labels in the file beside. */
final class ImageFileReader implements InputReader {

  private static final AvroCodec<Image> IMAGES = AvroCodec.of(Image.class);

  private final Optional<String> label;

  ImageFileReader(Optional<String> label) {
    this.label = label;
  }

  @Override
  public void read(InputFile file, InputStream in, RecordSink sink) throws IOException {
    in.mark(4);
    byte[] start = in.readNBytes(4);
    int magic = start.length == 4 ? ByteBuffer.wrap(start).getInt() : 0;
    if (magic == Idx.IMAGES) {
      readIdx(file, new DataInputStream(in), sink);
    } else if (magic != Idx.LABELS) {
      in.reset();
      readEncoded(file, in, sink);
    }
    // A file of labels is read together with its images.
  }

  private void readEncoded(InputFile file, InputStream in, RecordSink sink) throws IOException {
    byte[] bytes = in.readNBytes(InputDecoder.MAX_VALUE_BYTES + 1);
    ContentType type = ContentType.of(null, bytes).orElse(ContentType.AVRO);
    if (type != ContentType.PNG && type != ContentType.JPEG) {
      sink.reject(file.path().toString(), "is not a PNG, JPEG or IDX file");
    } else if (bytes.length > InputDecoder.MAX_VALUE_BYTES) {
      sink.reject(
          file.path().toString(),
          "is larger than the limit of " + InputDecoder.MAX_VALUE_BYTES + " bytes");
    } else if (label.isEmpty()) {
      sink.accept(file.name(), bytes, type.mediaType());
    } else {
      var image = new Image(ByteBuffer.wrap(bytes), null, label.get());
      sink.accept(file.name(), IMAGES.encode(image), ContentType.AVRO.mediaType());
    }
  }

  private void readIdx(InputFile file, DataInputStream in, RecordSink sink) throws IOException {
    var images = new Idx.Images(in);
    List<String> labels = labels(file);
    if (!labels.isEmpty() && labels.size() != images.count()) {
      sink.reject(
          file.path().toString(),
          images.count() + " images, but " + labels.size() + " labels in the file beside it");
      return;
    }
    for (int i = 0; i < images.count(); i++) {
      var pixels = new Pixels(images.width(), images.height(), 1, ByteBuffer.wrap(images.next()));
      String given = labels.isEmpty() ? orNull(label) : labels.get(i);
      byte[] value = IMAGES.encode(new Image(null, pixels, given));
      String key = Idx.stem(file.name()) + "/" + i;
      if (!sink.accept(key, value, ContentType.AVRO.mediaType())) {
        return;
      }
    }
  }

  /** The labels in the file beside the images; none if there is no such file. */
  private static List<String> labels(InputFile images) throws IOException {
    String own = String.valueOf(images.path().getFileName());
    String name = Idx.labelsOf(own);
    for (String candidate : new String[] {name, name + ".gz", name.replaceFirst("\\.gz$", "")}) {
      Path path = images.path().resolveSibling(candidate);
      if (!candidate.equals(own) && Files.isRegularFile(path)) {
        return Idx.labels(path);
      }
    }
    return List.of();
  }

  private static @Nullable String orNull(Optional<String> text) {
    return text.orElse(null);
  }
}
