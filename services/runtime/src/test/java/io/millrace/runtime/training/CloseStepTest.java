package io.millrace.runtime.training;

import static java.util.stream.LongStream.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.administration.CloseStep;
import io.millrace.runtime.records.ControlRecords;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.schemas.avro.InputRange;
import io.millrace.topics.Topic;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class CloseStepTest {

  private final SumService sum = new SumService();

  @AfterEach
  void close() {
    sum.close();
  }

  @Test
  void everyPartitionGetsOneRecord() {
    assertThat(CloseStep.write(sum.settings, "sum", sum.fourLogs())).isEqualTo(4);

    List<ConsumerRecord<byte[], byte[]>> written = sum.kafka.await(sum.fourLogs().name(), 4);
    assertThat(written).extracting(ConsumerRecord::partition).containsExactly(0, 1, 2, 3);
    assertThat(written)
        .allMatch(record ->
            ControlRecords.marker(record.headers(), record.value()).orElseThrow().closesStep());
  }

  @Test
  void recordsThatFillNoBatchAreLearnedFrom() {
    sum.start(sum.oneLog());
    sum.awaitVersion(0);
    sum.send(sum.oneLog(), range(0, 13));
    sum.awaitVersion(1);

    CloseStep.write(sum.settings, "sum", sum.oneLog());

    assertThat(sum.awaitVersion(2)).isEqualTo(SumService.model(range(0, 13)));
  }

  @Test
  void allPartitionsCountAndTrainingGoesOnAfterwards() {
    sum.start(sum.fourLogs());
    sum.awaitVersion(0);
    sum.send(sum.fourLogs(), 2, range(0, 3));

    CloseStep.write(sum.settings, "sum", sum.fourLogs());
    sum.awaitVersion(1);
    sum.send(sum.fourLogs(), 1, range(3, 5));
    CloseStep.write(sum.settings, "sum", sum.fourLogs());

    assertThat(sum.awaitVersion(2)).isEqualTo(SumService.model(range(0, 5)));
    assertThat(sum.manifests().getLast().getInputs())
        .extracting(InputRange::getPartition)
        .containsExactly(0, 1, 2, 3);
  }

  @Test
  void aTopicThatDoesNotExistIsNamed() {
    var none = new Topic<>("no-such-topic", Serdes.ByteArray(), Serdes.ByteArray());

    assertThatThrownBy(() -> CloseStep.write(sum.settings, "sum", none))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContaining("no-such-topic")
        .hasMessageContaining("millrace topics apply");
  }
}
