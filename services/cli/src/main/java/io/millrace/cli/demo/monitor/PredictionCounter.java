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

/**
 * Keeps account of the committed predictions of one kind: how many, of which subjects, how many of
 * a subject more than one, what was answered to those whose label is not on any topic, and how
 * often the answer was right where the label came with the record. Safe for several threads.
 */
public final class PredictionCounter {

  /**
   * The answer to a subject without a label.
   *
   * @param label what was answered; empty if no class was known
   * @param version of the model that answered
   * @param reconstructionError mean squared error, pixels in 0 to 1; NaN if there is none
   */
  public record Answer(Optional<String> label, long version, double reconstructionError) {}

  private final Subject.Kind kind;
  private final MovingAccuracy movingAccuracy;
  private final Set<String> subjects = new HashSet<>();
  private final Map<String, Answer> unlabelled = new TreeMap<>();
  private final Set<Long> versions = new HashSet<>();
  private long count;

  /**
   * An empty one.
   *
   * @param window predictions over which the moving accuracy is taken
   */
  PredictionCounter(Subject.Kind kind, int window) {
    this.kind = kind;
    this.movingAccuracy = new MovingAccuracy(window);
  }

  /** Takes a prediction; those of another kind are passed by. */
  synchronized void accept(Prediction prediction) {
    Optional<Subject> subject =
        Subject.parse(prediction.getSubject()).filter(it -> it.kind() == kind);
    if (subject.isEmpty()) {
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
      movingAccuracy.add(prediction.getGivenLabel().equals(label.orElse("")));
    }
  }

  /** Predictions in all. */
  public synchronized long count() {
    return count;
  }

  /** Predictions of subjects that had one already. */
  public synchronized long repeated() {
    return count - subjects.size();
  }

  /** How many versions answered. */
  public synchronized int versions() {
    return versions.size();
  }

  /** How many subjects without a label were answered. */
  public synchronized int unlabelled() {
    return unlabelled.size();
  }

  /** The answers to subjects without a label, by their ids. */
  public synchronized Map<String, Answer> answers() {
    return Map.copyOf(unlabelled);
  }

  /** The accuracy over the last so many labelled predictions, as they went by. */
  public synchronized List<AccuracyPoint> curve() {
    return new ArrayList<>(movingAccuracy.curve());
  }
}
