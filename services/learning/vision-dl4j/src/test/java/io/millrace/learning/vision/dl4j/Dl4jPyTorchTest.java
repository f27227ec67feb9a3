package io.millrace.learning.vision.dl4j;

import io.millrace.learning.vision.PyTorchContract;
import io.millrace.learning.vision.VisionEngine;

final class Dl4jPyTorchTest extends PyTorchContract {

  @Override
  protected VisionEngine engine() {
    return new Dl4jEngine();
  }
}
