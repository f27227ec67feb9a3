package io.millrace.learning.vision.dl4j;

import io.millrace.learning.vision.images.ImageShape;
import io.millrace.learning.vision.model.Architecture.Parameter;
import io.millrace.learning.vision.network.LossGradient;
import io.millrace.learning.vision.network.Network;
import io.millrace.learning.vision.network.NetworkSpec;
import io.millrace.learning.vision.network.ParameterLayout;
import io.millrace.learning.vision.network.TrainingBatch;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A graph of Deeplearning4j with oneDNN whose parameters, batches, outputs and gradients come from
 * the heap and go back to it.
 */
final class Dl4jNetwork implements Network {

  /** A tensor's place in our vector and in Deeplearning4j's, which has another order. */
  private record TensorMapping(int ours, int theirs, int size) {}

  private final ImageShape shape;
  private final NetworkSpec spec;
  private final int decoded;
  private final ComputationGraph graph;
  private final List<TensorMapping> mappings = new ArrayList<>();
  private final OutputLoss crossEntropy;
  private final OutputLoss squaredError;
  private @Nullable INDArray input;
  private INDArray[] noLabels = new INDArray[0];

  /** A network without weights. */
  Dl4jNetwork(NetworkSpec spec, double headWeight, double decoderWeight) {
    Nd4jRuntime.onOneThread();
    this.spec = spec;
    this.shape = spec.architecture().shape();
    this.decoded = spec.architecture().decoded().size();
    this.crossEntropy = new OutputLoss(LossGradient.crossEntropy(headWeight, spec.units()));
    this.squaredError = new OutputLoss(LossGradient.squaredError(decoderWeight));
    this.graph = new ComputationGraph(GraphConfigurations.of(spec, crossEntropy, squaredError));
    graph.init();
    ParameterLayout layout = spec.layout();
    for (Parameter parameter : spec.architecture().parameters(spec.units())) {
      INDArray view = view(parameter.name());
      if (view != null) {
        int theirs = Math.toIntExact(view.offset());
        mappings.add(new TensorMapping(layout.offset(parameter.name()), theirs, parameter.size()));
      }
    }
  }

  /**
   * The tensor in Deeplearning4j's parameters; null where the network lacks it. Within a tensor the
   * elements stand as in PyTorch: dense layers column by column, which is out x in.
   */
  private @Nullable INDArray view(String name) {
    String[] parts = name.split("\\.", 2);
    if (!graph.getConfiguration().getVertices().containsKey(parts[0])) {
      return null;
    }
    Layer layer = graph.getLayer(parts[0]);
    return layer.getParam(parts[1].equals("weight") ? "W" : "b");
  }

  @Override
  public void setParameters(float[] values) {
    for (TensorMapping mapping : mappings) {
      NdArrayCopy.write(values, mapping.ours(), graph.params(), mapping.theirs(), mapping.size());
    }
  }

  @Override
  public RawOutput predict(float[] pixels, int count) {
    List<String> wanted =
        spec.hasDecoder()
            ? List.of(GraphConfigurations.SCORES, GraphConfigurations.PIXELS)
            : List.of(GraphConfigurations.SCORES);
    INDArray[] outputs = graph.output(wanted, false, new INDArray[] {input(pixels, count)}, null);
    float[] scores = new float[count * spec.units()];
    float[] decodedPixels = new float[spec.hasDecoder() ? count * decoded : 0];
    NdArrayCopy.read(outputs[0], scores);
    if (spec.hasDecoder()) {
      NdArrayCopy.read(outputs[1], decodedPixels);
    }
    for (INDArray output : outputs) {
      output.close();
    }
    return new RawOutput(scores, decodedPixels);
  }

  @Override
  public RawOutput learn(TrainingBatch batch, float[] gradient) {
    crossEntropy.expect(batch);
    squaredError.expect(batch);
    graph.setInputs(input(batch.pixels(), batch.count()));
    graph.setLabels(noLabels);
    graph.computeGradientAndScore();
    INDArray gradients = graph.getFlattenedGradients();
    for (TensorMapping mapping : mappings) {
      NdArrayCopy.read(gradients, mapping.theirs(), gradient, mapping.ours(), mapping.size());
    }
    graph.clear();
    return new RawOutput(crossEntropy.output(), squaredError.output());
  }

  /** The batch in ND4J's memory, which is used again as long as batches are equally large. */
  private INDArray input(float[] pixels, int count) {
    if (input == null || input.size(0) != count) {
      release();
      input = Nd4j.createUninitialized(count, shape.channels(), shape.height(), shape.width());
      INDArray noClasses = Nd4j.zeros(count, spec.units());
      noLabels =
          spec.hasDecoder()
              ? new INDArray[] {noClasses, Nd4j.zeros(count, decoded)}
              : new INDArray[] {noClasses};
    }
    NdArrayCopy.write(pixels, input);
    return input;
  }

  private void release() {
    if (input != null) {
      input.close();
    }
    for (INDArray labels : noLabels) {
      labels.close();
    }
  }

  @Override
  public void close() {
    release();
    input = null;
    noLabels = new INDArray[0];
    graph.close();
  }
}
