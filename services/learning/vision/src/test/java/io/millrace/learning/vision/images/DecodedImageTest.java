package io.millrace.learning.vision.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.learning.vision.images.ImageDecoder.PixelLimit;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class DecodedImageTest {

  private static final PixelLimit LIMIT = new PixelLimit(6, "images.max.pixels");

  private static final ImageShape MNIST = new ImageShape(1, 28, 28);

  @Test
  void everySampleOfAnImageThatFitsIsItsByteDividedBy255() throws UnusableImageException {
    byte[] samples = new byte[28 * 28];
    new Random(1).nextBytes(samples);

    float[] pixels = fit(DecodedImage.of(28, 28, 1, samples), MNIST);

    for (int i = 0; i < samples.length; i++) {
      assertThat(pixels[i]).isEqualTo((samples[i] & 0xff) / 255f);
    }
  }

  @Test
  void colourBecomesPlanes() throws UnusableImageException {
    DecodedImage picture = DecodedImage.of(2, 1, 3, new byte[] {1, 2, 3, 4, 5, 6});

    float[] pixels = fit(picture, new ImageShape(3, 1, 2));

    assertThat(pixels).containsExactly(1 / 255f, 4 / 255f, 2 / 255f, 5 / 255f, 3 / 255f, 6 / 255f);
  }

  @Test
  void colourBecomesGreyByItsLuma() throws UnusableImageException {
    DecodedImage picture =
        DecodedImage.of(4, 1, 3, new byte[] {-1, 0, 0, 0, -1, 0, 0, 0, -1, 77, 77, 77});

    float[] pixels = fit(picture, new ImageShape(1, 1, 4));

    assertThat(pixels).containsExactly(0.299f, 0.587f, 0.114f, 77 / 255f);
  }

  @Test
  void greyBecomesThreeEqualPlanes() throws UnusableImageException {
    float[] pixels = fit(DecodedImage.of(2, 1, 1, new byte[] {51, 102}), new ImageShape(3, 1, 2));

    assertThat(pixels).containsExactly(0.2f, 0.4f, 0.2f, 0.4f, 0.2f, 0.4f);
  }

  @Test
  void writesNothingBesideItsPlace() throws UnusableImageException {
    float[] target = {9, 9, 9, 9};

    DecodedImage.of(2, 1, 1, new byte[] {51, 102}).resizeInto(new ImageShape(1, 1, 2), target, 1);

    assertThat(target).containsExactly(9, 0.2f, 0.4f, 9);
    assertThatThrownBy(() ->
            DecodedImage.of(1, 1, 1, new byte[1]).resizeInto(new ImageShape(1, 1, 2), target, 3))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesSamplesOfAnotherExtent() {
    assertThatThrownBy(() -> DecodedImage.of(2, 2, 1, new byte[3]))
        .isInstanceOf(UnusableImageException.class)
        .hasMessage("2 x 2 pixels of 1 channels are not 3 bytes");
    assertThatThrownBy(() -> DecodedImage.of(0, 2, 1, new byte[0]))
        .isInstanceOf(UnusableImageException.class);
    assertThatThrownBy(() -> DecodedImage.of(1, 1, 4, new byte[4]))
        .isInstanceOf(UnusableImageException.class);
    assertThatThrownBy(() -> DecodedImage.of(Integer.MAX_VALUE, Integer.MAX_VALUE, 3, new byte[1]))
        .isInstanceOf(UnusableImageException.class);
    assertThatThrownBy(() -> DecodedImage.of(1 << 16, 1 << 16, 1, new byte[0]))
        .isInstanceOf(UnusableImageException.class);
  }

  @Test
  void aPngOfPixelsReadsBackAsTheirNearestBytes() throws UnusableImageException {
    float[] pixels = {9, -1, 0, 1, 2, 0.5f, Float.NaN, 0.2f};

    byte[] png = PngEncoder.encode(new ImageShape(1, 1, 6), pixels, 1);

    float[] read = fit(ImageDecoder.decode(png, LIMIT), new ImageShape(1, 1, 6));
    assertThat(read).containsExactly(0, 0, 1, 1, 128 / 255f, 0);
  }

  @Test
  void aColourPngOfPixelsReadsBack() throws UnusableImageException {
    ImageShape shape = new ImageShape(3, 2, 1);
    float[] pixels = {0, 0.2f, 0.4f, 0.6f, 0.8f, 1};

    DecodedImage picture = ImageDecoder.decode(PngEncoder.encode(shape, pixels, 0), LIMIT);

    assertThat(fit(picture, shape)).containsExactly(pixels);
  }

  private static float[] fit(DecodedImage picture, ImageShape shape) {
    float[] pixels = new float[shape.size()];
    picture.resizeInto(shape, pixels, 0);
    return pixels;
  }
}
