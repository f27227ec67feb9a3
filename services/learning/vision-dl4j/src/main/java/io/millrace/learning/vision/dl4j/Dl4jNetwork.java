package io.millrace.learning.vision.dl4j;

import io.millrace.learning.vision.Architecture.Parameter;
import io.millrace.learning.vision.ImageShape;
import io.millrace.learning.vision.network.Form;
import io.millrace.learning.vision.network.Layout;
import io.millrace.learning.vision.network.Lesson;
import io.millrace.learning.vision.network.Network;
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
  private record Place(int ours, int theirs, int size) {}

  private final ImageShape shape;
  private final Form form;
  private final int decoded;
  private final ComputationGraph graph;
  private final List<Place> places = new ArrayList<>();
  private final CrossEntropy crossEntropy;
  private final SquaredError squaredError;
  private @Nullable INDArray input;
  private INDArray[] noLabels = new INDArray[0];

  /**
   * A network without weights.
   *
   * @param simd whether its convolutions are computed by the kernels, or else by oneDNN
   */
  Dl4jNetwork(Form form, boolean simd, double headWeight, double decoderWeight) {
    Nd4jStart.onOneThread();
    this.form = form;
    this.shape = form.network().shape();
    this.decoded = form.network().decoded().size();
    this.crossEntropy = new CrossEntropy(headWeight, form.units());
    this.squaredError = new SquaredError(decoderWeight);
    this.graph = new ComputationGraph(Graphs.of(form, simd, crossEntropy, squaredError));
    graph.init();
    Layout layout = form.layout();
    for (Parameter parameter : form.network().parameters(form.units())) {
      INDArray view = view(parameter.name());
      if (view != null) {
        int theirs = Math.toIntExact(view.offset());
        places.add(new Place(layout.offset(parameter.name()), theirs, parameter.size()));
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
  public void parameters(float[] values) {
    for (Place place : places) {
      Floats.write(values, place.ours(), graph.params(), place.theirs(), place.size());
    }
  }

  @Override
  public Output predict(float[] pixels, int count) {
    List<String> wanted =
        form.decodes() ? List.of(Graphs.SCORES, Graphs.PIXELS) : List.of(Graphs.SCORES);
    INDArray[] outputs = graph.output(wanted, false, new INDArray[] {input(pixels, count)}, null);
    float[] scores = new float[count * form.units()];
    float[] decodedPixels = new float[form.decodes() ? count * decoded : 0];
    Floats.read(outputs[0], scores);
    if (form.decodes()) {
      Floats.read(outputs[1], decodedPixels);
    }
    for (INDArray output : outputs) {
      output.close();
    }
    return new Output(scores, decodedPixels);
  }

  @Override
  public Output learn(Lesson lesson, float[] gradient) {
    crossEntropy.expect(lesson);
    squaredError.expect(lesson);
    graph.setInputs(input(lesson.pixels(), lesson.count()));
    graph.setLabels(noLabels);
    graph.computeGradientAndScore();
    INDArray gradients = graph.getFlattenedGradients();
    for (Place place : places) {
      Floats.read(gradients, place.theirs(), gradient, place.ours(), place.size());
    }
    graph.clear();
    return new Output(crossEntropy.output(), squaredError.output());
  }

  /** The batch in ND4J's memory, which is used again as long as batches are equally large. */
  private INDArray input(float[] pixels, int count) {
    if (input == null || input.size(0) != count) {
      release();
      input = Nd4j.createUninitialized(count, shape.channels(), shape.height(), shape.width());
      INDArray noClasses = Nd4j.zeros(count, form.units());
      noLabels =
          form.decodes()
              ? new INDArray[] {noClasses, Nd4j.zeros(count, decoded)}
              : new INDArray[] {noClasses};
    }
    Floats.write(pixels, input);
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
