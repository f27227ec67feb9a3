package io.millrace.scoring.rollback;

import static io.millrace.scoring.rollback.TestRollbackLog.decision;
import static io.millrace.scoring.rollback.TestRollbackLog.drift;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.models.ServingPointer;
import io.millrace.schemas.avro.ServingDecision;
import io.millrace.schemas.avro.ServingReason;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Versions 3 to 9 are there, of which those up to 5 are older than the drift. */
final class RollbackDecisionTest {

  private static final Map<String, Long> SAFE = Map.of("vision", 5L);
  private static final Map<String, Long> NEWEST = Map.of("vision", 9L);

  private final TestRollbackLog log = new TestRollbackLog();

  RollbackDecisionTest() {
    log.usable.addAll(List.of(3L, 4L, 5L, 6L, 7L, 8L, 9L));
  }

  @Test
  void inPlaceOfTheNewestAnswersTheNewestThatIsOlder() {
    ServingDecision decided = decide(log.point(decision(null, 2L, ServingReason.FOLLOWED)));

    assertThat(decided.getVersion()).isEqualTo(5);
    assertThat(decided.getPrevious()).isEqualTo(9);
    assertThat(decided.getReason()).isEqualTo(ServingReason.DRIFT);
    assertThat(decided.getBy()).isEqualTo("scoring");
    assertThat(decided.getNote()).contains("version 5", "images 0@17");
    assertThat(decided.getDrift().getSignal()).isEqualTo("input");
    assertThat(decided.getDrift().getIndex()).isEqualTo(1.25);
    assertThat(decided.getDrift().getThreshold()).isEqualTo(0.5);
    assertThat(decided.getDrift().getWindow()).isEqualTo(1_000);
  }

  @Test
  void whatWasPromotedSinceGivesWayToWhatAnsweredBefore() {
    ServingDecision decided = decide(log.point(decision(7L, 3L, ServingReason.RULE)));

    assertThat(decided.getVersion()).isEqualTo(3);
    assertThat(decided.getPrevious()).isEqualTo(7);
  }

  @Test
  void ifThatIsNoOlderOrCannotAnswerTheNewestThatIsOlderDoes() {
    assertThat(decide(log.point(decision(7L, 6L, ServingReason.RULE))).getVersion()).isEqualTo(5);
    assertThat(decide(log.point(decision(7L, 2L, ServingReason.RULE))).getVersion()).isEqualTo(5);
  }

  @Test
  void anOlderVersionThatAnswersStaysAndIsHeld() {
    ServingDecision decided = decide(log.point(decision(4L, 3L, ServingReason.PROMOTED)));

    assertThat(decided.getVersion()).isEqualTo(4);
    assertThat(decided.getPrevious()).isEqualTo(3);
    assertThat(decided.getReason()).isEqualTo(ServingReason.DRIFT);
  }

  @Test
  void aVariantGivesWayToItsModelsVersionThatAnsweredBefore() {
    var promoted =
        new ServingDecision(
            "vision", 2L, 4L, ServingReason.RULE, "ada", "", "vision-wide", "", null, null);

    ServingDecision decided = decide(log.point(promoted));

    assertThat(decided.getServingModel()).isEmpty();
    assertThat(decided.getVersion()).isEqualTo(4);
    assertThat(decided.getPreviousModel()).isEqualTo("vision-wide");
    assertThat(decided.getPrevious()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(
      value = ServingReason.class,
      names = {"HELD", "PASSED_OVER", "OTHER"})
  void whatIsHeldStays(ServingReason reason) {
    ServingPointer pointer = log.point(decision(7L, 3L, reason));

    assertThat(rollback(pointer, SAFE).decide(log, pointer)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = ServingReason.class,
      names = {"PROMOTED", "ROLLED_BACK", "FOLLOWED"})
  void whatAPersonHasDecidedSinceStays(ServingReason reason) {
    ServingPointer seen = log.point(decision(7L, 3L, ServingReason.RULE));
    ServingPointer since = log.point(decision(8L, 7L, reason));

    assertThat(rollback(seen, SAFE).decide(log, since)).isEmpty();
  }

  @Test
  void whatARuleHasPromotedSinceIsRolledBack() {
    ServingPointer seen = log.point(decision(4L, 3L, ServingReason.FIRST));
    ServingPointer since = log.point(decision(9L, 4L, ServingReason.RULE));

    assertThat(rollback(seen, SAFE).decide(log, since))
        .hasValueSatisfying(it -> assertThat(it.getVersion()).isEqualTo(4));
  }

  @Test
  void whatADriftHoldsStaysIfItIsOlderAndElseGivesWayToTheNewestThatIs() {
    ServingPointer older = log.point(decision(4L, 9L, ServingReason.DRIFT));
    assertThat(rollback(older, SAFE).decide(log, older)).isEmpty();

    ServingPointer younger = log.point(decision(7L, 3L, ServingReason.DRIFT));
    assertThat(decide(younger).getVersion()).isEqualTo(5);
    assertThat(rollback(younger, Map.of()).decide(log, younger)).isEmpty();
    assertThat(rollback(younger, Map.of()).moves(younger)).isFalse();
  }

  @Test
  void ifNoVersionIsOlderNothingChanges() {
    ServingPointer pointer = log.point(decision(null, null, ServingReason.FOLLOWED));

    assertThat(rollback(pointer, Map.of("vision", 2L)).decide(log, pointer)).isEmpty();
    assertThat(rollback(pointer, Map.of()).decide(log, pointer)).isEmpty();
  }

  private ServingDecision decide(ServingPointer inForce) {
    return rollback(inForce, SAFE).decide(log, inForce).orElseThrow();
  }

  private static RollbackDecision rollback(ServingPointer seen, Map<String, Long> safe) {
    return new RollbackDecision("vision", drift(17), Optional.of(seen), safe, NEWEST);
  }
}
