package io.millrace.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.administration.ReplayRanges.LogPosition;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LogPositionParserTest {

  private static final Instant NOW = Instant.parse("2026-12-01T12:00:00Z");

  @Test
  void readsOffsets() {
    assertThat(LogPositionParser.parse("1200", NOW)).isEqualTo(new LogPosition.Offset(1200));
    assertThat(LogPositionParser.parse("0:1200", NOW))
        .isEqualTo(new LogPosition.Offsets(Map.of(0, 1200L)));
    assertThat(LogPositionParser.parse("0:1200,3:9", NOW))
        .isEqualTo(new LogPosition.Offsets(Map.of(0, 1200L, 3, 9L)));
  }

  @ParameterizedTest
  @CsvSource({
    "2d, 2026-11-29T12:00:00Z",
    "12h, 2026-12-01T00:00:00Z",
    "90m, 2026-12-01T10:30:00Z",
    "5s, 2026-12-01T11:59:55Z",
    "2026-11-30, 2026-11-30T00:00:00Z",
    "2026-11-30T08:00:00Z, 2026-11-30T08:00:00Z"
  })
  void readsTimesAndDurationsBack(String text, Instant time) {
    assertThat(LogPositionParser.parse(text, NOW)).isEqualTo(new LogPosition.AtTime(time));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yesterday", "-3", "0:", "1:2:3", "2w", "2026-13-01"})
  void refusesWhatIsNoPlace(String text) {
    assertThatThrownBy(() -> LogPositionParser.parse(text, NOW))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'")
        .hasMessageContaining("PARTITION:OFFSET");
  }
}
