package io.millrace.cli.kafka;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.cli.command.CommandException;
import io.millrace.runtime.testing.TestKafka;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What Kafka rejects is told with what to change. */
final class RecordSenderTest {

  private final TestKafka kafka = new TestKafka();

  @AfterEach
  void end() {
    kafka.close();
  }

  @Test
  void aRecordWithoutAKeyOnACompactedTopic() {
    assertThatThrownBy(() -> send(null, new byte[1]))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("key null")
        .hasMessageEndingWith(
            "; the topic is compacted, so each record needs a key: the id of what it is");
  }

  @Test
  void aRecordThatIsTooLargeForTheClient() {
    assertThatThrownBy(() -> send("large", new byte[11 << 20]))
        .hasMessageContaining("'large'")
        .hasMessageContaining("kafka.max.request.size")
        .hasMessageContaining("max.message.bytes");
  }

  private void send(String key, byte[] value) {
    String topic = kafka.topics().documents().name();
    byte[] bytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
    try (var sender = new RecordSender(kafka.settings(Map.of()))) {
      sender.send(new ProducerRecord<>(topic, bytes, value));
      sender.flush();
    }
  }
}
