package io.millrace.evaluation;

import static io.millrace.runtime.streams.StreamsTestDriver.TOPICS;
import static io.millrace.runtime.streams.StreamsTestDriver.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Clock;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.runtime.metrics.TraceExemplars;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.runtime.records.TraceContext;
import io.millrace.runtime.records.TraceSpan;
import io.millrace.runtime.tracing.RecordedSpans;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.ClassScore;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.avro.Prediction;
import io.millrace.schemas.avro.Source;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The spans of the evaluation. */
final class EvaluationTracesTest {

  private static final TraceContext PREDICTION = TraceContext.root("a prediction's sender");
  private static final TraceContext LABEL = TraceContext.root("a label's sender");

  private final EvaluationTestDriver driver;
  private final RecordedSpans spans = new RecordedSpans();

  EvaluationTracesTest(@TempDir Path folder) {
    driver = new EvaluationTestDriver(folder);
  }

  @AfterEach
  void close() {
    spans.close();
    driver.close();
  }

  @Test
  void aLabelsSpanLinksToThePredictionThatItJudged() {
    predicted();
    labelled();

    assertThat(spans.only("process predictions").parent()).contains(PREDICTION);
    assertThat(spans.only("process labels").parent()).contains(LABEL);
    TraceSpan judge = spans.only("judge vision");
    assertThat(judge.parent()).contains(LABEL);
    assertThat(judge.links()).containsExactly(PREDICTION);
    assertThat(judge.attributes()).containsEntry("millrace.version", 1L);
  }

  @Test
  void aPredictionThatComesAfterItsLabelLinksToTheLabel() {
    labelled();
    predicted();

    TraceSpan judge = spans.only("judge vision");
    assertThat(judge.parent()).contains(PREDICTION);
    assertThat(judge.links()).containsExactly(LABEL);
  }

  @Test
  void theDelayOfALabelNamesItsTrace() {
    var meters =
        new PrometheusMeterRegistry(
            PrometheusConfig.DEFAULT, new PrometheusRegistry(), Clock.SYSTEM, new TraceExemplars());
    new EvaluationMetrics(driver.stats).bindTo(meters);
    driver.manifest(1, 0);

    predicted();
    labelled();

    assertThat(meters.scrape("application/openmetrics-text; version=1.0.0").lines())
        .filteredOn(it -> it.startsWith("millrace_evaluation_label_delay_seconds_bucket"))
        .anyMatch(it -> it.contains("trace_id=\"" + LABEL.traceId() + "\""));
  }

  @Test
  void aDeadLetterIsAnErrorWithItsReason() {
    driver.labels.pipeInput(
        new TestRecord<>(null, bytes("{"), traced(LABEL), EvaluationTestDriver.START));

    Headers letter = driver.deadLetters.readRecord().headers();
    String reason = EventHeaders.text(letter, "millrace-dead-letter-reason").orElseThrow();
    assertThat(spans.only("process labels").failure()).contains(TraceSpan.Failure.unusable(reason));
    assertThat(TraceContext.of(letter)).contains(LABEL);
    assertThat(EventHeaders.text(letter, "__streams.errors.message")).contains(reason);
    assertThat(EventHeaders.text(letter, "__streams.errors.topic")).contains("labels");
  }

  private void predicted() {
    var prediction =
        new Prediction(
            "image/1",
            "7",
            0.75,
            List.of(new ClassScore("7", 0.75, 1.1), new ClassScore("1", 0.25, 0.0)),
            "vision",
            1L,
            null,
            null,
            new Source(TOPICS.images().name(), 0, 1L),
            null,
            null);
    driver.predicted(
        new ProducerRecord<>(
            TOPICS.predictions().name(),
            null,
            EvaluationTestDriver.START.toEpochMilli(),
            bytes("image/1"),
            prediction,
            traced(PREDICTION)));
  }

  private void labelled() {
    driver.label(
        new ProducerRecord<>(
            TOPICS.labels().name(),
            null,
            EvaluationTestDriver.START.toEpochMilli(),
            null,
            AvroCodec.of(Label.class).encode(new Label("image/1", "7")),
            traced(LABEL)));
  }

  private static Headers traced(TraceContext context) {
    return new RecordHeaders().add("traceparent", bytes(context.toString()));
  }
}
