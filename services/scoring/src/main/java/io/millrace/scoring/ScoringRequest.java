package io.millrace.scoring;

import io.millrace.learning.vision.images.DecodedImage;
import io.millrace.learning.vision.images.ImageDecoder;
import io.millrace.learning.vision.images.ImageDecoder.PixelLimit;
import io.millrace.learning.vision.images.ImageShape;
import io.millrace.learning.vision.images.UnusableImageException;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.Image;
import io.millrace.schemas.avro.Pixels;
import io.millrace.schemas.avro.Source;
import io.millrace.schemas.input.InputDecoder;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * An input record that can be scored.
 *
 * @param record as it came
 * @param subject what the record is about
 * @param source the coordinates by which the evaluation finds the subject's example
 * @param givenLabel the label inside the record, or null
 */
record ScoringRequest(
    ConsumerRecord<byte[], byte[]> record,
    Subject subject,
    Source source,
    @Nullable String givenLabel) {

  /**
   * Decodes a record of {@code images} and its pixels.
   *
   * @param inputs decodes the record
   * @param limit how large an image may be
   * @param shape the network's input
   * @param pixels receives {@code float[channels, height, width]} of that shape from the offset on,
   *     in [0, 1]
   * @return invalid, with the reason, if the record cannot be used
   */
  static Decoded<ScoringRequest> decodeImage(
      ConsumerRecord<byte[], byte[]> record,
      InputDecoder inputs,
      PixelLimit limit,
      ImageShape shape,
      float[] pixels,
      int offset) {
    byte @Nullable [] value = record.value();
    if (value == null) {
      return Decoded.invalid("the record has no value; an image cannot be deleted");
    }
    Source source = OutputRecords.source(record);
    return inputs
        .image(EventHeaders.contentType(record.headers()), record.key(), source, value)
        .flatMap(input -> {
          try {
            decode(input.image(), limit).resizeInto(shape, pixels, offset);
            String label = input.image().getLabel();
            return Decoded.valid(new ScoringRequest(record, input.subject(), source, label));
          } catch (UnusableImageException e) {
            return Decoded.invalid(String.valueOf(e.getMessage()));
          }
        });
  }

  private static DecodedImage decode(Image image, PixelLimit limit) throws UnusableImageException {
    Pixels samples = image.getPixels();
    return samples == null
        ? ImageDecoder.decode(AvroCodec.bytes(image.getEncoded()), limit)
        : ImageDecoder.ofSamples(
            samples.getWidth(),
            samples.getHeight(),
            samples.getChannels(),
            AvroCodec.bytes(samples.getData()),
            limit);
  }
}
