package io.millrace.evaluation;

import io.millrace.learning.core.judging.LogLoss;
import io.millrace.runtime.records.SourceTopic;
import io.millrace.runtime.streams.StoreExpiry;
import io.millrace.runtime.streams.TaskTime;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.ClassScore;
import io.millrace.schemas.avro.Judgement;
import io.millrace.schemas.avro.Prediction;
import io.millrace.schemas.input.LabelNormalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * Joins predictions with labels, whichever comes first, and judges each prediction once.
 *
 * <p>A prediction ({@link #addPrediction}):
 *
 * <ol>
 *   <li>With the label that came inside its record, judge it by that.
 *   <li>Else with the last label sent for its subject, judge it by that.
 *   <li>Else store it until the label comes; its own time is part of the key.
 * </ol>
 *
 * <p>A label ({@link #addLabel}):
 *
 * <ol>
 *   <li>Store it as the subject's label. A correction thus holds for later predictions; a
 *       prediction that was judged stays judged.
 *   <li>Judge the stored predictions of the subject by it, and remove them.
 * </ol>
 *
 * <p>Challengers have answered to the same subjects. Their predictions are judged by the same
 * labels, each by itself: in the store, the key of one has its challenger.
 *
 * <p>A judgement has the {@link LogLoss} of the probability that the prediction gave to the label,
 * 0 if the label is not among its classes. A prediction without a label is judged as not answered:
 * it was neither correct nor wrong. Every entry of the stores has the {@link TaskTime} at which it
 * was stored. O(1) for a prediction, O(stored predictions of the subject) for a label. Not
 * thread-safe.
 */
final class PredictionLabelJoin {

  /** Predictions that have no label yet. */
  static final String UNLABELLED_PREDICTIONS = "unlabelled-predictions";

  /** The last label sent for each subject, with its time. */
  static final String LABELS = "labels";

  /** The slice that a subject's prediction or label named, by subject and which of the two. */
  static final String SLICES = "subject-slices";

  /** Separates the parts of a key; only the subject, the first part, may contain it. */
  private static final char SEPARATOR = '\u0000';

  /** Begins the part with the challenger; no model's name, the part before it, has a slash. */
  private static final String CHALLENGER = "/";

  private final TaskTime time;
  private final EvaluationStats stats;
  private final TimestampedKeyValueStore<String, Prediction> unlabelled;
  private final TimestampedKeyValueStore<String, String> labels;
  private final TimestampedKeyValueStore<String, String> slices;
  private final int partition;
  private long unlabelledCount;

  /**
   * A label sent on the topic {@code labels}.
   *
   * @param timeMillis its record's time, milliseconds since 1970
   */
  private record TimedLabel(String label, long timeMillis) {

    private static TimedLabel parse(String text) {
      int space = text.indexOf(' ');
      return new TimedLabel(text.substring(space + 1), Long.parseLong(text.substring(0, space)));
    }

    /** The form in the store: the time, a space, the label. */
    @Override
    public String toString() {
      return timeMillis + " " + label;
    }
  }

  /**
   * What the record of a prediction says beside it.
   *
   * @param challenger the name under which it was made; empty if it was served
   * @param sourceTopic the id of the topic that its source coordinates are in; empty if not known
   * @param timeMillis the record's time, milliseconds since 1970
   */
  record Origin(String challenger, String sourceTopic, long timeMillis) {

    /** Reads it from a key in the store. */
    private static Origin in(String key) {
      String[] parts = key.split(String.valueOf(SEPARATOR), -1);
      String before = parts[parts.length - 3];
      return new Origin(
          before.startsWith(CHALLENGER) ? before.substring(CHALLENGER.length()) : "",
          SourceTopic.idIn(parts[parts.length - 2]),
          Long.parseLong(parts[parts.length - 1]));
    }
  }

  /** What named the slice; the first one counts. */
  private enum SliceOf {
    PREDICTION,
    LABEL;

    private String key(String subject) {
      return subject + SEPARATOR + name();
    }
  }

  PredictionLabelJoin(ProcessorContext<?, ?> context, TaskTime time, EvaluationStats stats) {
    this.time = time;
    this.stats = stats;
    this.unlabelled = context.getStateStore(UNLABELLED_PREDICTIONS);
    this.labels = context.getStateStore(LABELS);
    this.slices = context.getStateStore(SLICES);
    this.partition = context.taskId().partition();
    try (var all = unlabelled.all()) {
      all.forEachRemaining(_ -> unlabelledCount++);
    }
    addToCount(0);
  }

  /**
   * Takes a prediction; returns its judgement, or empty if it has no label yet.
   *
   * @param origin where it comes from
   * @param slice that it names; empty if none
   */
  Optional<Judgement> addPrediction(Prediction prediction, Origin origin, String slice) {
    putSlice(SliceOf.PREDICTION, prediction.getSubject(), slice);
    if (prediction.getGivenLabel() != null) {
      var given = new TimedLabel(prediction.getGivenLabel(), origin.timeMillis());
      return Optional.of(judge(prediction, origin, given));
    }
    ValueAndTimestamp<String> label = labels.get(prediction.getSubject());
    if (label != null) {
      return Optional.of(judge(prediction, origin, TimedLabel.parse(label.value())));
    }
    var entry = ValueAndTimestamp.make(prediction, time.millis());
    if (unlabelled.putIfAbsent(key(prediction, origin), entry) == null) {
      addToCount(1);
    }
    return Optional.empty();
  }

  /**
   * Takes a label sent for a subject; returns the judgements of the stored predictions.
   *
   * @param slice that it names; empty if none
   */
  List<Judgement> addLabel(String subject, String label, long timeMillis, String slice) {
    putSlice(SliceOf.LABEL, subject, slice);
    var timed = new TimedLabel(label, timeMillis);
    labels.put(subject, ValueAndTimestamp.make(timed.toString(), time.millis()));
    List<Judgement> judged = new ArrayList<>();
    try (var found = unlabelled.prefixScan(subject + SEPARATOR, new StringSerializer())) {
      while (found.hasNext()) {
        KeyValue<String, ValueAndTimestamp<Prediction>> entry = found.next();
        Prediction prediction = entry.value.value();
        if (prediction.getSubject().equals(subject)) {
          judged.add(judge(prediction, Origin.in(entry.key), timed));
          unlabelled.delete(entry.key);
          addToCount(-1);
        }
      }
    }
    return judged;
  }

  /** Removes what was stored up to a time of the task. */
  void evict(long upToMillis) {
    StoreExpiry.evict(
        unlabelled,
        upToMillis,
        () -> {
          addToCount(-1);
          stats.predictionEvicted();
        });
    StoreExpiry.evict(labels, upToMillis, stats::labelEvicted);
    StoreExpiry.evict(slices, upToMillis, () -> {});
  }

  private void putSlice(SliceOf of, String subject, String slice) {
    if (!slice.isEmpty()) {
      slices.put(of.key(subject), ValueAndTimestamp.make(slice, time.millis()));
    }
  }

  /** What the prediction names, else what the label names, whichever came first. */
  private String slice(String subject) {
    for (SliceOf of : SliceOf.values()) {
      ValueAndTimestamp<String> found = slices.get(of.key(subject));
      if (found != null) {
        return found.value();
      }
    }
    return "";
  }

  private Judgement judge(Prediction prediction, Origin origin, TimedLabel label) {
    return new Judgement(
        prediction.getModel(),
        prediction.getVersion(),
        prediction.getSource(),
        origin.timeMillis(),
        isSame(prediction.getLabel(), label.label()),
        loss(prediction, label.label()),
        Math.max(0, label.timeMillis() - origin.timeMillis()),
        prediction.getLabel() != null,
        origin.sourceTopic(),
        label.label(),
        prediction.getLabel() == null ? "" : prediction.getLabel(),
        prediction.getConfidence(),
        slice(prediction.getSubject()),
        -1,
        -1,
        origin.challenger());
  }

  /**
   * Whether a class is that of a label. Models of earlier builds may have classes, and the store
   * may have labels, from before the rule of {@link LabelNormalizer}.
   */
  private static boolean isSame(@Nullable String predicted, String label) {
    return label.equals(predicted)
        || (predicted != null && normal(predicted).equals(normal(label)));
  }

  private static String normal(String label) {
    return switch (LabelNormalizer.normalizeRequired(label)) {
      case Decoded.Valid<String>(String normal) -> normal;
      case Decoded.Invalid<String> _ -> label;
    };
  }

  private static double loss(Prediction prediction, String label) {
    double probability =
        prediction.getClasses().stream()
            .filter(score -> isSame(score.getLabel(), label))
            .mapToDouble(ClassScore::getProbability)
            .findFirst()
            .orElse(0);
    return LogLoss.of(probability);
  }

  /** A challenger's prediction has a part more in its key than one that was served. */
  private static String key(Prediction prediction, Origin origin) {
    String challenger =
        origin.challenger().isEmpty() ? "" : SEPARATOR + CHALLENGER + origin.challenger();
    return prediction.getSubject()
        + SEPARATOR
        + prediction.getModel()
        + challenger
        + SEPARATOR
        + SourceTopic.key(Subject.coordinates(prediction.getSource()), origin.sourceTopic())
        + SEPARATOR
        + origin.timeMillis();
  }

  private void addToCount(int change) {
    unlabelledCount += change;
    stats.unlabelledPredictions(partition, unlabelledCount);
  }
}
