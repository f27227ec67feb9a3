package io.millrace.cli.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.BrokerCommands;
import io.millrace.cli.CommandRun;
import io.millrace.cli.SampleWeights;
import io.millrace.runtime.kafka.SchemaTopic;
import io.millrace.runtime.kafka.ValueSerializer;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.WriterSchemas;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every command that writes records in Avro writes their schemas first: here none is one that all
 * builds know by themselves.
 */
final class SchemaAnnouncerTest {

  @TempDir private Path folder;
  private final TestKafka kafka = new TestKafka();
  private final BrokerCommands broker = new BrokerCommands(kafka);
  private final SchemaTopic topic = new SchemaTopic(kafka.settings(Map.of()));
  private final ValueSerializer.Registration announcing =
      ValueSerializer.add(new SchemaAnnouncer(topic, List.of()));

  @AfterEach
  void end() {
    announcing.close();
    topic.close();
    kafka.close();
  }

  @Test
  void sendingTellsTheSchemaOfWhatIsSent() throws IOException {
    Path labels = folder.resolve("labels.csv");
    Files.writeString(labels, "subject,label\nimage/1,cat\n");

    assertSuccess(broker.run("send", "labels", labels.toString()));

    assertThat(written()).containsExactly("Label");
  }

  @Test
  void aRefreshTellsTheSchemaOfItsCommand() {
    assertSuccess(broker.run("documents", "refresh", "--no-wait"));

    assertThat(written()).containsExactly("Command");
  }

  @Test
  void anImportTellsTheSchemasOfItsManifests() throws IOException {
    Path file = SampleWeights.write(folder.resolve("weights.safetensors"), Map.of());

    assertSuccess(
        broker.run(
            "models", "import", "vision", "--input", file.toString(), "--classes", "cat,dog"));

    assertThat(written()).containsExactlyInAnyOrder("CheckpointManifest", "ModelManifest");
  }

  private static void assertSuccess(CommandRun run) {
    assertThat(run.status()).as(run.err()).isZero();
  }

  /** The names of the schemas that the topic has. */
  private Stream<String> written() {
    return kafka.committed(kafka.topics().schemas().name()).stream()
        .map(it -> new String(it.key(), StandardCharsets.US_ASCII))
        .map(SchemaAnnouncerTest::name);
  }

  private static String name(String key) {
    return SchemaTopic.own().stream()
        .filter(it -> WriterSchemas.hex(SchemaNormalization.parsingFingerprint64(it)).equals(key))
        .map(Schema::getName)
        .findFirst()
        .orElseThrow();
  }
}
