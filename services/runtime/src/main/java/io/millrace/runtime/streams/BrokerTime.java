package io.millrace.runtime.streams;

import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.KafkaFutures;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.Schemas;
import io.millrace.schemas.WriterSchemas;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The brokers' time. Kafka has no request for it; but a broker that stamps a record says which time
 * it took. The record is one that does no harm: a schema of this build, which is on the topic
 * {@code schemas} already.
 */
final class BrokerTime {

  private static final Logger LOG = LoggerFactory.getLogger(BrokerTime.class);
  private static final String APPEND_TIME = "LogAppendTime";
  private static final String PATIENCE_MILLIS = "10000";

  private BrokerTime() {}

  /**
   * The time of the broker that leads the topic of schemas, milliseconds since 1970; empty if it
   * does not stamp records, or cannot be asked.
   */
  static OptionalLong now(Settings settings) {
    String topic = settings.topics().schemas().name();
    try {
      return isStamped(settings, topic) ? stamp(settings, topic) : OptionalLong.empty();
    } catch (KafkaException e) {
      LOG.warn(
          "the brokers' time cannot be asked for, so the machine's clock counts: {}", e.toString());
      return OptionalLong.empty();
    }
  }

  private static boolean isStamped(Settings settings, String topic) {
    var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try (Admin admin = KafkaClients.admin(settings)) {
      Config config =
          KafkaFutures.await(admin.describeConfigs(List.of(resource)).all()).get(resource);
      var type = config == null ? null : config.get(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG);
      return type != null && APPEND_TIME.equals(type.value());
    }
  }

  private static OptionalLong stamp(Settings settings, String topic) {
    Schema schema = Schemas.LABEL.schema();
    String key = WriterSchemas.hex(SchemaNormalization.parsingFingerprint64(schema));
    var patient = Map.of("kafka." + ProducerConfig.MAX_BLOCK_MS_CONFIG, PATIENCE_MILLIS);
    try (var producer = KafkaClients.idempotent(settings.with(patient))) {
      var record =
          new ProducerRecord<>(
              topic,
              0,
              key.getBytes(StandardCharsets.US_ASCII),
              schema.toString().getBytes(StandardCharsets.UTF_8));
      return OptionalLong.of(KafkaFutures.await(producer.send(record)).timestamp());
    }
  }
}
