package io.millrace.runtime.records;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

final class TraceStateTest {

  @Test
  void passesOnWhatTheSpecificationAsksFor() {
    String whole = "a=" + "x".repeat(510);

    assertThat(passed(whole)).isEqualTo(whole);
    assertThat(passed(members(32, 5))).isEqualTo(members(32, 5));
  }

  @Test
  void leavesOutWholeMembersOfALongerOneTheLongOnesFirst() {
    String small = members(8, 40);
    String big = "big=" + "x".repeat(200);

    assertThat(passed(big + "," + small)).isEqualTo(small);
    assertThat(passed(members(20, 100))).isEqualTo(members(5, 100));
  }

  @Test
  void dropsOneOfTooManyMembersOrOfAbsurdLength() {
    assertThat(passed(members(33, 5))).isEmpty();
    assertThat(passed("a=" + "x".repeat(1_000_000))).isEmpty();
    assertThat(passed("a=" + "x".repeat(600))).isEmpty();
  }

  private static String members(int count, int length) {
    return IntStream.range(0, count)
        .mapToObj(i -> ("%02d=".formatted(i) + "x".repeat(length)).substring(0, length))
        .collect(Collectors.joining(","));
  }

  private static String passed(String state) {
    var from = new RecordHeaders().add("tracestate", state.getBytes(US_ASCII));
    var to = new RecordHeaders();
    Traces.passState(from, to);
    return EventHeaders.text(to, "tracestate").orElse("");
  }
}
