package io.millrace.scoring;

import static java.util.Objects.requireNonNull;

import io.millrace.learning.core.DistributionDrift;
import io.millrace.learning.vision.images.ImageBatch;
import io.millrace.learning.vision.images.ImageShape;
import io.millrace.runtime.models.VersionId;
import io.millrace.scoring.ScoringMetrics.DriftSignal;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Decides without labels whether the images have changed, by three signals with a {@link
 * DistributionDrift} each. Those of the answers are compared within a version, since another
 * version answers otherwise; so its first window is the reference, and a swap is no drift. Not
 * thread-safe.
 */
final class ImageDrift {

  /** The grid over an image, of which each cell gives its mean. */
  private static final int GRID = 4;

  /** The numbers that {@link #statistics} gives: the cells, and the deviation of all pixels. */
  private static final int STATISTICS = GRID * GRID + 1;

  /** The memory for each image of a window: its numbers, and those of its answer. */
  static final int BYTES = (STATISTICS + 2) * Double.BYTES;

  private final Map<DriftSignal, DistributionDrift> drifts = new EnumMap<>(DriftSignal.class);
  private final ScoringMetrics metrics;
  private final Optional<InputWatch> watch;
  private @Nullable VersionId version;

  /**
   * Nothing seen yet; {@link ScoringConfig.DriftDetection} says how long and how large.
   *
   * @param watch is told of drifts of the images themselves, if somebody wants to know
   */
  ImageDrift(
      ScoringConfig.DriftDetection config, ScoringMetrics metrics, Optional<InputWatch> watch) {
    this.metrics = metrics;
    this.watch = watch;
    for (DriftSignal signal : DriftSignal.values()) {
      int numbers = signal == DriftSignal.INPUT ? STATISTICS : 1;
      drifts.put(signal, new DistributionDrift(numbers, config.window(), config.threshold()));
      metrics.drift(ImageScorer.MODEL, signal);
    }
  }

  /** The numbers of an image that {@link DriftSignal#INPUT} compares; colours count as rows. */
  static double[] statistics(ImageBatch images, int image) {
    ImageShape shape = images.shape();
    double[] numbers = new double[STATISTICS];
    double squares = 0;
    double sum = 0;
    int from = image * shape.size();
    for (int i = 0; i < shape.size(); i++) {
      float pixel = images.pixels()[from + i];
      int row = i / shape.width() % shape.height() * GRID / shape.height();
      int column = i % shape.width() * GRID / shape.width();
      numbers[row * GRID + column] += pixel;
      sum += pixel;
      squares += pixel * pixel;
    }
    double mean = sum / shape.size();
    numbers[STATISTICS - 1] = Math.sqrt(Math.max(0, squares / shape.size() - mean * mean));
    return numbers;
  }

  /**
   * Adds an answer.
   *
   * @param record that had the image
   * @param byVersion the version that answered
   * @param statistics of the image
   * @param confidence the probability of the best class; NaN if there was none
   * @param error the squared error of the reconstruction
   */
  void add(
      ConsumerRecord<?, ?> record,
      VersionId byVersion,
      double[] statistics,
      double confidence,
      double error) {
    if (watch.isPresent() && watch.get().beginsAnew()) {
      begin(DriftSignal.INPUT);
    }
    if (!byVersion.equals(version)) {
      version = byVersion;
      begin(DriftSignal.CONFIDENCE);
      begin(DriftSignal.RECONSTRUCTION);
    }
    watch.ifPresent(it -> it.reads(record));
    boolean drifted = add(DriftSignal.INPUT, statistics);
    watch.ifPresent(it -> it.compared(drifted, of(DriftSignal.INPUT).lastIndex()));
    if (!Double.isNaN(confidence)) {
      add(DriftSignal.CONFIDENCE, confidence);
    }
    add(DriftSignal.RECONSTRUCTION, error);
  }

  private void begin(DriftSignal signal) {
    of(signal).begin();
    publish(signal);
  }

  /** Whether the window that the numbers complete has drifted. */
  private boolean add(DriftSignal signal, double... numbers) {
    boolean drifted = of(signal).add(numbers);
    publish(signal);
    return drifted;
  }

  private void publish(DriftSignal signal) {
    metrics.drift(ImageScorer.MODEL, signal).update(of(signal).lastIndex(), of(signal).drifts());
  }

  /** What compares a signal. */
  DistributionDrift of(DriftSignal signal) {
    return requireNonNull(drifts.get(signal));
  }
}
