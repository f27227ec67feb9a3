package io.millrace.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.models.ServingPointer;
import io.millrace.runtime.models.ServingPolicy;
import io.millrace.runtime.models.TestModels;
import io.millrace.runtime.models.VersionId;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.schemas.avro.ServingDecision;
import io.millrace.schemas.avro.ServingReason;
import io.millrace.scoring.answers.DivergedException;
import io.millrace.scoring.answers.ServedModel;
import io.millrace.scoring.answers.VersionSelector;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which version is loaded, without Kafka; a predictor here is its version's number. */
final class VersionSelectorTest {

  private static final String MODEL = ImageScorer.MODEL;
  private static final String WIDE = "vision-wide";

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ScoringMetrics metrics = new ScoringMetrics();
  private final TestServingLog log = new TestServingLog();
  private final ServedModel<String> served =
      new ServedModel<>(MODEL, 1, tensors -> "p", _ -> {}, metrics.model(MODEL));

  @Test
  void byNewestThePointerCountsForNothing() {
    VersionSelector selector = selector(ServingPolicy.NEWEST);
    selector.published(version(1));
    selector.published(version(2));

    selector.pointerChanged(pointer(1L, null));

    assertThat(inForce()).isEqualTo(2);
  }

  @Test
  void byManualNothingAnswersBeforeAPersonDecides() {
    VersionSelector selector = selector(ServingPolicy.MANUAL);
    selector.pointerChanged(Optional.empty());

    selector.published(version(1));

    assertThat(served.ready()).isFalse();
    assertThat(log.firsts).isEmpty();
  }

  @Test
  void byGatedTheFirstVersionIsTakenThroughThePointer() {
    VersionSelector selector = selector(ServingPolicy.GATED);
    selector.pointerChanged(Optional.empty());

    selector.published(version(5));

    assertThat(log.firsts).containsExactly(5L);
    assertThat(served.ready()).isFalse();
    selector.pointerChanged(pointer(5L, null));
    selector.published(version(6));
    assertThat(inForce()).isEqualTo(5);
    assertThat(log.firsts).containsExactly(5L);
  }

  @Test
  void thePointerIsFollowedForwardAndBack() {
    VersionSelector selector = selector(ServingPolicy.MANUAL);
    selector.published(version(1));
    selector.published(version(2));
    selector.published(version(3));

    selector.pointerChanged(pointer(3L, null));
    long promoted = inForce();
    selector.pointerChanged(pointer(1L, 3L));
    long rolledBack = inForce();
    selector.published(version(4));
    long held = inForce();
    selector.pointerChanged(pointer(null, 1L));
    long followed = inForce();
    selector.published(version(5));

    assertThat(List.of(promoted, rolledBack, held, followed, inForce()))
        .containsExactly(3L, 1L, 1L, 4L, 5L);
  }

  @Test
  void ofANewerVersionThatCannotBeLoadedTheOneBeforeGoesOn() {
    VersionSelector selector = selector(ServingPolicy.NEWEST);
    selector.published(version(1));

    selector.published(broken(2));
    selector.unusable(new VersionId(MODEL, 3), "does not match its SHA-256");

    assertThat(inForce()).isEqualTo(1);
    assertThat(fallback()).isEqualTo(1);
    assertThat(log.told).extracting(ServingDecision::getVersion).containsExactly(2L, 3L);
    assertThat(log.told).extracting(ServingDecision::getPrevious).containsOnly(1L);
    assertThat(log.told)
        .extracting(ServingDecision::getReason)
        .containsOnly(ServingReason.PASSED_OVER);
    assertThat(log.told.getLast().getNote()).isEqualTo("it does not match its SHA-256");
    selector.published(version(4));
    assertThat(inForce()).isEqualTo(4);
    assertThat(fallback()).isZero();
  }

  @Test
  void aVersionWithANumberThatIsNoneIsNeverLoaded() {
    VersionSelector selector = selector(ServingPolicy.NEWEST);
    selector.published(version(1));

    selector.published(ScoringSamples.vision(2, List.of("a", "b"), Float.NaN, 1));

    assertThat(inForce()).isEqualTo(1);
    assertThat(log.told.getFirst().getNote()).contains("the tensor gains holds NaN or infinity");
  }

