package io.millrace.evaluation;

import io.millrace.runtime.streams.StoreExpiry;
import io.millrace.schemas.Sources;
import io.millrace.schemas.avro.ClassScore;
import io.millrace.schemas.avro.Judgement;
import io.millrace.schemas.avro.Prediction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;

/**
 * Holds predictions against labels, whichever comes first. A label given with the record wins over
 * one given apart; the first label decides, a correction holds for later predictions. Entries are
 * stamped with the stream time at which they came; a prediction that waits carries its own time in
 * its key.
 */
final class PredictionLabelJoin {

  static final String WAITING = "waiting";
  static final String LABELS = "labels";

  private static final double LEAST_PROBABILITY = 1e-12;

  /** Between the parts of a key; of them only the subject may hold it. */
  private static final char SEPARATOR = '\u0000';

  private final ProcessorContext<?, ?> context;
  private final EvaluationStats figures;
  private final TimestampedKeyValueStore<String, Prediction> waiting;
  private final TimestampedKeyValueStore<String, String> labels;
  private long predictionsWaiting;

  /**
   * A label given apart.
   *
   * @param timeMillis its record's time, milliseconds since 1970
   */
  private record TimedLabel(String label, long timeMillis) {

    private static TimedLabel parse(String text) {
      int blank = text.indexOf(' ');
      return new TimedLabel(text.substring(blank + 1), Long.parseLong(text.substring(0, blank)));
    }

    /** The form in the store: the time, a blank, the label. */
    @Override
    public String toString() {
      return timeMillis + " " + label;
    }
  }

  PredictionLabelJoin(ProcessorContext<?, ?> context, EvaluationStats figures) {
    this.context = context;
    this.figures = figures;
    this.waiting = context.getStateStore(WAITING);
    this.labels = context.getStateStore(LABELS);
    try (var all = waiting.all()) {
      all.forEachRemaining(_ -> predictionsWaiting++);
    }
    count(0);
  }

  /** Takes a prediction; empty if it has to wait for its label. */
  Optional<Judgement> addPrediction(Prediction prediction, long timeMillis) {
    if (prediction.getGivenLabel() != null) {
      return Optional.of(
          judge(prediction, timeMillis, new TimedLabel(prediction.getGivenLabel(), timeMillis)));
    }
    ValueAndTimestamp<String> label = labels.get(prediction.getSubject());
    if (label != null) {
      return Optional.of(judge(prediction, timeMillis, TimedLabel.parse(label.value())));
    }
    var entry = ValueAndTimestamp.make(prediction, context.currentStreamTimeMs());
    if (waiting.putIfAbsent(key(prediction, timeMillis), entry) == null) {
      count(1);
    }
    return Optional.empty();
  }

  /** Takes a label; the predictions that waited for it, judged. */
  List<Judgement> addLabel(String subject, String label, long timeMillis) {
    var timed = new TimedLabel(label, timeMillis);
    labels.put(subject, ValueAndTimestamp.make(timed.toString(), context.currentStreamTimeMs()));
    List<Judgement> judged = new ArrayList<>();
    try (var found = waiting.prefixScan(subject + SEPARATOR, new StringSerializer())) {
      while (found.hasNext()) {
        KeyValue<String, ValueAndTimestamp<Prediction>> entry = found.next();
        Prediction prediction = entry.value.value();
        if (prediction.getSubject().equals(subject)) {
          judged.add(judge(prediction, time(entry.key), timed));
          waiting.delete(entry.key);
          count(-1);
        }
      }
    }
    return judged;
  }

  /** Forgets what came up to a time. */
  void evict(long upToMillis) {
    StoreExpiry.evict(
        waiting,
        upToMillis,
        () -> {
          count(-1);
          figures.predictionEvicted();
        });
    StoreExpiry.evict(labels, upToMillis, figures::labelEvicted);
  }

  private static Judgement judge(Prediction prediction, long timeMillis, TimedLabel label) {
    return new Judgement(
        prediction.getModel(),
        prediction.getVersion(),
        prediction.getSource(),
        timeMillis,
        label.label().equals(prediction.getLabel()),
        loss(prediction, label.label()),
        Math.max(0, label.timeMillis() - timeMillis));
  }

  private static double loss(Prediction prediction, String label) {
    double probability =
        prediction.getClasses().stream()
            .filter(score -> score.getLabel().equals(label))
            .mapToDouble(ClassScore::getProbability)
            .findFirst()
            .orElse(0);
    return -Math.log(Math.max(LEAST_PROBABILITY, probability));
  }

  private static String key(Prediction prediction, long timeMillis) {
    return prediction.getSubject()
        + SEPARATOR
        + prediction.getModel()
        + SEPARATOR
        + Sources.text(prediction.getSource())
        + SEPARATOR
        + timeMillis;
  }

  private static long time(String key) {
    return Long.parseLong(key.substring(key.lastIndexOf(SEPARATOR) + 1));
  }

  private void count(int change) {
    predictionsWaiting += change;
    figures.predictionsWaiting(predictionsWaiting);
  }
}
