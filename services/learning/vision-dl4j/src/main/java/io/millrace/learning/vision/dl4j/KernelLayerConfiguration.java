package io.millrace.learning.vision.dl4j;

import io.millrace.learning.vision.images.ImageShape;
import io.millrace.learning.vision.kernels.NetworkKernels;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.NoParamLayer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Configures a {@link KernelLayer} in a graph of Deeplearning4j. */
final class KernelLayerConfiguration extends NoParamLayer {

  private static final long serialVersionUID = 1L;

  /** The part of the network that a layer computes. */
  enum Part {
    ENCODER,
    HIDDEN,
    DECODER
  }

  private final Part part;
  private final transient NetworkKernels kernels;

  KernelLayerConfiguration(Part part, NetworkKernels kernels) {
    this.part = part;
    this.kernels = kernels;
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType type) {
    KernelLayer layer =
        switch (part) {
          case ENCODER -> new EncoderLayer(conf, type, kernels);
          case HIDDEN -> new HiddenLayer(conf, type, kernels);
          case DECODER -> new DecoderLayer(conf, type, kernels);
        };
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamTable(Map.of());
    layer.setConf(conf);
    return layer;
  }

  @Override
  public InputType getOutputType(int index, InputType input) {
    List<Integer> encoded = kernels.architecture().encoded();
    ImageShape decoded = kernels.architecture().decoded();
    return switch (part) {
      case ENCODER -> InputType.convolutional(encoded.get(1), encoded.get(2), encoded.get(0));
      case HIDDEN -> InputType.feedForward(kernels.architecture().hidden());
      case DECODER ->
          InputType.convolutional(decoded.height(), decoded.width(), decoded.channels());
    };
  }

  @Override
  public @Nullable InputPreProcessor getPreProcessorForInputType(InputType input) {
    return null;
  }

  @Override
  public LayerMemoryReport getMemoryReport(InputType input) {
    throw new UnsupportedOperationException("the kernels' memory is the heap's");
  }
}
