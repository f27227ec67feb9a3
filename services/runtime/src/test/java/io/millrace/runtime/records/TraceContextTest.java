package io.millrace.runtime.records;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TraceContextTest {

  /** The example of W3C's Trace Context, section 3.2.3. */
  private static final String EXAMPLE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  @Test
  void parsesWhatItWrites() {
    TraceContext context = TraceContext.parse(EXAMPLE).orElseThrow();

    assertThat(context.traceId()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
    assertThat(context.spanId()).isEqualTo("00f067aa0ba902b7");
    assertThat(context.isSampled()).isTrue();
    assertThat(context.toString()).isEqualTo(EXAMPLE);
    assertThat(TraceContext.parse(EXAMPLE.replaceAll("01$", "00")).orElseThrow().isSampled())
        .isFalse();
  }

  @Test
  void takesTheBeginningOfALaterVersion() {
    assertThat(TraceContext.parse("cc" + EXAMPLE.substring(2) + "-what-the-future-brings"))
        .map(TraceContext::toString)
        .contains(EXAMPLE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.more"
      })
  void refusesWhatTheSpecificationCallsInvalid(String text) {
    assertThat(TraceContext.parse(text)).isEmpty();
  }

  @Test
  void ofSeveralHeadersTheLastOneCounts() {
    TraceContext last = TraceContext.root("last");
    var headers =
        new RecordHeaders()
            .add("traceparent", EXAMPLE.getBytes(US_ASCII))
            .add("traceparent", last.toString().getBytes(US_ASCII));

    assertThat(TraceContext.of(headers)).contains(last);
  }

  @Test
  void aChildHasNoFlagsThatNobodyKnows() {
    TraceContext context = TraceContext.parse(EXAMPLE.replaceAll("01$", "ff")).orElseThrow();

    assertThat(context.child("a").toString()).endsWith("-03");
  }

  @Test
  void theIdOfASpanFollowsFromItsNameAndParent() {
    TraceContext context = TraceContext.parse(EXAMPLE).orElseThrow();

    assertThat(context.child("a")).isEqualTo(context.child("a"));
    assertThat(context.child("a").traceId()).isEqualTo(context.traceId());
    assertThat(context.child("a").spanId())
        .isNotEqualTo(context.child("b").spanId())
        .isNotEqualTo(context.child("b").child("a").spanId())
        .hasSize(16);
    assertThat(TraceContext.parse(TraceContext.root("step").toString())).isPresent();
  }
}
