package io.millrace.tests.system.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.records.ControlRecords;
import io.millrace.runtime.registry.HttpSchemaRegistry;
import io.millrace.runtime.testing.Await;
import io.millrace.runtime.testing.KafkaTestClient;
import io.millrace.runtime.testing.MillraceProcess;
import io.millrace.runtime.testing.SampleImages;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.WireFormat;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.Prediction;
import io.millrace.topics.Topic;
import io.millrace.topics.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * All services with a real registry, every topic that can be in Confluent's wire format in it, by
 * command: {@code mvn -pl tests/system -am test -Dtest=RegistryCampaign
 * -Dsurefire.failIfNoSpecifiedTests=false}. The system property {@code registry.version} names
 * another version of Apicurio.
 */
final class RegistryCampaign {

  private static final Topics TOPICS = KafkaTestClient.TOPICS;
  private static final List<Topic<?, ?>> WRITTEN =
      List.of(
          TOPICS.predictions(),
          TOPICS.evaluations(),
          TOPICS.documentVectors(),
          TOPICS.documentFrequencies(),
          TOPICS.imageExamples(),
          TOPICS.documentExamples(),
          TOPICS.wordVectors());
  private static final int EACH = 20;

  @TempDir private Path folder;

  @Test
  void allServicesWriteAndReadTheWireFormat() throws Exception {
    String version = System.getProperty("registry.version", "3.3.3");
    try (var registry = ApicurioRegistry.start(version, folder.resolve("registry"))) {
      answersAsDocumented(registry);
      Map<String, String> settings = new TreeMap<>(MillraceProcess.SMALL_STEPS);
      settings.put("schema.registry.url", registry.url());
      settings.put("schema.registry.topics", "*");
      int port = MillraceProcess.freePort();
      try (var millrace = MillraceProcess.up(folder, settings, "--port", Integer.toString(port));
          var client = new KafkaTestClient("127.0.0.1:" + port);
          var _ = WireFormat.lookIn(id -> text(registry, id))) {
        millrace.awaitReady();
        answersAll(client);
        learns(client, "vision");
        learns(client, "classifier");

        for (Topic<?, ?> topic : WRITTEN) {
          assertThat(client.read(topic))
              .filteredOn(it -> it.value() != null)
              .filteredOn(it -> !ControlRecords.isMarker(it.headers(), it.value()))
              .isNotEmpty()
              .as(topic.name())
              .allMatch(it -> WireFormat.is(it.value()));
        }
        assertThat(client.read(TOPICS.deadLetters())).isEmpty();
        assertThat(registry.subjects())
            .contains(
                "predictions-value",
                "document-vectors-value",
                "evaluations-value",
                "commands-value");
        assertThat(millrace.terminate()).isZero();
      }
    }
  }

  /** The calls and answers that are mocked elsewhere. */
  private static void answersAsDocumented(ApicurioRegistry registry) {
    HttpSchemaRegistry client = client(registry);
    int id = client.register("campaign-value", AvroCodec.of(Prediction.class).schema());

    assertThat(client.register("campaign-value", AvroCodec.of(Prediction.class).schema()))
        .isEqualTo(id);
    assertThat(client.find(id)).isInstanceOf(Decoded.Valid.class);
    assertThat(client.find(id + 1_000)).isInstanceOf(Decoded.Invalid.class);
    registry.setCompatibility("campaign-value", "BACKWARD");
    assertThatThrownBy(() ->
            client.register(
                "campaign-value",
                SchemaBuilder.record("Other").fields().requiredInt("number").endRecord()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("status 409")
        .hasMessageContaining("BACKWARD");
  }

  private static void answersAll(KafkaTestClient client) {
    for (int i = 0; i < EACH; i++) {
      client.send(TOPICS.images(), "i" + i, SampleImages.png(i));
      client.send(TOPICS.labels(), "image/i" + i, SampleImages.label(i));
      client.send(TOPICS.documents(), "d" + i, "red fox and hen number " + i % 5);
      client.send(TOPICS.labels(), "document/d" + i, i % 2 == 0 ? "fox" : "hen");
    }
    client.flush();
    List<String> subjects =
        IntStream.range(0, EACH)
            .boxed()
            .flatMap(i -> Stream.of("image/i" + i, "document/d" + i))
            .toList();
    assertThat(client.awaitPredictions(subjects)).hasSize(subjects.size());
    client.awaitValues(TOPICS.imageExamples(), "examples", all -> all.size() == EACH);
    client.awaitValues(TOPICS.documentExamples(), "examples", all -> all.size() == EACH);
    client.awaitValues(TOPICS.evaluations(), "evaluations", all -> !all.isEmpty());
  }

  private static void learns(KafkaTestClient client, String model) {
    Await.until(
        model + " has learned from the examples",
        () ->
            client.read(TOPICS.models()).stream()
                .filter(it -> it.value() != null)
                .filter(it -> new String(it.key(), UTF_8).matches(model + "/\\d+/manifest"))
                .map(it -> AvroCodec.of(ModelManifest.class).decodeOrThrow(it.value()))
                .anyMatch(it -> it.getRecords() >= EACH));
  }

  private static Decoded<String> text(ApicurioRegistry registry, int id) {
    return client(registry).find(id).map(it -> it.text());
  }

  private static HttpSchemaRegistry client(ApicurioRegistry registry) {
    var server = new HttpSchemaRegistry.Server(registry.url(), Optional.empty(), Optional.empty());
    return new HttpSchemaRegistry(server, 3, Duration.ofSeconds(1));
  }
}
