package io.millrace.vision;

import io.millrace.learning.vision.images.DecodedImage;
import io.millrace.learning.vision.images.ImageDecoder;
import io.millrace.learning.vision.images.ImageShape;
import io.millrace.learning.vision.images.UnusableImageException;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.InputDecoder;
import io.millrace.schemas.avro.Image;
import io.millrace.schemas.avro.ImageExample;
import io.millrace.schemas.avro.Pixels;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads records of {@code image-examples}, whose images are in any form that is accepted on {@code
 * images}. Safe for several threads.
 *
 * @param shape what the network takes
 * @param maxPixels the most pixels of an image file, width times height
 */
record ImageExampleReader(ImageShape shape, long maxPixels) {

  private static final AvroCodec<ImageExample> EXAMPLES = AvroCodec.of(ImageExample.class);

  /** Reads a record's value; empty if it cannot be used. */
  Optional<DecodedExample> read(byte @Nullable [] value) {
    if (value == null) {
      return Optional.empty();
    }
    return switch (EXAMPLES.decode(value)) {
      case Decoded.Invalid<ImageExample> _ -> Optional.empty();
      case Decoded.Valid<ImageExample>(ImageExample example) ->
          switch (InputDecoder.image(example.getContentType(), bytes(example.getPayload()))) {
            case Decoded.Invalid<Image> _ -> Optional.empty();
            case Decoded.Valid<Image>(Image image) ->
                pixels(image)
                    .map(pixels ->
                        new DecodedExample(pixels, Optional.ofNullable(example.getLabel())));
          };
    };
  }

  private Optional<float[]> pixels(Image image) {
    try {
      float[] pixels = new float[shape.size()];
      picture(image).resizeInto(shape, pixels, 0);
      return Optional.of(pixels);
    } catch (UnusableImageException e) {
      // Scoring, which reads every image, has reported it to dead-letters.
      return Optional.empty();
    }
  }

  private DecodedImage picture(Image image) throws UnusableImageException {
    Pixels pixels = image.getPixels();
    if (pixels == null) {
      return ImageDecoder.decode(bytes(image.getEncoded()), maxPixels);
    }
    return DecodedImage.of(
        pixels.getWidth(), pixels.getHeight(), pixels.getChannels(), bytes(pixels.getData()));
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
