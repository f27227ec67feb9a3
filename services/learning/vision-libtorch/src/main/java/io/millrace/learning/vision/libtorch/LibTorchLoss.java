package io.millrace.learning.vision.libtorch;

import io.millrace.learning.vision.VisionDevice;
import io.millrace.learning.vision.network.TrainingBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * A part's share of the batch's loss: cross-entropy over the classes that are known, mean over the
 * batch's labelled images, and squared error, mean over its images and pixels.
 */
final class LibTorchLoss {

  private static final long SUM = torch.Reduction.Sum.value;

  private final VisionDevice device;
  private final double headWeight;
  private final double decoderWeight;

  LibTorchLoss(VisionDevice device, double headWeight, double decoderWeight) {
    this.device = device;
    this.headWeight = headWeight;
    this.decoderWeight = decoderWeight;
  }

  /**
   * The terms of the loss; none if there is nothing to learn.
   *
   * @param expected what the decoder should have given; null where there is none
   */
  List<Tensor> terms(
      LibTorchForwardPass.Activations passed, TrainingBatch batch, @Nullable Tensor expected) {
    List<Tensor> terms = new ArrayList<>();
    if (headWeight > 0 && batch.labelled() > 0) {
      terms.add(scaled(entropy(passed.scores(), batch), headWeight / batch.labelled()));
    }
    if (expected != null && passed.pixels() != null) {
      double pixels = (double) batch.images() * batch.decoded().length / batch.count();
      Tensor error = torch.mse_loss(passed.pixels(), expected, SUM);
      terms.add(scaled(error, decoderWeight / pixels));
    }
    return terms;
  }

  private Tensor entropy(Tensor scores, TrainingBatch batch) {
    long[] classes = Arrays.stream(batch.targets()).asLongStream().toArray();
    Tensor targets = torch.tensor(classes);
    Tensor known = scores.narrow(1, 0, batch.classes());
    return torch.cross_entropy_loss(
        known,
        device == VisionDevice.CUDA ? targets.cuda() : targets,
        new TensorOptional(),
        SUM,
        TrainingBatch.UNLABELLED,
        0);
  }

  private static Tensor scaled(Tensor loss, double by) {
    return torch.mul(loss, new Scalar(by));
  }
}
