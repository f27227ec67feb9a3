package io.millrace.learning.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.tensors.Tensor;
import io.millrace.learning.vision.images.ImageBatch;
import io.millrace.learning.vision.images.ImageShape;
import io.millrace.learning.vision.model.Architecture;
import io.millrace.learning.vision.model.NetworkConfig;
import io.millrace.learning.vision.model.Optimizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Steps of an engine are PyTorch's: same scores, same pixels, same weights. The golden files are
 * made by pytorch.py beside this, which has the same formulas for weights, images and labels.
 */
public abstract class PyTorchContract {

  private static final Offset<Float> TOLERANCE = within(1e-5f);
  private static final int SIDE = 12;
  private static final int STEPS = 5;
  private static final List<String> CLASSES = List.of("0", "1", "2");

  /** Those of pytorch.py. */
  private record Preset(String name, NetworkConfig config) {
    Preset(String name, int channels, boolean padded, double head, double decoder, Optimizer by) {
      this(
          name,
          new NetworkConfig(
              new ImageShape(channels, SIDE, SIDE), padded, 8, 5, by, 0, head, decoder, 2));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  @SuppressWarnings("unused")
  private static final List<Preset> PRESETS =
      List.of(
          new Preset("adam", 1, true, 1, 1, new Optimizer.Adam(1e-3)),
          new Preset("sgd", 3, true, 1, 1, new Optimizer.Sgd(0.01)),
          new Preset("momentum", 1, true, 0.5, 4, new Optimizer.Momentum(0.01, 0.9)),
          new Preset("unpadded", 1, false, 1, 1, new Optimizer.Adam(1e-3)));

  /** The engine under test. */
  protected abstract VisionEngine engine();

  @ParameterizedTest
  @FieldSource("PRESETS")
  void takesTheStepsOfPyTorch(Preset preset) throws IOException {
    Deque<float[]> golden = new ArrayDeque<>();
    Map<String, float[]> goldenWeights = new HashMap<>();
    read(preset, golden, goldenWeights);
    try (VisionModel model = model(preset.config())) {
      for (int step = 0; step < STEPS; step++) {
        int count = step == 2 ? 3 : 6;

        NetworkOutput answers =
            model.learn(images(preset.config().shape(), step, count), labels(step, count));

        assertThat(answers.scores())
            .as("scores before step " + step)
            .containsExactly(golden.remove(), TOLERANCE);
        assertThat(every(7, answers.reconstructions()))
            .as("pixels before step " + step)
            .containsExactly(golden.remove(), TOLERANCE);
      }
      model
          .weights()
          .tensors()
          .forEach((name, tensor) -> {
            float[] values = tensor.floats();
            assertThat(every(Math.max(1, values.length / 25), values))
                .as(name)
                .containsExactly(goldenWeights.get(name), TOLERANCE);
          });
    }
  }

  /** The network of the formulas, before its first step. */
  private VisionModel model(NetworkConfig config) {
    Architecture network = config.architecture().withClasses(CLASSES);
    Map<String, Tensor> weights = new TreeMap<>();
    network
        .parameters(CLASSES.size())
        .forEach(p -> weights.put(p.name(), Tensor.of(new float[0], 0)));
    int stream = 0;
    for (String name : List.copyOf(weights.keySet())) {
      weights.put(name, weight(parameter(network, name), stream++));
    }
    return engine().createFrom(config, 1, SafeTensors.of(weights, network.metadata()));
  }

  private static Architecture.Parameter parameter(Architecture network, String name) {
    return network.parameters(CLASSES.size()).stream()
        .filter(parameter -> parameter.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Tensor weight(Architecture.Parameter parameter, int stream) {
    float[] values = new float[parameter.size()];
    double bound = values.length < 1_000 ? 0.3 : 0.06;
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (bound * (hashed(i, stream) / 0x1p31 - 1));
    }
    return Tensor.of(values, shape(parameter));
  }

  private static int[] shape(Architecture.Parameter parameter) {
    return parameter.shape().stream().mapToInt(Integer::intValue).toArray();
  }

  private static ImageBatch images(ImageShape shape, int step, int count) {
    float[] pixels = new float[count * shape.size()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (hashed(i, 100 + step) >> 24) / 255f;
    }
    return new ImageBatch(shape, count, pixels);
  }

  private static List<Optional<String>> labels(int step, int count) {
    List<Optional<String>> labels = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int label = (7 * step + 5 * i) % (CLASSES.size() + 1);
      labels.add(label < CLASSES.size() ? Optional.of(CLASSES.get(label)) : Optional.empty());
    }
    return labels;
  }

  /** A number in [0, 2^32) by place and stream. */
  private static long hashed(long place, long stream) {
    long h = ((place + 1_000_003 * stream) * 2_654_435_761L) & 0xffffffffL;
    h ^= h >>> 15;
    return (h * 2_246_822_519L) & 0xffffffffL;
  }

  private static float[] every(int stride, float[] values) {
    float[] some = new float[Math.ceilDiv(values.length, stride)];
    for (int i = 0; i < some.length; i++) {
      some[i] = values[i * stride];
    }
    return some;
  }

  private static void read(Preset preset, Deque<float[]> steps, Map<String, float[]> weights)
      throws IOException {
    String file = "/golden/pytorch-" + preset + ".txt";
    try (InputStream in =
        Objects.requireNonNull(PyTorchContract.class.getResourceAsStream(file), file)) {
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .forEach(line -> {
            String[] words = line.split(" ");
            float[] values = new float[words.length - 1];
            for (int i = 0; i < values.length; i++) {
              values[i] = Float.parseFloat(words[i + 1]);
            }
            if (Stream.of("scores", "pixels").anyMatch(words[0]::equals)) {
              steps.add(values);
            } else {
              weights.put(words[0], values);
            }
          });
    }
  }
}
