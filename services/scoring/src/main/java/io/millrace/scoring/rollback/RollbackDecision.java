package io.millrace.scoring.rollback;

import io.millrace.runtime.models.ServingPointer;
import io.millrace.runtime.models.VersionId;
import io.millrace.schemas.avro.ServingDecision;
import io.millrace.schemas.avro.ServingDrift;
import io.millrace.schemas.avro.ServingReason;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Decides which version answers after a drift:
 *
 * <ol>
 *   <li>What a person has held stays, and so does what a person has decided since the drift was
 *       found.
 *   <li>What a drift has held stays if it was there before the first record that may have drifted;
 *       else the newest of its model that was answers. Another instance, which reads other
 *       partitions, may have known of later drifted records alone. So versions only become older.
 *   <li>A version that answers and was there before the first record that may have drifted stays,
 *       and is held.
 *   <li>Else the version that answered before it is, if it was there; else the newest that was, of
 *       the model that answers.
 * </ol>
 *
 * @param kind whose pointer it is
 * @param drift why
 * @param seen the pointer in force when the drift was found
 * @param safe the newest version of each model that was there before the drift's records
 * @param newest the newest version of each model now
 */
record RollbackDecision(
    String kind,
    InputDrift drift,
    Optional<ServingPointer> seen,
    Map<String, Long> safe,
    Map<String, Long> newest) {

  static final String SIGNAL = "input";
  private static final String BY = "scoring";

  /** Whether a pointer is one that a person has set. */
  static boolean isByPerson(ServingPointer pointer) {
    return switch (pointer.decision().getReason()) {
      case PROMOTED, ROLLED_BACK, HELD, FOLLOWED -> true;
      case OTHER, FIRST, RULE, FALLBACK, PASSED_OVER, DRIFT -> false;
    };
  }

  /** Whether a pointer is one that a drift has set. */
  static boolean isByDrift(ServingPointer pointer) {
    return pointer.decision().getReason() == ServingReason.DRIFT;
  }

  /** Whether a pointer is one that the drift moves or holds. */
  boolean moves(ServingPointer pointer) {
    return switch (pointer.decision().getReason()) {
      case HELD, OTHER, PASSED_OVER -> false;
      // Of a model of which nothing is known from before, another instance knew more.
      case DRIFT ->
          pointer.version().filter(it -> safe.containsKey(it.model()) && !isSafe(it)).isPresent();
      case FIRST, RULE, FALLBACK -> true;
      case PROMOTED, ROLLED_BACK, FOLLOWED -> seen.equals(Optional.of(pointer));
    };
  }

  /** What answers from now on; empty if no version is known that can, or the pointer stays. */
  Optional<ServingDecision> decide(RollbackLog log, ServingPointer inForce) {
    return moves(inForce)
        ? target(log, inForce).map(it -> decision(inForce, it))
        : Optional.empty();
  }

  /**
   * What answers in place of a version that was deleted while it was chosen; empty if no other can.
   *
   * @param before the pointer that the choice replaced
   */
  Optional<ServingDecision> decideAgain(RollbackLog log, ServingPointer before) {
    Optional<VersionId> answers = before.version().filter(this::isSafe);
    return answers
        .filter(it -> isUsable(log, it))
        .or(() -> older(log, before))
        .map(it -> decision(before, it));
  }

  private Optional<VersionId> target(RollbackLog log, ServingPointer inForce) {
    return inForce.version().filter(this::isSafe).or(() -> older(log, inForce));
  }

  private Optional<VersionId> older(RollbackLog log, ServingPointer inForce) {
    boolean follows = inForce.version().isEmpty();
    Optional<VersionId> before =
        follows || isByDrift(inForce)
            ? Optional.empty()
            : inForce.previous().filter(this::isSafe).filter(it -> isUsable(log, it));
    return before.or(() -> newestSafe(log, inForce.model()));
  }

  private boolean isSafe(VersionId version) {
    return version.number() <= safe.getOrDefault(version.model(), -1L);
  }

  private static boolean isUsable(RollbackLog log, VersionId version) {
    return log.newestUsable(version.model(), it -> it == version.number()).isPresent();
  }

  private Optional<VersionId> newestSafe(RollbackLog log, String model) {
    OptionalLong found = log.newestUsable(model, it -> isSafe(new VersionId(model, it)));
    return found.isPresent()
        ? Optional.of(new VersionId(model, found.getAsLong()))
        : Optional.empty();
  }

  private ServingDecision decision(ServingPointer inForce, VersionId version) {
    Optional<VersionId> answered = inForce.version().or(() -> newestOf(inForce.model()));
    Optional<VersionId> before =
        answered.equals(Optional.of(version)) ? inForce.previous() : answered;
    return new ServingDecision(
        kind,
        version.number(),
        before.map(VersionId::number).orElse(null),
        ServingReason.DRIFT,
        BY,
        note(version),
        ServingPointer.inDecision(kind, version.model()),
        before.map(it -> ServingPointer.inDecision(kind, it.model())).orElse(""),
        null,
        new ServingDrift(SIGNAL, drift.index(), drift.threshold(), drift.window()));
  }

  private Optional<VersionId> newestOf(String model) {
    return Optional.ofNullable(newest.get(model)).map(it -> new VersionId(model, it));
  }

  private String note(VersionId version) {
    return ("the %s has drifted: version %d was there before the records from %s on, and answers"
            + " until a person decides")
        .formatted(SIGNAL, version.number(), drift.place());
  }
}
