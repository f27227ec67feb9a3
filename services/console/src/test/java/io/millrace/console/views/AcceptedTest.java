package io.millrace.console.views;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AcceptedTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|1",
        "application/json|1",
        "Application/JSON; q=0.5|0.5",
        "*/*|1",
        "application/*;q=0.2, text/html|0.2",
        "application/json;q=0, */*|0",
        "*/*;q=0.1, application/json;q=0.9|0.9",
        "text/event-stream|0",
        "application/json;q=nonsense|1",
        "application/json;q=7|1",
        ",;|0"
      })
  void theMostPreciseRangeCounts(String accept, double quality) {
    assertThat(Accepted.quality(accept, "application/json")).isEqualTo(quality);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/json|true",
        "application/json, text/plain, */*|true",
        "''|false",
        "*/*|false",
        "text/event-stream|false",
        "text/event-stream, application/json|false",
        "text/event-stream;q=0.5, application/json|true",
        "application/xml|false"
      })
  void whatIsNamedIsPreferred(String accept, boolean json) {
    assertThat(Accepted.prefers(accept, "application/json", "text/event-stream")).isEqualTo(json);
  }
}
