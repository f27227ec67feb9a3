package io.millrace.learning.vision.dl4j;

import io.millrace.learning.vision.images.ImageShape;
import io.millrace.learning.vision.model.Architecture.Parameter;
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
 * A graph in ND4J's memory with its numbers on the heap: parameters in, answers and gradients out.
 */
final class Dl4jNetwork implements Network {

  /** A tensor's place in our vector and in Deeplearning4j's, which has another order. */
  private record TensorMapping(int ours, int theirs, int size) {}

  private final ImageShape shape;
  private final NetworkSpec form;
  private final int decoded;
  private final ComputationGraph graph;
  private final List<TensorMapping> places = new ArrayList<>();
  private final CrossEntropy crossEntropy;
  private final SquaredError squaredError;
  private @Nullable INDArray input;
  private INDArray[] noLabels = new INDArray[0];

  /**
   * A network without weights.
   *
   * @param simd whether its convolutions are computed by the kernels, or else by oneDNN
   */
  Dl4jNetwork(NetworkSpec form, boolean simd, double headWeight, double decoderWeight) {
    Nd4jRuntime.onOneThread();
    this.form = form;
    this.shape = form.architecture().shape();
    this.decoded = form.architecture().decoded().size();
    this.crossEntropy = new CrossEntropy(headWeight, form.units());
    this.squaredError = new SquaredError(decoderWeight);
    this.graph =
        new ComputationGraph(GraphConfigurations.of(form, simd, crossEntropy, squaredError));
    graph.init();
    ParameterLayout layout = form.layout();
    for (Parameter parameter : form.architecture().parameters(form.units())) {
      INDArray view = view(parameter.name());
      if (view != null) {
        int theirs = Math.toIntExact(view.offset());
        places.add(new TensorMapping(layout.offset(parameter.name()), theirs, parameter.size()));
      }
    }
  }

  /**
   * Within a tensor the elements stand as in PyTorch: dense layers column by column, which is out x
   * in. A layer of several tensors has them by their full names, others as weights and biases.
   */
  private @Nullable INDArray view(String name) {
    for (Layer layer : graph.getLayers()) {
      INDArray view = layer.paramTable().get(name);
      if (view != null) {
        return view;
      }
    }
    String[] parts = name.split("\\.", 2);
    return graph.getConfiguration().getVertices().containsKey(parts[0])
        ? graph.getLayer(parts[0]).getParam(parts[1].equals("weight") ? "W" : "b")
        : null;
  }

  @Override
  public void setParameters(float[] values) {
    for (TensorMapping place : places) {
      NdArrayCopy.write(values, place.ours(), graph.params(), place.theirs(), place.size());
    }
  }

  @Override
  public RawOutput predict(float[] pixels, int count) {
    List<String> wanted =
        form.hasDecoder()
            ? List.of(GraphConfigurations.SCORES, GraphConfigurations.PIXELS)
            : List.of(GraphConfigurations.SCORES);
    INDArray[] outputs = graph.output(wanted, false, new INDArray[] {input(pixels, count)}, null);
    float[] scores = new float[count * form.units()];
    float[] decodedPixels = new float[form.hasDecoder() ? count * decoded : 0];
    NdArrayCopy.read(outputs[0], scores);
    if (form.hasDecoder()) {
      NdArrayCopy.read(outputs[1], decodedPixels);
    }
    for (INDArray output : outputs) {
      output.close();
    }
    return new RawOutput(scores, decodedPixels);
  }

  @Override
  public RawOutput learn(TrainingBatch lesson, float[] gradient) {
    crossEntropy.expect(lesson);
    squaredError.expect(lesson);
    graph.setInputs(input(lesson.pixels(), lesson.count()));
    graph.setLabels(noLabels);
    graph.computeGradientAndScore();
    INDArray gradients = graph.getFlattenedGradients();
    for (TensorMapping place : places) {
      NdArrayCopy.read(gradients, place.theirs(), gradient, place.ours(), place.size());
    }
    graph.clear();
    return new RawOutput(crossEntropy.output(), squaredError.output());
  }

  /** The batch in ND4J's memory, which is used again as long as batches are equally large. */
  private INDArray input(float[] pixels, int count) {
    if (input == null || input.size(0) != count) {
      release();
      input = Nd4j.createUninitialized(count, shape.channels(), shape.height(), shape.width());
      INDArray noClasses = Nd4j.zeros(count, form.units());
      noLabels =
          form.hasDecoder()
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
