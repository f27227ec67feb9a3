package io.millrace.scoring.promotion;

import io.millrace.runtime.models.ModelName;
import io.millrace.runtime.models.ServingPointer;
import io.millrace.runtime.models.VersionId;
import io.millrace.schemas.avro.Comparison;
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

  /** The name by which the version that answered before is a challenger; empty if there is none. */
  Optional<String> previousName() {
    return pointer.previous().map(VersionId::toString);
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
    return pointer
            .version()
            .equals(Optional.of(new VersionId(it.getChampion(), it.getChampionVersion())))
        && !it.getWindowStart().isBefore(pointer.since());
  }

  private Optional<Trial> trial(String challenger) {
    if (previousName().equals(Optional.of(challenger))) {
      previous = Optional.of(previous.orElseGet(() -> new Trial(trialLength)));
      return previous;
    }
    return ModelName.isOfKind(challenger, pointer.decision().getModel())
        ? Optional.of(challengers.computeIfAbsent(challenger, _ -> new Trial(trialLength)))
        : Optional.empty();
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
