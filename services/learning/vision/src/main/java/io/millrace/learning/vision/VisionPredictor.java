package io.millrace.learning.vision;

import io.millrace.learning.vision.images.ImageBatch;
import io.millrace.learning.vision.images.ImageShape;
import java.util.List;

/**
 * A network that answers. Not thread-safe: one thread uses it at a time, which need not be the one
 * that made it. Answering changes nothing, and the answer to an image does not depend on the others
 * of its batch by more than rounding.
 */
public interface VisionPredictor extends AutoCloseable {

  /** The images that it takes. */
  ImageShape shape();

  /** The classes in the order of the scores; empty while none is known. */
  List<String> classes();

  /**
   * Answers a batch.
   *
   * @throws IllegalArgumentException if the images have another shape
   */
  NetworkOutput predict(ImageBatch batch);

  /** Lets go of the memory outside the heap. */
  @Override
  void close();
}
