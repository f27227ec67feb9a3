package io.millrace.runtime.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.ProcessorRecordContext;
import org.junit.jupiter.api.Test;

final class RawRecordTest {

  private final List<ProcessorContext<?, ?>> contexts = new ArrayList<>();

  @Test
  void aTaskDoesNotKeepTheBytesOfALargeRecordBeyondThePoll() {
    var builder = new StreamsBuilder();
    KStream<byte[], byte[]> all =
        builder.stream("in", Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()));
    all.process(Freeing::new);

    try (var kafka = new TopologyTestDriver(builder.build(), new Properties())) {
      var input =
          kafka.createInputTopic("in", new ByteArraySerializer(), new ByteArraySerializer());
      for (int i = 0; i < 3; i++) {
        input.pipeInput(new byte[RawRecord.LARGE_BYTES]);
        // What a processor sees while it runs is a copy; this is what the task has kept.
        assertThat(isKept()).isTrue();

        kafka.advanceWallClockTime(RawRecord.SOON);

        assertThat(isKept()).isFalse();
      }
    }
  }

  private boolean isKept() {
    ProcessorRecordContext kept =
        ((InternalProcessorContext<?, ?>) contexts.getFirst()).recordContext();
    return kept != null && kept.sourceRawValue() != null;
  }

  private final class Freeing extends ContextualProcessor<byte[], byte[], Void, Void> {

    private final RawRecord raw = new RawRecord();

    @Override
    public void init(ProcessorContext<Void, Void> context) {
      super.init(context);
      contexts.add(context);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
      raw.freeSoon(context());
    }
  }
}
