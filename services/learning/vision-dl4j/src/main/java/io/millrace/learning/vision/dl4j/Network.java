package io.millrace.learning.vision.dl4j;

import io.millrace.learning.vision.Architecture;
import io.millrace.learning.vision.ImageShape;
import io.millrace.learning.vision.simd.Lanes;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A graph in ND4J's memory with its numbers on the heap: parameters in, answers and gradients out.
 * Takes no step by itself. Bound to the thread that made it.
 */
final class Network implements AutoCloseable {

  private static final List<String> OUTPUTS = List.of(Graphs.SCORES, Graphs.PIXELS);

  private final ImageShape shape;
  private final int units;
  private final int decoded;
  private final ComputationGraph graph;
  private final CrossEntropy crossEntropy;
  private final SquaredError squaredError;
  private @Nullable INDArray input;
  private @Nullable INDArray[] noLabels = new INDArray[2];

  /** Scores and pixels of a batch, {@code float[count, units]} and as decoded. */
  record Output(float[] scores, float[] pixels) {}

  /**
   * A network without weights.
   *
   * @param units of the last layer of the head
   */
  Network(Architecture network, int units, double headWeight, double decoderWeight) {
    this(network, units, headWeight, decoderWeight, Lanes.available());
  }

  /** A network whose convolutions are computed by the kernels, or else by oneDNN. */
  Network(Architecture network, int units, double headWeight, double decoderWeight, boolean simd) {
    Nd4jStart.onOneThread();
    this.shape = network.shape();
    this.units = units;
    this.decoded = network.decoded().size();
    this.crossEntropy = new CrossEntropy(headWeight, units);
    this.squaredError = new SquaredError(decoderWeight);
    this.graph = new ComputationGraph(Graphs.of(network, units, crossEntropy, squaredError, simd));
    graph.init();
  }

  /** Where the parameters stand. */
  Layout layout(Architecture network) {
    return new Layout(graph, network.parameters(units));
  }

  void parameters(float[] values) {
    Floats.write(values, graph.params());
  }

  /** Answers a batch of pixels. */
  Output predict(float[] pixels, int count) {
    INDArray[] outputs = graph.output(OUTPUTS, false, new INDArray[] {input(pixels, count)}, null);
    float[] scores = new float[count * units];
    float[] decodedPixels = new float[count * decoded];
    Floats.read(outputs[0], scores);
    Floats.read(outputs[1], decodedPixels);
    for (INDArray output : outputs) {
      output.close();
    }
    return new Output(scores, decodedPixels);
  }

  /**
   * Passes a batch forward and back.
   *
   * @param targets the class of each image, or {@link CrossEntropy#NONE}
   * @param classes that are known
   * @param decodedTargets what the decoder's pixels are compared with
   * @param gradient of the loss by the parameters; written
   */
  Output learn(
      float[] pixels, int[] targets, int classes, float[] decodedTargets, float[] gradient) {
    crossEntropy.expect(targets, classes);
    squaredError.expect(decodedTargets);
    graph.setInputs(input(pixels, targets.length));
    graph.setLabels(noLabels);
    graph.computeGradientAndScore();
    Floats.read(graph.getFlattenedGradients(), gradient);
    graph.clear();
    return new Output(crossEntropy.output(), squaredError.output());
  }

  /** The batch in ND4J's memory, which is used again as long as batches are equally large. */
  private INDArray input(float[] pixels, int count) {
    if (input == null || input.size(0) != count) {
      release();
      input = Nd4j.createUninitialized(count, shape.channels(), shape.height(), shape.width());
      noLabels = new INDArray[] {Nd4j.zeros(count, units), Nd4j.zeros(count, decoded)};
    }
    Floats.write(pixels, input);
    return input;
  }

  private void release() {
    if (input != null) {
      input.close();
    }
    for (INDArray labels : noLabels) {
      if (labels != null) {
        labels.close();
      }
    }
  }

  @Override
  public void close() {
    release();
    input = null;
    graph.close();
  }
}
