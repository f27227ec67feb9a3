package io.millrace.learning.vision.dl4j;

import io.millrace.learning.vision.model.Architecture;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A part of the network as one layer of Deeplearning4j, computed by the kernels of {@link
 * io.millrace.learning.vision.simd}. Its parameters have PyTorch's names and layouts.
 */
final class KernelLayerConfiguration extends BaseLayer {

  private static final long serialVersionUID = 1L;

  /** Those that there are. */
  enum Part {
    ENCODER("conv1", "conv2"),
    HIDDEN("fc1"),
    DECODER("deconv1", "deconv2");

    private final List<String> layers;

    Part(String... layers) {
      this.layers = List.of(layers);
    }

    /** Its tensors, in the order of their names in {@link Architecture#parameters}. */
    List<Architecture.Parameter> parameters(Architecture network) {
      List<Architecture.Parameter> all = new ArrayList<>();
      for (Architecture.Parameter parameter : network.parameters(1)) {
        if (layers.contains(parameter.name().split("\\.", 2)[0])) {
          all.add(parameter);
        }
      }
      return all;
    }
  }

  private final transient Architecture network;
  private final Part part;

  KernelLayerConfiguration(Part part, Architecture network) {
    this.part = part;
    this.network = network;
  }

  private List<Architecture.Parameter> parameters() {
    return part.parameters(network);
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
          case ENCODER -> new EncoderLayer(conf, type, network);
          case HIDDEN -> new HiddenLayer(conf, type, network);
          case DECODER -> new DecoderLayer(conf, type, network);
        };
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    layer.setParamTable(initializer().init(conf, parameters, initialize));
    layer.setConf(conf);
    return layer;
  }

  @Override
  public ParamInitializer initializer() {
    return new Parameters();
  }

  /** Cuts the flat vector into tensors. Leaves their numbers to whoever owns the network. */
  private final class Parameters implements ParamInitializer {

    @Override
    public long numParams(NeuralNetConfiguration conf) {
      return parameters().stream().mapToLong(Architecture.Parameter::size).sum();
    }

    @Override
    public long numParams(org.deeplearning4j.nn.conf.layers.Layer layer) {
      return parameters().stream().mapToLong(Architecture.Parameter::size).sum();
    }

    @Override
    public List<String> paramKeys(org.deeplearning4j.nn.conf.layers.Layer layer) {
      return parameters().stream().map(Architecture.Parameter::name).toList();
    }

    @Override
    public List<String> weightKeys(org.deeplearning4j.nn.conf.layers.Layer layer) {
      return paramKeys(layer).stream().filter(key -> isWeightParam(layer, key)).toList();
    }

    @Override
    public List<String> biasKeys(org.deeplearning4j.nn.conf.layers.Layer layer) {
      return paramKeys(layer).stream().filter(key -> isBiasParam(layer, key)).toList();
    }

    @Override
    public boolean isWeightParam(org.deeplearning4j.nn.conf.layers.Layer layer, String key) {
      return key.endsWith(".weight");
    }

    @Override
    public boolean isBiasParam(org.deeplearning4j.nn.conf.layers.Layer layer, String key) {
      return key.endsWith(".bias");
    }

    @Override
    public Map<String, INDArray> init(
        NeuralNetConfiguration conf, INDArray vector, boolean initialize) {
      paramKeys(KernelLayerConfiguration.this).forEach(conf::addVariable);
      return cut(vector);
    }

    @Override
    public Map<String, INDArray> getGradientsFromFlattened(
        NeuralNetConfiguration conf, INDArray vector) {
      return cut(vector);
    }

    private Map<String, INDArray> cut(INDArray vector) {
      INDArray flat = vector.reshape(vector.length());
      Map<String, INDArray> tensors = new LinkedHashMap<>();
      long from = 0;
      for (Architecture.Parameter parameter : parameters()) {
        long[] shape = parameter.shape().stream().mapToLong(Integer::longValue).toArray();
        INDArray view = flat.get(NDArrayIndex.interval(from, from + parameter.size()));
        tensors.put(parameter.name(), view.reshape('c', shape));
        from += parameter.size();
      }
      return tensors;
    }
  }

  @Override
  public InputType getOutputType(int index, InputType input) {
    List<Integer> encoded = network.encoded();
    return switch (part) {
      case ENCODER -> InputType.convolutional(encoded.get(1), encoded.get(2), encoded.get(0));
      case HIDDEN -> InputType.feedForward(network.hidden());
      case DECODER ->
          InputType.convolutional(
              network.decoded().height(), network.decoded().width(), network.decoded().channels());
    };
  }

  /** The network says how large everything is. */
  @Override
  public void setNIn(InputType input, boolean override) {}

  @Override
  public @Nullable InputPreProcessor getPreProcessorForInputType(InputType input) {
    return null;
  }

  @Override
  public boolean isPretrainParam(String name) {
    return false;
  }

  @Override
  public LayerMemoryReport getMemoryReport(InputType input) {
    throw new UnsupportedOperationException("the kernels' memory is the heap's");
  }
}
