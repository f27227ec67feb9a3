package io.millrace.runtime.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A setting is added, renamed, removed, or gets another value: what becomes of checkpoints. */
final class FingerprintHistoryTest {

  private static final FingerprintHistory HISTORY =
      new FingerprintHistory(
          Map.of(
              "vision.added", Optional.of("off"),
              "vision.begun", Optional.empty()),
          Map.of("vision.removed", "fast"));

  @Test
  void aCheckpointWithoutAnAddedSettingHasTheValueOfItsBuild() {
    assertThat(difference(Map.of(), Map.of("added", "off"))).isEmpty();
    assertThat(difference(Map.of(), Map.of("added", "on")))
        .hasValueSatisfying(
            it -> assertThat(it).contains("vision.added is on").contains("trained with off"));
  }

  @Test
  void whatHasOnlyBegunWithASettingGoesOnWithAnyValue() {
    assertThat(difference(Map.of(), Map.of("begun", "1000"))).isEmpty();
    assertThat(difference(Map.of("begun", "10"), Map.of("begun", "1000"))).isPresent();
  }

  @Test
  void theValueOfEarlierBuildsIsLeftOutSoThatTheyGoOnAfterARollback() {
    assertThat(
            HISTORY.written("vision", Map.of("added", "off", "begun", "1000", "batch.size", "16")))
        .isEqualTo(Map.of("begun", "1000", "batch.size", "16"));
    assertThat(HISTORY.written("vision", Map.of("added", "on"))).containsEntry("added", "on");
    assertThat(HISTORY.written("classifier", Map.of("added", "off"))).containsKey("added");
  }

  @Test
  void aRemovedSettingFitsAtTheValueThatIsLeft() {
    assertThat(difference(Map.of("removed", "fast"), Map.of())).isEmpty();
    assertThat(difference(Map.of("removed", "slow"), Map.of()))
        .hasValueSatisfying(it -> assertThat(it).contains("vision.removed=slow").contains("fast"));
  }

  @Test
  void aSettingOfALaterBuildIsNamedAndTheBuildAskedFor() {
    assertThat(difference(Map.of("unheard.of", "7"), Map.of()))
        .hasValueSatisfying(
            it -> assertThat(it).contains("vision.unheard.of=7").contains("later build"));
  }

  @Test
  void anAddedSettingOfWhichNothingIsKnownIsRefused() {
    assertThat(difference(Map.of(), Map.of("unlisted", "7")))
        .hasValueSatisfying(it -> assertThat(it).contains("vision.unlisted is 7"));
  }

  @Test
  void aRenamedSettingFitsUnderItsOldName() {
    assertThat(difference(Map.of("averaging", "0.9"), Map.of("ema.decay", "0.9"))).isEmpty();
    assertThat(difference(Map.of("averaging", "0.9"), Map.of("ema.decay", "0.8")))
        .hasValueSatisfying(
            it -> assertThat(it).contains("vision.ema.decay is 0.8").contains("trained with 0.9"));
  }

  @Test
  void aBuildThatCameLaterThanItsCheckpointKnowsWhatItsModelsWereTrainedWith() {
    assertThat(
            FingerprintHistory.OF_THIS_BUILD.difference(
                "classifier", Map.of(), Map.of("memory.capacity", "1000")))
        .isEmpty();
  }

  private static Optional<String> difference(Map<String, String> then, Map<String, String> now) {
    return HISTORY.difference("vision", then, now);
  }
}
