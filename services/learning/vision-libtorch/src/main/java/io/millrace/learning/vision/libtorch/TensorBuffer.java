package io.millrace.learning.vision.libtorch;

import io.millrace.learning.vision.VisionDevice;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Numbers in LibTorch's memory: of the processor, and of the card too where that computes.
 * Allocated outside of any pointer scope, which would free them.
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

  /** The number of elements. */
  int length() {
    return Math.toIntExact(memory.capacity());
  }

  /** The vector on the device that computes. */
  Tensor vector() {
    return there;
  }

  /** Sets all elements. */
  void write(float[] values) {
    memory.put(values, 0, values.length);
    if (there != here) {
      there.copy_(here);
    }
  }

  /** Reads all elements. */
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
