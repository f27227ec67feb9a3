package io.millrace.learning.vision;

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

/**
 * What PyTorch computes of a network, by pytorch.py beside this, which has the same formulas for
 * weights, images and labels.
 *
 * @param name of the golden file
 * @param config of the network
 */
public record PyTorchGolden(String name, NetworkConfig config) {

  /** The updates that PyTorch made. */
  static final int UPDATES = 5;

  private static final int SIDE = 12;
  private static final List<String> CLASSES = List.of("0", "1", "2");

  private PyTorchGolden(
      String name, int channels, boolean padded, double head, double decoder, Optimizer by) {
    this(
        name,
        new NetworkConfig(
            new ImageShape(channels, SIDE, SIDE), padded, 8, 5, by, 0, head, decoder, 2));
  }

  /** All that there are. */
  public static List<PyTorchGolden> all() {
    return List.of(
        new PyTorchGolden("adam", 1, true, 1, 1, new Optimizer.Adam(1e-3)),
        new PyTorchGolden("sgd", 3, true, 1, 1, new Optimizer.Sgd(0.01)),
        new PyTorchGolden("momentum", 1, true, 0.5, 4, new Optimizer.Momentum(0.01, 0.9)),
        new PyTorchGolden("unpadded", 1, false, 1, 1, new Optimizer.Adam(1e-3)));
  }

  /**
   * The golden file.
   *
   * @param outputs scores and pixels, some of them, before each update in turn
   * @param weights some of each tensor's numbers after the last update
   */
  public record Figures(Deque<float[]> outputs, Map<String, float[]> weights) {}

  /** Reads the golden file. */
  public Figures read() throws IOException {
    var figures = new Figures(new ArrayDeque<>(), new HashMap<>());
    String file = "/golden/pytorch-" + name + ".txt";
    try (InputStream in =
        Objects.requireNonNull(PyTorchGolden.class.getResourceAsStream(file), file)) {
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .forEach(line -> {
            String[] words = line.split(" ");
            float[] values = new float[words.length - 1];
            for (int i = 0; i < values.length; i++) {
              values[i] = Float.parseFloat(words[i + 1]);
            }
            if (Stream.of("scores", "pixels").anyMatch(words[0]::equals)) {
              figures.outputs().add(values);
            } else {
              figures.weights().put(words[0], values);
            }
          });
    }
    return figures;
  }

  /** The network of the formulas, before its first update. */
  public SafeTensors firstWeights() {
    Architecture network = config.architecture().withClasses(CLASSES);
    Map<String, Tensor> weights = new TreeMap<>();
    network
        .parameters(CLASSES.size())
        .forEach(p -> weights.put(p.name(), Tensor.of(new float[0], 0)));
    int stream = 0;
    for (String name : List.copyOf(weights.keySet())) {
      weights.put(name, weight(parameter(network, name), stream++));
    }
    return SafeTensors.of(weights, network.metadata());
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

  /** The images of an update. */
  public ImageBatch images(int update) {
    ImageShape shape = config.shape();
    float[] pixels = new float[count(update) * shape.size()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (hashed(i, 100 + update) >> 24) / 255f;
    }
    return new ImageBatch(shape, count(update), pixels);
  }

  /** The labels of its images. */
  static List<Optional<String>> labels(int update) {
    List<Optional<String>> labels = new ArrayList<>();
    for (int i = 0; i < count(update); i++) {
      int label = (7 * update + 5 * i) % (CLASSES.size() + 1);
      labels.add(label < CLASSES.size() ? Optional.of(CLASSES.get(label)) : Optional.empty());
    }
    return labels;
  }

  private static int count(int update) {
    return update == 2 ? 3 : 6;
  }

  /** A number in [0, 2^32) by place and stream. */
  private static long hashed(long place, long stream) {
    long h = ((place + 1_000_003 * stream) * 2_654_435_761L) & 0xffffffffL;
    h ^= h >>> 15;
    return (h * 2_246_822_519L) & 0xffffffffL;
  }

  /** The pixels of which the golden file has the figures. */
  public static float[] somePixels(float[] pixels) {
    return every(7, pixels);
  }

  /** The numbers of a tensor of which the golden file has the figures. */
  static float[] someWeights(float[] values) {
    return every(Math.max(1, values.length / 25), values);
  }

  private static float[] every(int stride, float[] values) {
    float[] some = new float[Math.ceilDiv(values.length, stride)];
    for (int i = 0; i < some.length; i++) {
      some[i] = values[i * stride];
    }
    return some;
  }

  @Override
  public String toString() {
    return name;
  }
}