  @Test
  void atTheStartTheNewestThatCanBeLoadedAnswers() {
    log.has(version(1));
    log.has(version(2));
    log.has(broken(3));
    log.has(broken(4));

    selector(ServingPolicy.NEWEST).published(broken(4));

    assertThat(inForce()).isEqualTo(2);
    assertThat(log.told).extracting(ServingDecision::getVersion).containsExactly(4L, 3L);
  }

  @Test
  void ofAPointedVersionThatIsGoneTheOneToRollBackToAnswers() {
    VersionSelector selector = selector(ServingPolicy.MANUAL);
    log.has(version(3));
    log.has(version(6));
    log.has(version(8));

    selector.pointerChanged(pointer(7L, 3L));

    assertThat(inForce()).isEqualTo(3);
    assertThat(fallback()).isEqualTo(1);
    assertThat(log.told.getFirst().getNote()).contains("its parts are not on the models topic");
  }

  @Test
  void withoutOneToRollBackToTheNewestBelowAnswersAndNeverOneAbove() {
    VersionSelector selector = selector(ServingPolicy.MANUAL);
    log.has(version(8));
    selector.pointerChanged(pointer(7L, null));
    boolean onlyNewer = served.ready();
    log.has(version(3));
    log.has(broken(5));

    selector.published(version(9));

    assertThat(onlyNewer).isFalse();
    assertThat(inForce()).isEqualTo(3);
  }

  @Test
  void aDecisionTriesAVersionAgainThatWasPassedOver() {
    VersionSelector selector = selector(ServingPolicy.MANUAL);
    log.has(version(3));
    selector.pointerChanged(pointer(7L, 3L));
    log.has(version(7));

    selector.pointerChanged(pointer(7L, 3L));

    assertThat(inForce()).isEqualTo(7);
    assertThat(fallback()).isZero();
  }

  @Test
  void aVersionThatDivergesGivesWayAndAModelWithoutAnotherStops() {
    VersionSelector selector = selector(ServingPolicy.NEWEST);
    log.has(version(1));
    log.has(version(2));
    selector.published(version(2));

    selector.diverged(new DivergedException(MODEL, 2, Double.NaN));

    assertThat(inForce()).isEqualTo(1);
    assertThatThrownBy(() -> selector.diverged(new DivergedException(MODEL, 1, Double.NaN)))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContaining("version 1 of the model vision has diverged");
    selector.published(version(3));
    assertThat(inForce()).isEqualTo(3);
  }

  @Test
  void aVersionOfAVariantAnswersWhereThePointerNamesOne() {
    VersionSelector selector = selector(ServingPolicy.GATED);
    selector.pointerChanged(pointer(1L, null));
    selector.published(version(1));
    selector.published(wide(1));

    selector.pointerChanged(pointer(WIDE, 1L, MODEL, 1L));
    ServedModel.Version<String> promoted = served.inForce();
    selector.published(version(2));
    selector.published(wide(2));

    assertThat(promoted.id()).isEqualTo(new VersionId(WIDE, 1));
    assertThat(served.inForce()).isSameAs(promoted);
    assertThat(fallback()).isZero();
    selector.pointerChanged(pointer(MODEL, 1L, WIDE, 1L));
    assertThat(served.inForce().id()).isEqualTo(new VersionId(MODEL, 1));
  }

