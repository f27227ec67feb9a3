package io.millrace.text.topology;

import static io.millrace.runtime.streams.StreamsTestDriver.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.records.EventHeaders;
import io.millrace.runtime.records.TraceContext;
import io.millrace.runtime.records.TraceSpan;
import io.millrace.runtime.tracing.RecordedSpans;
import java.nio.file.Path;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The spans of the text service. */
final class TextTracesTest {

  private static final TraceContext SENDER = TraceContext.root("a sender");

  private final TextTestDriver driver;
  private final RecordedSpans spans = new RecordedSpans();

  TextTracesTest(@TempDir Path folder) {
    driver = new TextTestDriver(folder);
  }

  @AfterEach
  void close() {
    spans.close();
    driver.close();
  }

  @Test
  void aVectorGoesOnBelowTheProcessingOfItsDocument() {
    driver.send(bytes("a"), bytes("red fox"), traced());

    TraceSpan process = spans.only("process documents");
    assertThat(process.parent()).contains(SENDER);
    assertThat(process.links()).containsExactly(SENDER);
    assertThat(process.failure()).isEmpty();
    assertThat(process.attributes())
        .containsEntry("messaging.destination.name", "documents")
        .containsEntry("messaging.destination.partition.id", "0")
        .containsEntry("messaging.kafka.offset", 0L)
        .containsEntry("messaging.kafka.message.key", "a");
    assertThat(spans.only("weigh documents").parent()).contains(process.context());
    TraceContext vector = TraceContext.of(driver.vectors().getFirst().headers()).orElseThrow();
    assertThat(vector.traceId()).isEqualTo(SENDER.traceId());
    assertThat(vector).isNotIn(SENDER, process.context());
  }

  @Test
  void aDeadLetterIsAnErrorAndKeepsItsRecordsContext() {
    driver.send(null, bytes("red fox"), traced());

    var letter = driver.deadLetters().getFirst();
    String reason =
        EventHeaders.text(letter.headers(), "millrace-dead-letter-reason").orElseThrow();
    assertThat(spans.only("process documents").failure())
        .contains(TraceSpan.Failure.unusable(reason));
    assertThat(TraceContext.of(letter.headers())).contains(SENDER);
    assertThat(EventHeaders.text(letter.headers(), "__streams.errors.message")).contains(reason);
    assertThat(EventHeaders.text(letter.headers(), "__streams.errors.topic")).contains("documents");
    assertThat(EventHeaders.text(letter.headers(), "__streams.errors.partition")).contains("0");
    assertThat(EventHeaders.text(letter.headers(), "__streams.errors.offset")).contains("0");
  }

  @Test
  void aDocumentThatIsNotTracedHasNoSpans() {
    driver.text("a", "red fox");
    driver.send(null, bytes("red fox"), new RecordHeaders());

    assertThat(spans.all()).isEmpty();
  }

  private static Headers traced() {
    return new RecordHeaders().add("traceparent", bytes(SENDER.toString()));
  }
}
