package io.millrace.console.parts;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.settings.Settings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class KafkaPatienceTest {

  @Test
  void eachTimeOutHasItsOwnDefault() {
    Map<String, Object> client = client(Map.of("kafka.request.timeout.ms", "3000"));

    assertThat(client)
        .containsEntry("request.timeout.ms", "3000")
        .containsEntry("max.block.ms", "2000")
        .containsEntry("default.api.timeout.ms", "10000")
        .containsEntry("delivery.timeout.ms", "8000");
  }

  /** Kafka's clients refuse some time-outs beside others. */
  @Test
  void whateverIsSetClientsCanBeMade() {
    for (Map<String, String> given :
        List.of(
            Map.<String, String>of(),
            Map.of("kafka.request.timeout.ms", "60000", "kafka.linger.ms", "50"),
            Map.of("kafka.delivery.timeout.ms", "2000", "kafka.linger.ms", "50"),
            Map.of("kafka.default.api.timeout.ms", "1500"))) {
      Settings patient = KafkaPatience.in(settings(given));
      KafkaClients.idempotent(patient).close();
      KafkaClients.admin(patient).close();
      KafkaClients.reader(patient).close();
    }
    assertThat(client(Map.of("kafka.delivery.timeout.ms", "2000")))
        .containsEntry("request.timeout.ms", "2000");
  }

  private static Map<String, Object> client(Map<String, String> given) {
    return KafkaPatience.in(settings(given)).kafkaClient();
  }

  private static Settings settings(Map<String, String> given) {
    return Settings.of(given).with(Map.of("kafka.bootstrap.servers", "localhost:1"));
  }
}