  @Test
  void theNewestOfAVariantAnswersWhereThePointerSaysSo() {
    VersionSelector selector = selector(ServingPolicy.MANUAL);
    selector.published(version(8));
    selector.published(wide(1));

    selector.pointerChanged(pointer(WIDE, null, MODEL, 8L));
    selector.published(version(9));
    selector.published(wide(2));

    assertThat(served.inForce().id()).isEqualTo(new VersionId(WIDE, 2));
    selector.unusable(new VersionId(MODEL, 10), "lacks parts");
    assertThat(fallback()).isZero();
    selector.unusable(new VersionId(WIDE, 3), "lacks parts");
    assertThat(fallback()).isEqualTo(1);
    assertThat(log.told)
        .singleElement()
        .satisfies(it -> {
          assertThat(it.getModel()).isEqualTo(MODEL);
          assertThat(it.getServingModel()).isEqualTo(WIDE);
          assertThat(it.getVersion()).isEqualTo(3);
          assertThat(it.getPreviousModel()).isEqualTo(WIDE);
          assertThat(it.getPrevious()).isEqualTo(2);
        });
  }

  @Test
  void aVariantNeverAnswersByNewestAndIsNeverTheFirst() {
    VersionSelector newest = selector(ServingPolicy.NEWEST);
    newest.pointerChanged(pointer(WIDE, 1L, MODEL, null));
    newest.published(wide(1));
    boolean ready = served.ready();

    VersionSelector gated = selector(ServingPolicy.GATED);
    gated.published(wide(2));

    assertThat(newest.mayAnswer(WIDE)).isFalse();
    assertThat(gated.mayAnswer(WIDE)).isTrue();
    assertThat(ready).isFalse();
    assertThat(log.firsts).isEmpty();
  }

  @Test
  void ofAVariantThatIsGoneTheOneToRollBackToAnswersElseTheNewestBelowEither() {
    VersionSelector selector = selector(ServingPolicy.MANUAL);
    version(7);
    version(3);
    log.has(broken(5));

    selector.pointerChanged(pointer(WIDE, 4L, MODEL, 5L));
    VersionId belowPrevious = served.inForce().id();
    wide(2);
    selector.pointerChanged(pointer(WIDE, 4L, MODEL, 6L));
    selector.diverged(new DivergedException(MODEL, 3, Double.NaN));

    assertThat(belowPrevious).isEqualTo(new VersionId(MODEL, 3));
    assertThat(served.inForce().id()).isEqualTo(new VersionId(WIDE, 2));
    assertThat(fallback()).isEqualTo(1);
  }

  @Test
  void ofAVersionPassedOverThatOfTheSameNumberOfAVariantIsNone() {
    VersionSelector selector = selector(ServingPolicy.MANUAL);
    log.has(broken(4));
    wide(4);

    selector.pointerChanged(pointer(MODEL, 4L, WIDE, 4L));

    assertThat(served.inForce().id()).isEqualTo(new VersionId(WIDE, 4));
    assertThat(log.told.getFirst().getServingModel()).isEmpty();
    assertThat(log.told.getFirst().getPreviousModel()).isEqualTo(WIDE);
  }

  private VersionSelector selector(ServingPolicy policy) {
    metrics.bindTo(meters);
    return new VersionSelector(policy, served, log, metrics.model(MODEL));
  }

  private long inForce() {
    return served.inForce().number();
  }

  private double fallback() {
    return meters.get("millrace.scoring.fallback").tag("model", MODEL).gauge().value();
  }

  private ModelVersion version(long number) {
    ModelVersion version = ScoringSamples.vision(number);
    log.has(version);
    return version;
  }

  private ModelVersion wide(long number) {
    ModelVersion version = ScoringSamples.vision(WIDE, number, List.of("dark", "bright"), -1, 1);
    log.has(version);
    return version;
  }

  private static ModelVersion broken(long number) {
    return TestModels.version(MODEL, number, List.of(), new byte[] {1});
  }

  private static Optional<ServingPointer> pointer(@Nullable Long version, @Nullable Long previous) {
    return pointer(MODEL, version, MODEL, previous);
  }

  private static Optional<ServingPointer> pointer(
      String model, @Nullable Long version, String previousModel, @Nullable Long previous) {
    return Optional.of(
        new ServingPointer(
            new ServingDecision(
                MODEL,
                version,
                previous,
                ServingReason.PROMOTED,
                "ada",
                "",
                ServingPointer.inDecision(MODEL, model),
                ServingPointer.inDecision(MODEL, previousModel),
                null,
                null),
            Instant.EPOCH));
  }
}
