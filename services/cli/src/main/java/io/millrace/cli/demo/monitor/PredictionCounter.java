package io.millrace.cli.demo.monitor;

import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.Prediction;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Counts the committed predictions of one kind of subject, and those repeated for a subject. Keeps
 * the predictions of subjects without a label, and measures the accuracy over subjects whose label
 * came with the record, of those predictions that name a label. Thread-safe.
 */
public final class PredictionCounter {

  /**
   * The prediction for a subject without a label.
   *
   * @param label the predicted label; empty if the prediction has none
   * @param version the version that predicted
   * @param reconstructionError mean squared error, pixels in 0 to 1; NaN if there is none
   */
  public record Answer(Optional<String> label, long version, double reconstructionError) {}

  private final Subject.Kind kind;
  private final Predicate<String> own;
  private final MovingAccuracy movingAccuracy;
  private final Set<String> subjects = new HashSet<>();
  private final Map<String, Answer> unlabelled = new TreeMap<>();
  private final Set<Long> versions = new HashSet<>();
  private final Set<String> others = new HashSet<>();
  private long count;

  /**
   * Creates a counter.
   *
   * @param own whether the demonstration has sent a subject, by its id: others may draw digits
   *     meanwhile
   * @param window the number of predictions in the window of the moving accuracy
   */
  PredictionCounter(Subject.Kind kind, Predicate<String> own, int window) {
    this.kind = kind;
    this.own = own;
    this.movingAccuracy = new MovingAccuracy(window);
  }

  /** Counts a prediction; ignores predictions of another kind of subject. */
  synchronized void accept(Prediction prediction) {
    Optional<Subject> subject =
        Subject.parse(prediction.getSubject()).filter(it -> it.kind() == kind);
    if (subject.isEmpty()) {
      return;
    }
    if (!own.test(subject.get().id())) {
      others.add(subject.get().id());
      return;
    }
    count++;
    versions.add(prediction.getVersion());
    if (!subjects.add(subject.get().id())) {
      return;
    }
    Optional<String> label = Optional.ofNullable(prediction.getLabel());
    if (prediction.getGivenLabel() == null) {
      Double error = prediction.getReconstructionError();
      unlabelled.put(
          subject.get().id(),
          new Answer(label, prediction.getVersion(), error == null ? Double.NaN : error));
    } else {
      label.ifPresentOrElse(
          it -> movingAccuracy.add(it.equals(prediction.getGivenLabel())), movingAccuracy::skip);
    }
  }

  /** The number of predictions. */
  public synchronized long count() {
    return count;
  }

  /** The number of predictions for subjects that already had one. */
  public synchronized long repeated() {
    return count - subjects.size();
  }

  /** The number of subjects that somebody else has sent. */
  public synchronized int others() {
    return others.size();
  }

  /** The number of versions that predicted. */
  public synchronized int versions() {
    return versions.size();
  }

  /** The number of subjects without a label that have a prediction. */
  public synchronized int unlabelled() {
    return unlabelled.size();
  }

  /** The predictions of subjects without a label, by subject id. */
  public synchronized Map<String, Answer> answers() {
    return Map.copyOf(unlabelled);
  }

  /** The moving accuracy over the predictions that name a label, of labelled subjects. */
  public synchronized List<AccuracyPoint> curve() {
    return new ArrayList<>(movingAccuracy.curve());
  }
}
