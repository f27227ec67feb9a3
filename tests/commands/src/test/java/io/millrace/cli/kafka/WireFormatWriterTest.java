package io.millrace.cli.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.cli.BrokerCommands;
import io.millrace.cli.CommandRun;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import io.millrace.runtime.testing.FakeSchemaRegistry;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.WireFormat;
import io.millrace.schemas.avro.Command;
import io.millrace.topics.Catalogue;
import io.millrace.topics.TopicSpec;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Records go out in Confluent's wire format where the settings say so, and are read in both. */
final class WireFormatWriterTest {

  private static final Command REFRESH = new Command("refresh", "text", Map.of("a", "b"));

  private final TestKafka kafka = new TestKafka();
  private final FakeSchemaRegistry registry;

  WireFormatWriterTest() throws Exception {
    registry = new FakeSchemaRegistry();
  }

  @AfterEach
  void end() {
    registry.close();
    kafka.close();
  }

  @Test
  void recordsOfANamedTopicCarryTheIdOfTheirSchema() {
    String topic = kafka.topics().commands().name();

    byte[] written = sent("commands", topic);

    assertThat(WireFormat.is(written)).isTrue();
    assertThat(registry.subjects()).containsOnlyKeys(topic + "-value");
    assertThat(registry.subjects().get(topic + "-value")).containsExactly(WireFormat.id(written));
    assertThat(AvroCodec.of(Command.class).decode(written))
        .isInstanceOfSatisfying(
            Decoded.Invalid.class,
            it -> assertThat(it.reason()).contains("schema id 1", "schema.registry.url"));
    try (var _ = ClusterSchemas.use(settings(""))) {
      assertThat(AvroCodec.of(Command.class).decode(written)).isEqualTo(Decoded.valid(REFRESH));
      assertThat(AvroCodec.nameOf(written)).contains("Command");
    }
  }

  @Test
  void thoseOfOthersStayAsTheyAre() {
    byte[] written = sent("predictions", kafka.topics().commands().name());

    assertThat(AvroCodec.isSingleObject(written)).isTrue();
    assertThat(registry.subjects()).isEmpty();
  }

  @Test
  void atTheStartAllAreRegistered() {
    try (var schemas = ClusterSchemas.use(settings("*"))) {
      schemas.publishOwn();
    }

    assertThat(registry.subjects())
        .containsOnlyKeys(
            WireFormatWriter.RECORDS.keySet().stream()
                .map(it -> kafka.topics().prefix() + it + "-value")
                .toList());
  }

  @Test
  void allTopicsAreThoseOfOneSchemaThatMillraceAloneWrites() {
    assertThat(WireFormatWriter.RECORDS.keySet())
        .containsExactlyInAnyOrderElementsOf(
            Catalogue.load().topics().stream()
                .filter(TopicSpec::derived)
                .filter(it -> it.value().startsWith("Avro "))
                .map(TopicSpec::name)
                .toList());
  }

  @Test
  void settingsThatCannotBeAreRefused() {
    assertThatThrownBy(() -> ClusterSchemas.use(settings("images")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("images cannot be written")
        .hasMessageContaining("[commands, ");
    assertThatThrownBy(
            () -> ClusterSchemas.use(settings("*").with(Map.of("upgrade.from", "9dd0730"))))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("upgrade.from=9dd0730");
    assertThatThrownBy(() ->
            ClusterSchemas.use(kafka.settings(Map.of("schema.registry.topics", "predictions"))))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("set schema.registry.url");
  }

  @Test
  void commandsWriteAndReadItToo() {
    var broker = new BrokerCommands(kafka);
    String url = "schema.registry.url=" + registry.url();

    CommandRun refresh =
        broker.run(
            "documents",
            "refresh",
            "--no-wait",
            "--set",
            url,
            "--set",
            "schema.registry.topics=commands");
    byte[] written = kafka.committed(kafka.topics().commands().name()).getFirst().value();
    CommandRun watch =
        broker.run("watch", "commands", "--from", "earliest", "--limit", "1", "--set", url);

    assertThat(refresh.status()).as(refresh.err()).isZero();
    assertThat(WireFormat.is(written)).isTrue();
    assertThat(watch.out()).contains("refresh");
  }

  /** What lies on a topic after a process with a setting has sent a command to it. */
  private byte[] sent(String named, String topic) {
    Settings settings = settings(named);
    try (var _ = ClusterSchemas.use(settings);
        var producer = KafkaClients.idempotent(settings)) {
      producer.send(
          new ProducerRecord<>(
              topic, "text".getBytes(UTF_8), AvroCodec.of(Command.class).encode(REFRESH)));
      producer.send(new ProducerRecord<>(topic, "text".getBytes(UTF_8), null));
      producer.flush();
    }
    return kafka.committed(topic).getFirst().value();
  }

  private Settings settings(String topics) {
    return kafka.settings(
        Map.of("schema.registry.url", registry.url(), "schema.registry.topics", topics));
  }
}
