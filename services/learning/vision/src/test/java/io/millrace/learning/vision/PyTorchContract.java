package io.millrace.learning.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Updates of an engine are PyTorch's: same scores, same pixels, same weights. */
public abstract class PyTorchContract {

  private static final Offset<Float> TOLERANCE = within(1e-5f);

  /** The engine under test. */
  protected abstract VisionEngine engine();

  static List<PyTorchGolden> presets() {
    return PyTorchGolden.all();
  }

  @ParameterizedTest
  @MethodSource("presets")
  void makesTheUpdatesOfPyTorch(PyTorchGolden preset) throws IOException {
    PyTorchGolden.Figures golden = preset.read();
    try (VisionModel model = engine().createFrom(preset.config(), 1, preset.firstWeights())) {
      for (int update = 0; update < PyTorchGolden.UPDATES; update++) {
        NetworkOutput output = model.learn(preset.images(update), PyTorchGolden.labels(update));

        assertThat(output.scores())
            .as("scores before update " + update)
            .containsExactly(golden.outputs().remove(), TOLERANCE);
        assertThat(PyTorchGolden.somePixels(output.reconstructions()))
            .as("pixels before update " + update)
            .containsExactly(golden.outputs().remove(), TOLERANCE);
      }
      model
          .weights()
          .tensors()
          .forEach((name, tensor) ->
              assertThat(PyTorchGolden.someWeights(tensor.floats()))
                  .as(name)
                  .containsExactly(golden.weights().get(name), TOLERANCE));
    }
  }
}
