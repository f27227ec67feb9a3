package io.millrace.scoring;

import io.millrace.learning.vision.images.DecodedImage;
import io.millrace.learning.vision.images.ImageDecoder;
import io.millrace.learning.vision.images.ImageShape;
import io.millrace.learning.vision.images.UnusableImageException;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.InputDecoder;
import io.millrace.schemas.Subject;
import io.millrace.schemas.Subjects;
import io.millrace.schemas.avro.Image;
import io.millrace.schemas.avro.Pixels;
import io.millrace.schemas.avro.Source;
import java.nio.ByteBuffer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads records of {@code images} in every form that is accepted there. Safe for several threads.
 *
 * @param maxPixels the most pixels of an image file, width times height; bare pixels are bounded by
 *     the record
 */
record ImageRequestReader(long maxPixels) {

  /**
   * Reads a record, scaled to what a network takes.
   *
   * @param pixels is given {@code float[channels, height, width]} from the offset on, in [0, 1]
   * @return invalid, with the reason, if it cannot be used
   */
  Decoded<ScoringRequest> read(
      ConsumerRecord<byte[], byte[]> record, ImageShape shape, float[] pixels, int offset) {
    byte @Nullable [] value = record.value();
    if (value == null) {
      return Decoded.invalid("there is no value; an image cannot be deleted");
    }
    Source place = OutputRecords.place(record);
    return switch (Subjects.ofImage(record.key(), place)) {
      case Decoded.Invalid<Subject>(String reason) -> Decoded.invalid(reason);
      case Decoded.Valid<Subject>(Subject subject) ->
          switch (InputDecoder.image(EventHeaders.contentType(record.headers()), value)) {
            case Decoded.Invalid<Image>(String reason) -> Decoded.invalid(reason);
            case Decoded.Valid<Image>(Image image) -> {
              try {
                picture(image).resizeInto(shape, pixels, offset);
                yield Decoded.valid(new ScoringRequest(record, subject, place, image.getLabel()));
              } catch (UnusableImageException e) {
                yield Decoded.invalid(String.valueOf(e.getMessage()));
              }
            }
          };
    };
  }

  private DecodedImage picture(Image image) throws UnusableImageException {
    Pixels pixels = image.getPixels();
    if (pixels == null) {
      return ImageDecoder.decode(bytes(image.getEncoded()), maxPixels);
    }
    return DecodedImage.of(
        pixels.getWidth(), pixels.getHeight(), pixels.getChannels(), bytes(pixels.getData()));
  }

  /** The array itself where the buffer is all of it. */
  private static byte[] bytes(ByteBuffer buffer) {
    if (buffer.hasArray() && buffer.remaining() == buffer.array().length) {
      return buffer.array();
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
