package io.millrace.tests.benchmarks.whole;

import io.millrace.cli.dataset.LabelledImages;
import io.millrace.learning.core.Softmax;
import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.vision.NetworkOutput;
import io.millrace.learning.vision.VisionEngine;
import io.millrace.learning.vision.VisionPredictor;
import io.millrace.learning.vision.images.ImageBatch;
import io.millrace.learning.vision.images.ImageShape;
import io.millrace.runtime.models.ModelVersion;

/** The accuracy of a version on images that it has not seen. */
final class HeldOutDigits {

  private static final int BATCH = 500;

  private HeldOutDigits() {}

  static double accuracy(ModelVersion version, LabelledImages images) {
    var shape = new ImageShape(1, images.height(), images.width());
    int right = 0;
    try (VisionPredictor network =
        VisionEngine.named("dl4j").load(SafeTensors.read(version.bytes()))) {
      for (int from = 0; from < images.count(); from += BATCH) {
        float[] pixels = new float[BATCH * shape.size()];
        for (int i = 0; i < BATCH; i++) {
          byte[] image = images.image(from + i);
          for (int p = 0; p < image.length; p++) {
            pixels[i * image.length + p] = (image[p] & 0xff) / 255f;
          }
        }
        NetworkOutput output = network.predict(new ImageBatch(shape, BATCH, pixels));
        for (int i = 0; i < BATCH; i++) {
          int best = Softmax.argMax(output.scores(), i * output.classes(), output.classes());
          right += network.classes().get(best).equals(images.label(from + i)) ? 1 : 0;
        }
      }
    }
    return (double) right / images.count();
  }
}
