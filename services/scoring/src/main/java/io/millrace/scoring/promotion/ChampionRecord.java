package io.millrace.scoring.promotion;

import io.millrace.runtime.models.ModelName;
import io.millrace.runtime.models.ServingPointer;
import io.millrace.schemas.avro.Comparison;
import io.millrace.schemas.avro.ServingDecision;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What comparisons say of the version that answers, since it was chosen: its trials with each
 * challenger. Others count for nothing: those of another version, and of windows that began before.
 * For one thread.
 */
final class ChampionRecord {

  /** Between model and version in the name of a challenger whose version does not change. */
  private static final char PINNED = '@';

  private final ServingPointer pointer;
  private final long trialLength;
  private final SortedMap<String, Trial> challengers = new TreeMap<>();
  private Optional<Trial> previous = Optional.empty();

  /**
   * Nothing was compared yet.
   *
   * @param pointer names the champion
   * @param trialLength pairs of a trial
   */
  ChampionRecord(ServingPointer pointer, long trialLength) {
    this.pointer = pointer;
    this.trialLength = trialLength;
  }

  /** The model whose version a decision names: the kind itself, or a variant. */
  static String model(ServingDecision decision) {
    return decision.getServingModel().isEmpty() ? decision.getModel() : decision.getServingModel();
  }

  /** The model of the version that answered before. */
  static String previousModel(ServingDecision decision) {
    return decision.getPreviousModel().isEmpty()
        ? decision.getModel()
        : decision.getPreviousModel();
  }

  /** The name by which the version that answered before is a challenger; empty if there is none. */
  static Optional<String> previousName(ServingDecision decision) {
    Long version = decision.getPrevious();
    return version == null
        ? Optional.empty()
        : Optional.of(previousModel(decision) + PINNED + version);
  }

  /** Takes what is now known of a window. */
  void accept(Comparison it) {
    if (isAboutChampion(it)) {
      PairCounts.of(it)
          .ifPresent(counts ->
              trial(it.getChallenger())
                  .ifPresent(trial -> trial.accept(it.getWindowStart().toEpochMilli(), counts)));
    }
  }

  private boolean isAboutChampion(Comparison it) {
    ServingDecision decision = pointer.decision();
    return Long.valueOf(it.getChampionVersion()).equals(decision.getVersion())
        && it.getChampion().equals(model(decision))
        && !it.getWindowStart().isBefore(pointer.since());
  }

  private Optional<Trial> trial(String challenger) {
    if (previousName(pointer.decision()).equals(Optional.of(challenger))) {
      previous = Optional.of(previous.orElseGet(() -> new Trial(trialLength)));
      return previous;
    }
    return isModelOfKind(challenger)
        ? Optional.of(challengers.computeIfAbsent(challenger, _ -> new Trial(trialLength)))
        : Optional.empty();
  }

  private boolean isModelOfKind(String challenger) {
    try {
      return ModelName.parse(challenger).kind().equals(pointer.decision().getModel());
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  ServingPointer pointer() {
    return pointer;
  }

  /** The models that were compared with the champion, each by its newest versions. */
  SortedMap<String, Trial> challengers() {
    return Collections.unmodifiableSortedMap(challengers);
  }

  /** The trial with the version that answered before. */
  Optional<Trial> previous() {
    return previous;
  }
}
