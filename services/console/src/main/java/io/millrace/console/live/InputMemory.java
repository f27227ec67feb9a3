package io.millrace.console.live;

import io.millrace.console.images.Decoding;
import io.millrace.console.live.SentInput.SentDocument;
import io.millrace.console.live.SentInput.SentImage;
import io.millrace.learning.vision.images.DecodedImage;
import io.millrace.learning.vision.images.ImageDecoder;
import io.millrace.learning.vision.images.ImageDecoder.PixelLimit;
import io.millrace.learning.vision.images.ImageShape;
import io.millrace.learning.vision.images.PngEncoder;
import io.millrace.learning.vision.images.UnusableImageException;
import io.millrace.runtime.records.ControlRecords;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.Image;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.avro.Pixels;
import io.millrace.schemas.avro.Source;
import io.millrace.schemas.input.ImageFormat;
import io.millrace.schemas.input.InputDecoder;
import io.millrace.schemas.input.InputDecoder.DocumentInput;
import io.millrace.schemas.input.InputDecoder.ImageInput;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What was sent recently: images, documents, labels. Read as the services read it. Written by one
 * thread, read by any.
 */
public final class InputMemory {

  /** What browsers show as it is. */
  private static final Set<String> SHOWN =
      Set.of("image/png", "image/jpeg", "image/gif", "image/bmp", "image/webp");

  /** The characters of a text that are kept. */
  private static final int MAX_TEXT = 32_768;

  private static final int OBJECT_BYTES = 300;

  private final InputDecoder inputs;
  private final PixelLimit limit;
  private final BoundedMemory<SentImage> images;
  private final BoundedMemory<SentDocument> documents;
  private final BoundedMemory<String> labels;
  private final ForgottenInputs forgotten;

  /**
   * An empty memory.
   *
   * @param maxPixels the most pixels of an image that is converted to be shown
   * @param forgotten is told what is forgotten or deleted
   */
  InputMemory(MemoryBounds bounds, InputDecoder inputs, long maxPixels, ForgottenInputs forgotten) {
    this.forgotten = forgotten;
    this.inputs = inputs;
    this.limit = new PixelLimit(maxPixels, "images.max.pixels");
    this.images = new BoundedMemory<>(bounds);
    this.documents = new BoundedMemory<>(bounds);
    this.labels = new BoundedMemory<>(bounds);
  }

  /** Takes a record of {@code images}. */
  boolean image(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      forgotten(record)
          .ifPresent(subject -> {
            images.remove(subject);
            forget(subject, record);
          });
      return ControlRecords.isMarker(record.headers(), null);
    }
    var source = new Source(record.topic(), record.partition(), record.offset());
    String type = EventHeaders.contentType(record.headers());
    if (!(inputs.image(type, record.key(), source, record.value())
        instanceof Decoded.Valid<ImageInput>(ImageInput(Subject subject, Image image)))) {
      return false;
    }
    Optional<SentImage> sent = shown(subject, image, record.timestamp());
    sent.ifPresent(it -> images.put(it.subject(), it, it.file().length + OBJECT_BYTES));
    return sent.isPresent();
  }

  private Optional<SentImage> shown(Subject subject, Image image, long time) {
    Optional<String> label = Optional.ofNullable(image.getLabel());
    if (image.getEncoded() != null) {
      byte[] file = AvroCodec.bytes(image.getEncoded());
      String type = ImageFormat.of(file).map(ImageFormat::mediaType).orElse("");
      if (SHOWN.contains(type)) {
        return Optional.of(new SentImage(subject.toString(), type, file, label, time));
      }
    }
    try {
      Pixels pixels = image.getPixels();
      byte[] png =
          Decoding.alone(
              () ->
                  pixels == null
                      ? ImageDecoder.decode(AvroCodec.bytes(image.getEncoded()), limit)
                      : ImageDecoder.ofSamples(
                          pixels.getWidth(),
                          pixels.getHeight(),
                          pixels.getChannels(),
                          AvroCodec.bytes(pixels.getData()),
                          limit),
              InputMemory::png);
      return Optional.of(new SentImage(subject.toString(), "image/png", png, label, time));
    } catch (UnusableImageException e) {
      return Optional.empty();
    }
  }

  private static byte[] png(DecodedImage image) {
    var shape = new ImageShape(image.channels() == 1 ? 1 : 3, image.height(), image.width());
    float[] pixels = new float[shape.size()];
    image.resizeInto(shape, pixels, 0);
    return PngEncoder.encode(shape, pixels, 0);
  }

  /** Takes a record of {@code documents}. */
  boolean document(ConsumerRecord<byte[], byte[]> record) {
    if (ControlRecords.isMarker(record.headers(), record.value())) {
      return true;
    }
    String type = EventHeaders.contentType(record.headers());
    if (!(inputs.document(type, record.key(), record.value())
        instanceof Decoded.Valid<DocumentInput>(DocumentInput it))) {
      return false;
    }
    String subject = it.subject().toString();
    it.document()
        .ifPresentOrElse(
            document -> {
              String all = document.getText();
              boolean cut = all.length() > MAX_TEXT;
              String text = cut ? all.substring(0, MAX_TEXT) : all;
              var sent =
                  new SentDocument(
                      subject,
                      text,
                      cut,
                      Optional.ofNullable(document.getLabel()),
                      record.timestamp());
              documents.put(subject, sent, 2L * text.length() + OBJECT_BYTES);
            },
            () -> {
              documents.remove(subject);
              forget(subject, record);
            });
    return true;
  }

  private void forget(String subject, ConsumerRecord<byte[], byte[]> record) {
    forgotten.forget(subject, record.topic(), record.partition(), record.offset());
  }

  private static Optional<String> forgotten(ConsumerRecord<byte[], byte[]> record) {
    return ControlRecords.forgotten(record.headers(), record.value()).map(Subject::toString);
  }

  /** Takes a record of {@code labels}. */
  boolean label(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      forgotten(record).ifPresent(labels::remove);
      return ControlRecords.isMarker(record.headers(), null);
    }
    if (!(inputs.label(EventHeaders.contentType(record.headers()), record.key(), record.value())
        instanceof Decoded.Valid<Label>(Label label))) {
      return false;
    }
    labels.put(label.getSubject(), label.getLabel(), 2L * label.getLabel().length() + 200);
    return true;
  }

  /** The newest images, the newest first. */
  public List<SentImage> images(int limit) {
    return images.newest(limit, _ -> true);
  }

  /** The newest documents, the newest first. */
  public List<SentDocument> documents(int limit) {
    return documents.newest(limit, _ -> true);
  }

  /** An image by its subject. */
  public Optional<SentImage> image(String subject) {
    return images.get(subject);
  }

  /** A document by its subject. */
  public Optional<SentDocument> document(String subject) {
    return documents.get(subject);
  }

  /** The label of a subject: the last one sent, else that of its record. */
  public Optional<String> labelOf(SentInput sent) {
    return labels.get(sent.subject()).or(sent::label);
  }

  /** The memories, for their metrics. */
  BoundedMemory<SentImage> images() {
    return images;
  }

  BoundedMemory<SentDocument> documents() {
    return documents;
  }

  BoundedMemory<String> labels() {
    return labels;
  }
}
