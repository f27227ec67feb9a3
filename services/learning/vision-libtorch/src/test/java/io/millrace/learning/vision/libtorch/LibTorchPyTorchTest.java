package io.millrace.learning.vision.libtorch;

import io.millrace.learning.vision.PyTorchContract;
import io.millrace.learning.vision.VisionEngine;

final class LibTorchPyTorchTest extends PyTorchContract {

  @Override
  protected VisionEngine engine() {
    return new LibTorchEngine();
  }
}
