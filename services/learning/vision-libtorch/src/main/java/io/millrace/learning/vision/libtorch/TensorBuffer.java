package io.millrace.learning.vision.libtorch;

import io.millrace.learning.vision.VisionDevice;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Numbers that stay in LibTorch's reach: on the processor's side, and on the card where that
 * computes. Made outside of any pointer scope, which would let go of them.
 */
final class TensorBuffer implements AutoCloseable {

  private final FloatPointer memory;
  private final Tensor here;
  private final Tensor there;

  /** Zeros. */
  TensorBuffer(int length, VisionDevice device) {
    this.memory = new FloatPointer(length);
    memory.put(new float[length], 0, length);
    this.here = torch.from_blob(memory, length);
    this.there =
        switch (device) {
          case CPU -> here;
          case CUDA -> here.cuda();
        };
  }

  /** How many. */
  int length() {
    return Math.toIntExact(memory.capacity());
  }

  /** The vector that is computed with. */
  Tensor vector() {
    return there;
  }

  /** Takes as many numbers. */
  void write(float[] values) {
    memory.put(values, 0, values.length);
    if (there != here) {
      there.copy_(here);
    }
  }

  /** Gives them. */
  void read(float[] values) {
    if (there != here) {
      here.copy_(there);
    }
    memory.get(values, 0, values.length);
  }

  @Override
  public void close() {
    there.close();
    here.close();
    memory.close();
  }
}
