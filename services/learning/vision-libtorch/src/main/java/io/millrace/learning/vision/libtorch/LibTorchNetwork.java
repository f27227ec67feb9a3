package io.millrace.learning.vision.libtorch;

import io.millrace.learning.vision.VisionDevice;
import io.millrace.learning.vision.images.ImageShape;
import io.millrace.learning.vision.network.Network;
import io.millrace.learning.vision.network.NetworkSpec;
import io.millrace.learning.vision.network.TrainingBatch;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * A network that LibTorch computes. What a call allocates is freed when it returns; the parameters,
 * their gradients and the last batch stay.
 */
final class LibTorchNetwork implements Network {

  private final NetworkSpec spec;
  private final VisionDevice device;
  private final LibTorchParameters weights;
  private final LibTorchForwardPass passes;
  private final LibTorchLoss loss;
  private TensorBuffer images;
  private TensorBuffer expected;

  /** A network without weights. */
  LibTorchNetwork(NetworkSpec spec, VisionDevice device, double headWeight, double decoderWeight) {
    LibTorchRuntime.requireDeterminism();
    LibTorchRuntime.onOneThread();
    this.spec = spec;
    this.device = device;
    this.weights = new LibTorchParameters(spec, device);
    this.passes = new LibTorchForwardPass(spec, weights);
    this.loss = new LibTorchLoss(device, headWeight, decoderWeight);
    this.images = new TensorBuffer(0, device);
    this.expected = new TensorBuffer(0, device);
  }

  @Override
  public void setParameters(float[] values) {
    weights.write(values);
  }

  @Override
  public RawOutput predict(float[] pixels, int count) {
    LibTorchRuntime.onOneThread(); // It may be another thread than the last time.
    images = filled(images, pixels);
    try (var scope = new PointerScope();
        var noGradients = new NoGradGuard()) {
      return output(passes.forward(batch(images, count, spec.architecture().shape())));
    }
  }

  @Override
  public RawOutput learn(TrainingBatch part, float[] gradient) {
    images = filled(images, part.pixels());
    expected = spec.hasDecoder() ? filled(expected, part.decoded()) : expected;
    weights.forgetGradients();
    try (var scope = new PointerScope()) {
      int count = part.count();
      LibTorchForwardPass.Activations passed =
          passes.forward(batch(images, count, spec.architecture().shape()));
      Tensor target =
          spec.hasDecoder() ? batch(expected, count, spec.architecture().decoded()) : null;
      loss.terms(passed, part, target).stream().reduce(torch::add).ifPresent(Tensor::backward);
      weights.readGradients(gradient);
      return output(passed);
    }
  }

  /** A buffer with these numbers: the same one as long as batches are equally large. */
  private TensorBuffer filled(TensorBuffer buffer, float[] values) {
    TensorBuffer fitting = buffer;
    if (buffer.length() != values.length) {
      buffer.close();
      fitting = new TensorBuffer(values.length, device);
    }
    fitting.write(values);
    return fitting;
  }

  private static Tensor batch(TensorBuffer buffer, int count, ImageShape shape) {
    return buffer.vector().view(count, shape.channels(), shape.height(), shape.width());
  }

  private static RawOutput output(LibTorchForwardPass.Activations passed) {
    return new RawOutput(read(passed.scores()), read(passed.pixels()));
  }

  private static float[] read(@Nullable Tensor tensor) {
    if (tensor == null) {
      return new float[0];
    }
    Tensor here = tensor.detach().contiguous().cpu();
    float[] values = new float[Math.toIntExact(here.numel())];
    here.data_ptr_float().get(values);
    return values;
  }

  @Override
  public void close() {
    images.close();
    expected.close();
    weights.close();
  }
}
