package io.millrace.learning.vision.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.tensors.Tensor;
import io.millrace.learning.vision.images.ImageShape;
import io.millrace.learning.vision.kernels.KernelNetwork;
import io.millrace.learning.vision.model.Architecture;
import io.millrace.learning.vision.model.InitialWeights;
import io.millrace.learning.vision.network.Network;
import io.millrace.learning.vision.network.NetworkSpec;
import io.millrace.learning.vision.network.ParameterLayout;
import io.millrace.learning.vision.network.TrainingBatch;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * The kernels against a graph of Deeplearning4j: same answers, same gradients. Pixels and weights
 * are small fractions of powers of two, so that what is pooled is exact in any order of the sums:
 * else rounding would now and then decide which of two equal numbers wins, and gets the gradient.
 */
final class KernelNetworkTest {

  private static final int UNITS = 5;

  /** Relative to the largest number of a tensor: rounding adds up over the terms of a sum. */
  private static final double TOLERANCE = 1e-4;

  @SuppressWarnings("unused")
  private static final List<Architecture> NETWORKS =
      List.of(
          network(1, 28, 28, true),
          network(1, 28, 28, false),
          network(3, 32, 32, true),
          network(3, 13, 18, true),
          network(3, 18, 13, false),
          network(1, 10, 23, false),
          network(1, 11, 10, true));

  private static Architecture network(int channels, int height, int width, boolean padded) {
    return new Architecture(new ImageShape(channels, height, width), padded, 8, List.of());
  }

  @ParameterizedTest
  @FieldSource("NETWORKS")
  void answersAndGradientsAreThoseOfTheReferenceLayers(Architecture network) {
    var lastSpec = new NetworkSpec(network, UNITS, true, true);
    var spec = new NetworkSpec(network, UNITS, true, false);
    try (Network kernels = new KernelNetwork(lastSpec, 1, 2);
        Network reference = new Dl4jNetwork(spec, 1, 2)) {
      int count = 5;
      Map<String, float[]> weights = InitialWeights.draw(network, UNITS, 3);
      weights.values().forEach(KernelNetworkTest::round);
      float[] pixels = random(count * network.shape().size(), 1);
      float[] targets = random(count * network.decoded().size(), 2);
      int[] classes = {0, 4, TrainingBatch.UNLABELLED, 2, 0};

      Learned expected = learn(reference, spec, weights, pixels, classes, targets);
      Learned actual = learn(kernels, lastSpec, weights, pixels, classes, targets);

      assertClose("scores", actual.output().scores(), expected.output().scores());
      assertClose("pixels", actual.output().pixels(), expected.output().pixels());
      expected.gradients().forEach((name, g) -> assertClose(name, actual.gradients().get(name), g));
      Network.RawOutput answer = kernels.predict(pixels, count);
      assertThat(answer.scores()).isEqualTo(actual.output().scores());
      assertThat(answer.pixels()).isEqualTo(actual.output().pixels());
    }
  }

  private record Learned(Network.RawOutput output, Map<String, float[]> gradients) {}

  private static Learned learn(
      Network net,
      NetworkSpec spec,
      Map<String, float[]> weights,
      float[] pixels,
      int[] classes,
      float[] targets) {
    ParameterLayout layout = spec.layout();
    float[] parameters = new float[layout.size()];
    layout.pack(weights, parameters);
    net.setParameters(parameters);
    float[] gradient = new float[layout.size()];
    Network.RawOutput output =
        net.learn(new TrainingBatch(pixels, targets, classes, UNITS, 5, 4), gradient);
    Map<String, Tensor> tensors = new TreeMap<>();
    Architecture network = spec.architecture().withClasses(List.of("a", "b", "c", "d", "e"));
    layout.unpack(gradient, network, "", tensors);
    Map<String, float[]> gradients = new TreeMap<>();
    tensors.forEach((name, tensor) -> gradients.put(name, tensor.floats()));
    return new Learned(output, gradients);
  }

  private static void assertClose(String what, float[] actual, float[] expected) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(expected[i] - actual[i]));
    }
    assertThat(difference / largest).as(what).isLessThan(TOLERANCE);
    assertThat(largest).as(what).isPositive();
  }

  private static void round(float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.round(64 * values[i]) / 64f;
    }
  }

  private static float[] random(int length, long seed) {
    var random = new Random(seed);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = random.nextInt(5) / 4f;
    }
    return values;
  }
}
