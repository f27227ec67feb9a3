package io.millrace.scoring;

import io.millrace.learning.tensors.ElementType;
import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.tensors.Tensor;
import io.millrace.learning.vision.NetworkOutput;
import io.millrace.learning.vision.VisionEngine;
import io.millrace.learning.vision.VisionModel;
import io.millrace.learning.vision.VisionPredictor;
import io.millrace.learning.vision.images.ImageBatch;
import io.millrace.learning.vision.images.ImageShape;
import io.millrace.learning.vision.model.NetworkConfig;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The smallest engine whose answers can be foretold: a class scores the mean of the image's pixels
 * times its own gain, the reconstruction is the image faded. It notices what a real one would not
 * survive: use after closing, and by two threads at once.
 */
public final class TestEngine implements VisionEngine {

  static final String NAME = "test";
  static final ImageShape SHAPE = new ImageShape(1, 4, 4);

  /** Predictors that were not closed, over all instances. */
  static final AtomicInteger OPEN = new AtomicInteger();

  /**
   * A text of a version's file whose numbers are finite, but not those with which it answers an
   * image that is not black.
   */
  static final String OVERFLOW = "overflow";

  /** The file of a version: a gain for each class, and what is left of a pixel. */
  static byte[] file(List<String> classes, float[] gains, float fade) {
    return SafeTensors.of(
            Map.of("gains", Tensor.of(gains, gains.length), "fade", Tensor.of(new float[] {fade})),
            Map.of("classes", String.join("\n", classes)))
        .toBytes();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Map<String, String> environment() {
    return Map.of();
  }

  @Override
  public long offHeapBytes() {
    return OPEN.get() * 1000L;
  }

  @Override
  public VisionModel create(NetworkConfig config, long seed) {
    throw new UnsupportedOperationException("does not learn");
  }

  @Override
  public VisionModel createFrom(NetworkConfig config, long seed, SafeTensors weights) {
    throw new UnsupportedOperationException("does not learn");
  }

  @Override
  public VisionModel restore(
      NetworkConfig config, long seed, SafeTensors weights, SafeTensors optimizer) {
    throw new UnsupportedOperationException("does not learn");
  }

  @Override
  public VisionPredictor load(SafeTensors weights) {
    String classes = weights.text("classes");
    List<String> names = classes.isEmpty() ? List.of() : List.of(classes.split("\n"));
    return new Predictor(
        names,
        weights.tensor("gains", ElementType.F32, names.size()).floats(),
        weights.tensor("fade", ElementType.F32).floats()[0],
        weights.metadata().containsKey(OVERFLOW));
  }

  private static final class Predictor implements VisionPredictor {

    private final List<String> classes;
    private final float[] gains;
    private final float fade;
    private final boolean overflows;
    private final AtomicBoolean busy = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();

    Predictor(List<String> classes, float[] gains, float fade, boolean overflows) {
      this.classes = classes;
      this.gains = gains;
      this.fade = fade;
      this.overflows = overflows;
      OPEN.incrementAndGet();
    }

    @Override
    public ImageShape shape() {
      return SHAPE;
    }

    @Override
    public List<String> classes() {
      return classes;
    }

    @Override
    public NetworkOutput predict(ImageBatch batch) {
      if (closed.get() || !busy.compareAndSet(false, true)) {
        throw new IllegalStateException("used after closing, or by two threads");
      }
      float[] scores = new float[batch.count() * gains.length];
      float[] faded = new float[batch.pixels().length];
      for (int i = 0; i < faded.length; i++) {
        faded[i] = batch.pixels()[i] * fade;
        int image = i / SHAPE.size();
        for (int c = 0; c < gains.length; c++) {
          scores[image * gains.length + c] += batch.pixels()[i] / SHAPE.size() * gains[c];
        }
      }
      if (overflows && batch.pixels()[batch.pixels().length - 1] > 0) {
        scores[scores.length - 1] = Float.NaN;
      }
      busy.set(false);
      return new NetworkOutput(batch.count(), gains.length, scores, faded);
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        OPEN.decrementAndGet();
      }
    }
  }
}
