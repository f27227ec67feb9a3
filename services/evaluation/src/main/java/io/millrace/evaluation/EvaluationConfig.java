package io.millrace.evaluation;

import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.streams.StreamsService;
import java.time.Duration;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * The settings of the evaluation.
 *
 * @param window the length of a window, in record time of the predictions
 * @param retention how long predictions, labels and positions of examples are kept after they were
 *     stored
 * @param publishInterval how often windows that have changed are published
 * @param partitions how many partitions, and so tasks, judge predictions
 * @param figures what the figures are taken over
 */
public record EvaluationConfig(
    Duration window,
    Duration retention,
    Duration publishInterval,
    int partitions,
    FiguresConfig figures) {

  static final String NAME = "evaluation";

  /** As often as changed windows are published. */
  static final Duration COMMIT_INTERVAL = Duration.ofMillis(1_000);

  private static final String WINDOW = "evaluation.window.ms";
  private static final String RETENTION = "evaluation.retention.ms";
  private static final String PUBLISH_INTERVAL = "evaluation.publish.interval.ms";
  static final String PARTITIONS = "evaluation.partitions";
  private static final String SLIDING_RECORDS = "evaluation.sliding.records";
  private static final String FADING_FACTOR = "evaluation.fading.factor";
  private static final String MAX_CLASSES = "evaluation.classes.max";
  private static final String MAX_SLICES = "evaluation.slices.max";
  private static final String SLICE_HEADER = "evaluation.slice.header";

  /**
   * What the figures are taken over.
   *
   * @param slidingRecords the fewest judged predictions that the sliding figures are taken over
   * @param fadingFactor by how much a judged prediction makes earlier ones weigh less, in (0, 1]
   * @param maxClasses the classes of a version that have rows in its confusion matrix
   * @param maxSlices the slices that are counted by themselves
   * @param sliceHeader the header whose value names the slice; empty if there are no slices
   */
  public record FiguresConfig(
      long slidingRecords, double fadingFactor, int maxClasses, int maxSlices, String sliceHeader) {

    /** The defaults, without slices. */
    static final FiguresConfig DEFAULT = new FiguresConfig(1000, 0.999, 100, 20, "");
  }

  public EvaluationConfig {
    if (!window.isPositive() || !retention.isPositive() || !publishInterval.isPositive()) {
      throw new IllegalArgumentException(
          "window, retention and publishInterval must be positive, were "
              + window
              + ", "
              + retention
              + ", "
              + publishInterval);
    }
  }

  /** The definitions, with defaults and documentation. */
  public static ConfigDef definition() {
    var definition =
        new ConfigDef()
            .define(
                WINDOW,
                Type.LONG,
                10_000,
                Range.between(1, Duration.ofDays(1).toMillis()),
                Importance.MEDIUM,
                "The length of a window, in record time of the predictions.")
            .define(
                RETENTION,
                Type.LONG,
                Duration.ofDays(7).toMillis(),
                Range.atLeast(1),
                Importance.MEDIUM,
                "How long a prediction waits for its label, and a label for its prediction, from"
                    + " when evaluation read it, by the brokers' clock. After that it is evicted"
                    + " and counted.")
            .define(
                PUBLISH_INTERVAL,
                Type.LONG,
                1000,
                Range.between(1, Duration.ofHours(1).toMillis()),
                Importance.LOW,
                "The interval at which changed windows are published.")
            .define(
                PARTITIONS,
                Type.INT,
                1,
                Range.between(1, 256),
                Importance.MEDIUM,
                "The partitions of the internal topic that joins predictions and labels: at most as"
                    + " many threads and instances can judge. Its state is kept by partition, so"
                    + " the number stays until the service is reset.")
            .define(
                SLIDING_RECORDS,
                Type.LONG,
                FiguresConfig.DEFAULT.slidingRecords(),
                Range.atLeast(1),
                Importance.MEDIUM,
                "The sliding figures of a model are taken over its newest windows that together"
                    + " hold at least this many judged predictions.")
            .define(
                FADING_FACTOR,
                Type.DOUBLE,
                FiguresConfig.DEFAULT.fadingFactor(),
                Range.between(0.5, 1),
                Importance.LOW,
                "The fading figures of a model weigh a judged prediction by this factor to the"
                    + " power of the number judged in later windows.")
            .define(
                MAX_CLASSES,
                Type.INT,
                FiguresConfig.DEFAULT.maxClasses(),
                Range.between(1, 200),
                Importance.LOW,
                "The most classes of a version that have rows and columns of their own in confusion"
                    + " matrix, precision and recall: those that it met first. Other labels are"
                    + " counted together.")
            .define(
                MAX_SLICES,
                Type.INT,
                FiguresConfig.DEFAULT.maxSlices(),
                Range.between(1, 100),
                Importance.LOW,
                "The slices of a version and of a model that are counted by themselves: the first"
                    + " ones by name. Others are counted together.")
            .define(
                SLICE_HEADER,
                Type.STRING,
                FiguresConfig.DEFAULT.sliceHeader(),
                Importance.LOW,
                "The header of a prediction, or else of its label's record, whose value names the"
                    + " slice that the prediction is counted in, such as a site; at most 100"
                    + " characters count. Empty: there are no slices.");
    return StreamsService.define(definition, NAME, COMMIT_INTERVAL);
  }

  /**
   * Reads the settings.
   *
   * @throws io.millrace.runtime.settings.SettingsException if one is bad
   */
  public static EvaluationConfig from(Settings settings) {
    var values = settings.read(definition());
    return new EvaluationConfig(
        Duration.ofMillis(values.getLong(WINDOW)),
        Duration.ofMillis(values.getLong(RETENTION)),
        Duration.ofMillis(values.getLong(PUBLISH_INTERVAL)),
        values.getInt(PARTITIONS),
        new FiguresConfig(
            values.getLong(SLIDING_RECORDS),
            values.getDouble(FADING_FACTOR),
            values.getInt(MAX_CLASSES),
            values.getInt(MAX_SLICES),
            values.getString(SLICE_HEADER)));
  }
}
