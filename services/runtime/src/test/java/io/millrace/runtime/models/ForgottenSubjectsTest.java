package io.millrace.runtime.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ForgottenSubjectsTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final List<Long> BEGINS = List.of(0L, 0L);

  @Test
  void leavesOutASubjectsRecordsBeforeTheEndOfEachPartition() {
    var list = list(ForgottenSubjects.none(), List.of(10L, 3L), "image/17", "image/18");

    assertThat(list.leavesOut("image/17", 0, 9)).isEqualTo(1);
    assertThat(list.leavesOut("image/18", 1, 2)).isEqualTo(2);
    assertThat(list.leavesOut("image/17", 0, 10)).isZero();
    assertThat(list.leavesOut("image/17", 1, 3)).isZero();
    assertThat(list.leavesOut("image/17", 2, 0)).as("a partition that was added").isZero();
    assertThat(list.leavesOut("image/1", 0, 0)).isZero();
    assertThat(list.leavesOut("document/17", 0, 0)).isZero();
  }

  @Test
  void ofASubjectThatCameAgainTheFirstEntryThatCoversARecordCounts() {
    var list = list(ForgottenSubjects.none(), List.of(10L, 3L), "image/17");
    list = list(list, List.of(20L, 3L), "image/17");

    assertThat(list.leavesOut("image/17", 0, 9)).isEqualTo(1);
    assertThat(list.leavesOut("image/17", 0, 10)).isEqualTo(2);
    assertThat(list.numberOf("image/17")).isEqualTo(2);
    assertThat(list.last()).isEqualTo(2);
  }

  @Test
  void isReadAsItWasWrittenAndNamesNobody() {
    var list = list(ForgottenSubjects.none(), List.of(10L, 3L), "image/ada");
    byte[] value = list.record(Settings.of(Map.of()), "vision").value();

    var read = ForgottenSubjects.decode("vision", value);

    assertThat(read.leavesOut("image/ada", 0, 9)).isEqualTo(1);
    assertThat(read.last()).isEqualTo(1);
    assertThat(new String(value, StandardCharsets.ISO_8859_1)).doesNotContain("ada");
    var other = list(ForgottenSubjects.none(), List.of(10L, 3L), "image/ada");
    assertThat(other.record(Settings.of(Map.of()), "vision").value())
        .as("another salt, another digest")
        .isNotEqualTo(value);
  }

  @Test
  void anEntryLeavesWhenTheLogHasNothingBeforeItsEndsAndItsNumberIsNotGivenAgain() {
    var list = list(ForgottenSubjects.none(), List.of(10L, 3L), "image/17");

    var kept = list.with(List.of("image/18"), List.of(20L, 3L), List.of(9L, 3L), NOW);
    var left = list.with(List.of("image/18"), List.of(20L, 3L), List.of(10L, 3L), NOW);

    assertThat(kept.numberOf("image/17")).isEqualTo(1);
    assertThat(left.numberOf("image/17")).isZero();
    assertThat(left.numberOf("image/18")).isEqualTo(2);
  }

  @Test
  void refusesMoreThanARecordTakesAndAValueThatIsNoList() {
    List<String> many = IntStream.range(0, 12_000).mapToObj(i -> "image/" + i).toList();

    assertThatThrownBy(() -> ForgottenSubjects.none().with(many, List.of(10L, 3L), BEGINS, NOW))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContaining("takes no more");
    assertThatThrownBy(() -> ForgottenSubjects.decode("vision", new byte[3]))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContaining("vision/forgotten");
    assertThat(ForgottenSubjects.decode("vision", null).isEmpty()).isTrue();
  }

  private static ForgottenSubjects list(
      ForgottenSubjects before, List<Long> ends, String... subjects) {
    return before.with(List.of(subjects), ends, BEGINS, NOW);
  }
}
