package io.millrace.scoring.promotion;

import io.millrace.schemas.avro.Comparison;
import java.util.Optional;

/**
 * What champion and challenger said to the same labelled records; none is negative.
 *
 * @param challengerFrom the oldest version of the challenger among them
 * @param challengerTo the newest
 */
record PairCounts(
    long bothRight,
    long onlyChampion,
    long onlyChallenger,
    long bothWrong,
    long challengerFrom,
    long challengerTo) {

  static final PairCounts NONE = new PairCounts(0, 0, 0, 0, Long.MAX_VALUE, -1);

  PairCounts {
    if (Math.min(Math.min(bothRight, onlyChampion), Math.min(onlyChallenger, bothWrong)) < 0) {
      throw new IllegalArgumentException("counts must be >= 0");
    }
  }

  /** Those of a window; empty if one is negative, which no evaluation writes. */
  static Optional<PairCounts> of(Comparison it) {
    try {
      return Optional.of(
          new PairCounts(
              it.getBothRight(),
              it.getOnlyChampion(),
              it.getOnlyChallenger(),
              it.getBothWrong(),
              it.getChallengerFrom(),
              it.getChallengerTo()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  PairCounts plus(PairCounts other) {
    return new PairCounts(
        bothRight + other.bothRight,
        onlyChampion + other.onlyChampion,
        onlyChallenger + other.onlyChallenger,
        bothWrong + other.bothWrong,
        Math.min(challengerFrom, other.challengerFrom),
        Math.max(challengerTo, other.challengerTo));
  }

  /** Takes pairs out; of the versions there is no saying which were theirs alone. */
  PairCounts minus(PairCounts other) {
    return new PairCounts(
        bothRight - other.bothRight,
        onlyChampion - other.onlyChampion,
        onlyChallenger - other.onlyChallenger,
        bothWrong - other.bothWrong,
        challengerFrom,
        challengerTo);
  }

  long pairs() {
    return bothRight + onlyChampion + onlyChallenger + bothWrong;
  }

  long championRight() {
    return bothRight + onlyChampion;
  }

  long challengerRight() {
    return bothRight + onlyChallenger;
  }

  /** By which share of the pairs the challenger is better; 0 without pairs. */
  double lead() {
    return pairs() == 0 ? 0 : (double) (onlyChallenger - onlyChampion) / pairs();
  }
}
