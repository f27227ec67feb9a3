package io.millrace.learning.vision.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class ResamplingTest {

  @Test
  void enlargingInterpolatesBetweenNeighbours() {
    float[] pixels = resample(new float[] {0, 1}, 2, 1, 4, 1);

    assertThat(pixels).containsExactly(0, 0.25f, 0.75f, 1);
  }

  @Test
  void reducingLeavesNoPixelOut() {
    float[] source = new float[9];
    for (int i = 0; i < 9; i++) {
      float[] one = source.clone();
      one[i] = 1;

      assertThat(resample(one, 9, 1, 2, 1)[0] + resample(one, 9, 1, 2, 1)[1]).isPositive();
    }
  }

  @Test
  void anEvenImageStaysEven() {
    float[] source = new float[40 * 37];
    Arrays.fill(source, 0.6f);

    for (float pixel : resample(source, 40, 37, 28, 28)) {
      assertThat(pixel).isCloseTo(0.6f, within(1e-6f));
    }
  }

  /** Golden: torch.nn.functional.interpolate(mode="bilinear", antialias=True). */
  @Test
  void givesTheNumbersOfPyTorch() {
    float[] source = new float[15];
    for (int i = 0; i < 15; i++) {
      source[i] = (i * i % 7) / 7f;
    }

    assertThat(resample(source, 5, 3, 2, 2)).containsExactly(GOLDEN_2X2, within(1e-6f));
    assertThat(resample(source, 5, 3, 3, 4)).containsExactly(GOLDEN_3X4, within(1e-6f));
  }

  private static final float[] GOLDEN_2X2 = {0.2183442f, 0.3076299f, 0.3076299f, 0.2183442f};
  private static final float[] GOLDEN_3X4 = {
    0.0612245f,
    0.4126984f,
    0.2857143f,
    0.2653061f,
    0.1944444f,
    0.3494898f,
    0.3494898f,
    0.1944444f,
    0.2653061f,
    0.2857143f,
    0.4126984f,
    0.0612245f
  };

  private static float[] resample(
      float[] source, int width, int height, int toWidth, int toHeight) {
    float[] target = new float[toWidth * toHeight];
    new Resampling(width, height, toWidth, toHeight)
        .apply((y, row) -> System.arraycopy(source, y * width, row, 0, width), target, 0);
    return target;
  }
}
