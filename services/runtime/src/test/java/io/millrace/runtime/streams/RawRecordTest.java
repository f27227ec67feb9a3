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
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.junit.jupiter.api.Test;

final class RawRecordTest {

  private final List<Boolean> kept = new ArrayList<>();

  @Test
  void aTaskDoesNotKeepTheBytesOfItsLastRecord() {
    var builder = new StreamsBuilder();
    KStream<byte[], byte[]> all =
        builder.stream("in", Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()));
    all.process(Freeing::new);

    try (var kafka = new TopologyTestDriver(builder.build(), new Properties())) {
      kafka
          .createInputTopic("in", new ByteArraySerializer(), new ByteArraySerializer())
          .pipeInput(new byte[1_000]);
    }

    assertThat(kept).containsExactly(true, false);
  }

  private final class Freeing extends ContextualProcessor<byte[], byte[], Void, Void> {

    @Override
    public void process(Record<byte[], byte[]> record) {
      kept.add(isKept());
      RawRecord.free(context());
      kept.add(isKept());
    }

    private boolean isKept() {
      return ((InternalProcessorContext<?, ?>) context()).recordContext().sourceRawValue() != null;
    }
  }
}
