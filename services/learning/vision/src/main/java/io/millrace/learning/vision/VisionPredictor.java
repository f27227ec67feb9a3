package io.millrace.learning.vision;

import io.millrace.learning.vision.images.ImageBatch;
import io.millrace.learning.vision.images.ImageShape;
import java.util.List;

/**
 * A network that predicts. Not thread-safe: one thread uses it at a time, which need not be the one
 * that made it. Predicting changes nothing, and the output for an image depends on the other images
 * of its batch by no more than rounding.
 */
public interface VisionPredictor extends AutoCloseable {

  /** The shape of its input. */
  ImageShape shape();

  /** The classes in the order of the scores; empty while none is known. */
  List<String> classes();

  /**
   * Computes scores and reconstructions of a batch.
   *
   * @throws IllegalArgumentException if the images have another shape
   */
  NetworkOutput predict(ImageBatch batch);

  /** Frees the memory outside the heap. */
  @Override
  void close();
}
