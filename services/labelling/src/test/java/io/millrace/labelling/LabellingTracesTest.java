package io.millrace.labelling;

import static io.millrace.labelling.LabellingTestDriver.png;
import static io.millrace.runtime.streams.StreamsTestDriver.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.records.TraceContext;
import io.millrace.runtime.records.TraceSpan;
import io.millrace.runtime.records.Traces;
import io.millrace.runtime.tracing.RecordedSpans;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The spans of labelling. */
final class LabellingTracesTest {

  private static final TraceContext IMAGE = TraceContext.root("an image's sender");
  private static final TraceContext LABEL = TraceContext.root("a label's sender");

  private final LabellingTestDriver driver;
  private final RecordedSpans spans = new RecordedSpans();

  LabellingTracesTest(@TempDir Path folder) {
    driver = new LabellingTestDriver(folder);
  }

  @AfterEach
  void close() {
    spans.close();
    driver.close();
  }

  @Test
  void anExampleGoesOnWithTheTraceOfItsImageAndIsLinkedToItsLabel() {
    driver.image("a", png(1), traced(IMAGE));
    driver.label("image/a", "7", traced(LABEL));

    TraceSpan image = spans.only("process images");
    TraceSpan label = spans.only("process labels");
    assertThat(image.parent()).contains(IMAGE);
    assertThat(label.parent()).contains(LABEL);
    Headers example = driver.imageExamples().getFirst().headers();
    Traces.sent(List.of(new ProducerRecord<>("image-examples", null, bytes("a"), png(1), example)));
    TraceSpan send = spans.only("send image-examples");
    assertThat(TraceContext.of(example)).contains(send.context());
    assertThat(send.parent()).contains(image.context());
    assertThat(send.links()).containsExactly(image.context(), label.context());
  }

  @Test
  void whatItSkipsIsAnError() {
    driver.image("a", null, traced(IMAGE));

    TraceSpan span = spans.only("process images");
    assertThat(span.failure()).map(TraceSpan.Failure::type).contains("unusable_record");
    assertThat(span.attributes()).containsEntry("messaging.kafka.message.tombstone", true);
  }

  private static Headers traced(TraceContext context) {
    return new RecordHeaders().add("traceparent", bytes(context.toString()));
  }
}
