package io.millrace.learning.vision.libtorch;

import io.millrace.learning.vision.network.NetworkSpec;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * The layers of {@link io.millrace.learning.vision.model.Architecture} as calls of LibTorch. Their
 * tensors belong to the caller's pointer scope.
 */
final class LibTorchForwardPass {

  /** The output: {@code [n, units]} and {@code [n, channels, height, width]} or null. */
  record Activations(Tensor scores, @Nullable Tensor pixels) {}

  private static final long[] ONE = {1, 1};
  private static final long[] TWO = {2, 2};
  private static final long[] NONE = {0, 0};

  private final LibTorchParameters weights;
  private final boolean decodes;
  private final long[] padding;

  LibTorchForwardPass(NetworkSpec spec, LibTorchParameters weights) {
    this.weights = weights;
    this.decodes = spec.hasDecoder();
    this.padding = spec.architecture().padded() ? ONE : NONE;
  }

  /** Passes images forward, {@code [n, channels, height, width]}. */
  Activations forward(Tensor images) {
    // Else the pooling, which has no kernel for PyTorch's own order, takes a third of the time.
    Tensor first = convolved("conv1", images).contiguous(torch.MemoryFormat.ChannelsLast);
    Tensor encoded = pooled(convolved("conv2", pooled(first)));
    Tensor hidden = torch.relu(dense("fc1", encoded.flatten(1, -1)));
    Tensor scores = dense("fc2", hidden);
    return new Activations(scores, decodes ? decoded(encoded) : null);
  }

  private Tensor decoded(Tensor encoded) {
    return torch.sigmoid(deconvolved("deconv2", torch.relu(deconvolved("deconv1", encoded))));
  }

  /** ReLU after the pooling: it commutes with the maximum, and has a quarter to do. */
  private static Tensor pooled(Tensor maps) {
    return torch.relu(torch.max_pool2d(maps, TWO, TWO, NONE, ONE, false));
  }

  private Tensor convolved(String layer, Tensor maps) {
    return torch.conv2d(maps, weight(layer), bias(layer), ONE, padding, ONE, 1);
  }

  private Tensor deconvolved(String layer, Tensor maps) {
    return torch.conv_transpose2d(maps, weight(layer), bias(layer), TWO, ONE, ONE, 1, ONE);
  }

  private Tensor dense(String layer, Tensor rows) {
    return torch.linear(rows, weight(layer), bias(layer));
  }

  private Tensor weight(String layer) {
    return weights.tensor(layer + ".weight");
  }

  private TensorOptional bias(String layer) {
    return new TensorOptional(weights.tensor(layer + ".bias"));
  }
}
