package io.millrace.vision;

import io.millrace.learning.vision.images.DecodedImage;
import io.millrace.learning.vision.images.ImageDecoder;
import io.millrace.learning.vision.images.ImageDecoder.PixelLimit;
import io.millrace.learning.vision.images.ImageShape;
import io.millrace.learning.vision.images.UnusableImageException;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.Image;
import io.millrace.schemas.avro.ImageExample;
import io.millrace.schemas.avro.Pixels;
import io.millrace.schemas.input.InputDecoder;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decodes records of {@code image-examples}, whose images are in any form that {@code images}
 * accepts. Safe for several threads.
 *
 * @param shape what the network takes
 * @param limit how large an image may be
 */
record ImageExampleReader(ImageShape shape, PixelLimit limit) {

  /**
   * An example, its image decoded and resized for the network.
   *
   * @param pixels {@code float[channels, height, width]} of the network's shape, in [0, 1]; not
   *     copied
   * @param label an image without one trains the decoder alone
   */
  record DecodedExample(float[] pixels, Optional<String> label) {}

  private static final AvroCodec<ImageExample> EXAMPLES = AvroCodec.of(ImageExample.class);

  /** Decodes a record's value; empty if it cannot be used. */
  Optional<DecodedExample> read(byte @Nullable [] value) {
    if (value == null) {
      return Optional.empty();
    }
    // Scoring, the reporter of images, has sent images that cannot be used to dead-letters.
    return EXAMPLES.decode(value) instanceof Decoded.Valid<ImageExample>(ImageExample example)
            && InputDecoder.DEFAULT.image(
                    example.getContentType(), AvroCodec.bytes(example.getPayload()))
                instanceof Decoded.Valid<Image>(Image image)
        ? pixels(image)
            .map(pixels -> new DecodedExample(pixels, Optional.ofNullable(example.getLabel())))
        : Optional.empty();
  }

  private Optional<float[]> pixels(Image image) {
    try {
      float[] pixels = new float[shape.size()];
      decode(image).resizeInto(shape, pixels, 0);
      return Optional.of(pixels);
    } catch (UnusableImageException e) {
      return Optional.empty();
    }
  }

  private DecodedImage decode(Image image) throws UnusableImageException {
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
