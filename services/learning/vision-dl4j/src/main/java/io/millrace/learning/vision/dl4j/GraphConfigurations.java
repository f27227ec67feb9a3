package io.millrace.learning.vision.dl4j;

import io.millrace.learning.vision.images.ImageShape;
import io.millrace.learning.vision.model.Architecture;
import io.millrace.learning.vision.network.NetworkSpec;
import java.util.List;
import org.deeplearning4j.nn.conf.CacheMode;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.NoOp;

/** Configures the layers of {@link Architecture} as a graph of Deeplearning4j. */
final class GraphConfigurations {

  /** The layer whose activations are the scores. */
  static final String SCORES = "fc2";

  /** The layer whose activations are the reconstructions. */
  static final String PIXELS = "pixels";

  private static final String ENCODED = "encoded";
  private static final String HIDDEN = "fc1";

  private static final int KERNEL = Architecture.KERNEL;

  private GraphConfigurations() {}

  static ComputationGraphConfiguration of(
      NetworkSpec spec, OutputLoss crossEntropy, OutputLoss squaredError) {
    Architecture network = spec.architecture();
    GraphBuilder graph =
        new NeuralNetConfiguration.Builder()
            .updater(new NoOp()) // Our Updater updates the parameters.
            .convolutionMode(ConvolutionMode.Truncate)
            .activation(Activation.IDENTITY)
            .cacheMode(CacheMode.DEVICE) // Else the backward pass convolves forward again.
            .graphBuilder()
            .addInputs("images");
    encoder(graph, network);
    if (!spec.hasDecoder()) {
      head(graph, spec, crossEntropy);
      return graph.setOutputs("head").build();
    }
    // With the head first Deeplearning4j leaves a workspace open when both are asked.
    decoder(graph, network);
    head(graph, spec, crossEntropy);
    reconstruction(graph, network, squaredError);
    return graph.setOutputs("head", "decoder").build();
  }

  /** ReLU after the pooling: it commutes with the maximum, and has a quarter to do. */
  private static void encoder(GraphBuilder graph, Architecture network) {
    int channels = network.shape().channels();
    graph.addLayer("conv1", convolution(network, channels, Architecture.FIRST), "images");
    graph.addLayer("pool1", pooling(), "conv1");
    graph.addLayer("relu1", new ActivationLayer(Activation.RELU), "pool1");
    graph.addLayer(
        "conv2", convolution(network, Architecture.FIRST, Architecture.ENCODED), "relu1");
    graph.addLayer("pool2", pooling(), "conv2");
    graph.addLayer(ENCODED, new ActivationLayer(Activation.RELU), "pool2");
  }

  private static void head(GraphBuilder graph, NetworkSpec spec, OutputLoss crossEntropy) {
    Architecture network = spec.architecture();
    hidden(graph, network);
    graph.addLayer(
        SCORES, new DenseLayer.Builder().nIn(network.hidden()).nOut(spec.units()).build(), HIDDEN);
    graph.addLayer("head", loss(crossEntropy), SCORES);
  }

  private static void hidden(GraphBuilder graph, Architecture network) {
    List<Integer> encoded = network.encoded();
    graph.addLayer(
        HIDDEN,
        new DenseLayer.Builder()
            .nIn(encoded.stream().reduce(1, Math::multiplyExact))
            .nOut(network.hidden())
            .activation(Activation.RELU)
            .build(),
        new CnnToFeedForwardPreProcessor(encoded.get(1), encoded.get(2), encoded.get(0)),
        ENCODED);
  }

  private static void decoder(GraphBuilder graph, Architecture network) {
    ImageShape decoded = network.decoded();
    graph.addLayer("deconv1", deconvolution(Architecture.ENCODED, Architecture.FIRST), ENCODED);
    graph.addLayer("cropped1", cropping(), "deconv1");
    graph.addLayer("relu3", new ActivationLayer(Activation.RELU), "cropped1");
    graph.addLayer("deconv2", deconvolution(Architecture.FIRST, decoded.channels()), "relu3");
    graph.addLayer("cropped2", cropping(), "deconv2");
    graph.addLayer(PIXELS, new ActivationLayer(Activation.SIGMOID), "cropped2");
  }

  private static void reconstruction(GraphBuilder graph, Architecture network, OutputLoss error) {
    ImageShape decoded = network.decoded();
    graph.addLayer(
        "decoder",
        loss(error),
        new CnnToFeedForwardPreProcessor(decoded.height(), decoded.width(), decoded.channels()),
        PIXELS);
  }

  private static ConvolutionLayer convolution(Architecture network, int in, int out) {
    int padding = network.padded() ? 1 : 0;
    return new ConvolutionLayer.Builder(KERNEL, KERNEL)
        .nIn(in)
        .nOut(out)
        .padding(padding, padding)
        .build();
  }

  private static SubsamplingLayer pooling() {
    return new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
        .kernelSize(2, 2)
        .stride(2, 2)
        .build();
  }

  private static Deconvolution2D deconvolution(int in, int out) {
    return new Deconvolution2D.Builder(KERNEL, KERNEL).nIn(in).nOut(out).stride(2, 2).build();
  }

  /**
   * Without padding and cropped on the near side, a deconvolution equals PyTorch's with padding 1
   * and output padding 1; Deeplearning4j's mode Same would crop the far side.
   */
  private static Cropping2D cropping() {
    return new Cropping2D.Builder(1, 0, 1, 0).build();
  }

  private static LossLayer loss(OutputLoss loss) {
    return new LossLayer.Builder(loss).activation(Activation.IDENTITY).build();
  }
}
