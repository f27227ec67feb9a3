package io.millrace.learning.vision.libtorch;

import io.millrace.learning.vision.ImageShape;
import io.millrace.learning.vision.VisionDevice;
import io.millrace.learning.vision.network.Form;
import io.millrace.learning.vision.network.Lesson;
import io.millrace.learning.vision.network.Network;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * A network whose passes are LibTorch's own. What a call makes is let go of when it returns; what
 * stays are the parameters, their gradients and the last batch.
 */
final class TorchNetwork implements Network {

  private final Form form;
  private final VisionDevice device;
  private final Weights weights;
  private final Passes passes;
  private final Loss loss;
  private Floats images;
  private Floats expected;

  /** A network without weights. */
  TorchNetwork(Form form, VisionDevice device, double headWeight, double decoderWeight) {
    TorchStart.exactly();
    TorchStart.onOneThread();
    this.form = form;
    this.device = device;
    this.weights = new Weights(form, device);
    this.passes = new Passes(form, weights);
    this.loss = new Loss(device, headWeight, decoderWeight);
    this.images = new Floats(0, device);
    this.expected = new Floats(0, device);
  }

  @Override
  public void parameters(float[] values) {
    weights.write(values);
  }

  @Override
  public Output predict(float[] pixels, int count) {
    TorchStart.onOneThread(); // Perhaps another thread than the last time.
    images = filled(images, pixels);
    try (var scope = new PointerScope();
        var noGradients = new NoGradGuard()) {
      return output(passes.forward(batch(images, count, form.network().shape())));
    }
  }

  @Override
  public Output learn(Lesson lesson, float[] gradient) {
    images = filled(images, lesson.pixels());
    expected = form.decodes() ? filled(expected, lesson.decoded()) : expected;
    weights.forgetGradients();
    try (var scope = new PointerScope()) {
      int count = lesson.count();
      Passes.Passed passed = passes.forward(batch(images, count, form.network().shape()));
      Tensor target = form.decodes() ? batch(expected, count, form.network().decoded()) : null;
      loss.terms(passed, lesson, target).stream().reduce(torch::add).ifPresent(Tensor::backward);
      weights.readGradients(gradient);
      return output(passed);
    }
  }

  /** The buffer with these numbers: the same one as long as batches are equally large. */
  private Floats filled(Floats buffer, float[] values) {
    Floats fitting = buffer;
    if (buffer.length() != values.length) {
      buffer.close();
      fitting = new Floats(values.length, device);
    }
    fitting.write(values);
    return fitting;
  }

  private static Tensor batch(Floats buffer, int count, ImageShape shape) {
    return buffer.vector().view(count, shape.channels(), shape.height(), shape.width());
  }

  private static Output output(Passes.Passed passed) {
    return new Output(read(passed.scores()), read(passed.pixels()));
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
