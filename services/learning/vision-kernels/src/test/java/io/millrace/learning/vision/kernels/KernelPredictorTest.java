package io.millrace.learning.vision.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.learning.vision.NetworkOutput;
import io.millrace.learning.vision.PyTorchGolden;
import io.millrace.learning.vision.VisionDevice;
import io.millrace.learning.vision.VisionPredictor;
import io.millrace.learning.vision.images.ImageBatch;
import io.millrace.learning.vision.images.ImageShape;
import java.io.IOException;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No engine is on the class path of this module: the kernels predict without one. */
final class KernelPredictorTest {

  private static final Offset<Float> TOLERANCE = within(1e-5f);

  static List<PyTorchGolden> presets() {
    return PyTorchGolden.all();
  }

  @ParameterizedTest
  @MethodSource("presets")
  void predictsAsPyTorch(PyTorchGolden preset) throws IOException {
    PyTorchGolden.Figures golden = preset.read();
    try (VisionPredictor predictor = new KernelPredictor(preset.firstWeights())) {
      NetworkOutput output = predictor.predict(preset.images(0));

      assertThat(output.scores()).containsExactly(golden.outputs().remove(), TOLERANCE);
      assertThat(PyTorchGolden.somePixels(output.reconstructions()))
          .containsExactly(golden.outputs().remove(), TOLERANCE);
    }
  }

  @Test
  void anOutputIsNotOverwrittenByTheNext() {
    PyTorchGolden preset = PyTorchGolden.all().getFirst();
    try (VisionPredictor predictor = new KernelPredictor(preset.firstWeights())) {
      NetworkOutput output = predictor.predict(preset.images(0));
      float[] scores = output.scores().clone();
      float[] reconstructions = output.reconstructions().clone();

      predictor.predict(preset.images(1));
      predictor.predict(preset.images(2));

      assertThat(output.scores()).isEqualTo(scores);
      assertThat(output.reconstructions()).isEqualTo(reconstructions);
    }
  }

  @Test
  void aSmallerBatchAfterALargerOneIsPredictedAsAlone() {
    PyTorchGolden preset = PyTorchGolden.all().getFirst();
    try (VisionPredictor used = new KernelPredictor(preset.firstWeights());
        VisionPredictor fresh = new KernelPredictor(preset.firstWeights())) {
      used.predict(preset.images(0));

      NetworkOutput small = used.predict(preset.images(2));

      assertThat(small.scores()).isEqualTo(fresh.predict(preset.images(2)).scores());
      assertThat(small.reconstructions())
          .isEqualTo(fresh.predict(preset.images(2)).reconstructions());
    }
  }

  @Test
  void refusesImagesOfAnotherShape() {
    try (VisionPredictor predictor =
        new KernelPredictor(PyTorchGolden.all().getFirst().firstWeights())) {
      var other = new ImageBatch(new ImageShape(1, 10, 10), 1, new float[100]);

      assertThatThrownBy(() -> predictor.predict(other))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("12")
          .hasMessageContaining("10");
    }
  }

  @Test
  void standsInForDeeplearning4jOnTheProcessorAlone() {
    assertThat(KernelPredictorLoader.inPlaceOf("dl4j", VisionDevice.CPU)).isPresent();
    assertThat(KernelPredictorLoader.inPlaceOf("dl4j", VisionDevice.CUDA)).isEmpty();
    assertThat(KernelPredictorLoader.inPlaceOf("libtorch", VisionDevice.CPU)).isEmpty();
  }

  @Test
  void noEngineIsOnTheClassPath() {
    assertThatThrownBy(() -> Class.forName("org.nd4j.linalg.factory.Nd4j"))
        .isInstanceOf(ClassNotFoundException.class);
  }
}
