package io.millrace.embedding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.embedding.neighbours.ExactVectorIndex;
import io.millrace.learning.embedding.neighbours.Neighbour;
import io.millrace.runtime.administration.CloseStep;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.testing.MixedBuilds;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.runtime.testing.TrainerServiceFixture;
import io.millrace.schemas.avro.WordVector;
import io.millrace.topics.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class EmbeddingServiceTest {

  private static final int PARTITIONS = 4;
  private static final int STEP = 40;
  private static final List<String> KITCHEN = List.of("pan", "oven", "salt", "butter", "knife");
  private static final List<String> HARBOUR = List.of("ship", "anchor", "mast", "tide", "quay");

  private static final Map<String, String> SETTINGS =
      Map.of(
          "embedding.batch.size", "10",
          "embedding.step.batches", Integer.toString(STEP / 10),
          "embedding.merge.slice", "2",
          "embedding.dimensions", "16",
          "embedding.vocabulary.capacity", "2000",
          "embedding.sample", "0");

  @RegisterExtension private final MixedBuilds builds = new MixedBuilds();

  @RegisterExtension
  private final TrainerServiceFixture fixture =
      new TrainerServiceFixture(EmbeddingService.TYPE, SETTINGS);

  @Test
  void aStreamOfDocumentsMakesWordVectors() {
    TestKafka kafka = fixture.kafka();
    sendDocuments(kafka, 0, 500);
    kafka.send(record(kafka, 0, "garbage", new byte[] {(byte) 0xff, 0, 1}));
    kafka.send(record(kafka, 1, "deleted", null));
    CloseStep.write(kafka.settings(Map.of()), "embedding", kafka.topics().documents());

    fixture.start(kafka);
    fixture.awaitRecords(kafka, 500);

    Map<String, WordVector> published = published(kafka);
    assertThat(nearest("pan", published))
        .containsExactlyInAnyOrder("oven", "salt", "butter", "knife");
    assertThat(nearest("quay", published))
        .containsExactlyInAnyOrder("ship", "anchor", "mast", "tide");
    assertThat(published.get("pan").getCount()).isGreaterThan(100);
    assertThat(published).doesNotContainKey("unheard");
  }

  @Test
  void aRestartContinuesToTheSameBytes() {
    TestKafka undisturbed = fixture.kafka();
    sendDocuments(undisturbed, 0, 8 * STEP);
    fixture.start(undisturbed);
    fixture.awaitRecords(undisturbed, 8 * STEP);

    TestKafka stopped = fixture.kafka();
    sendDocuments(stopped, 0, 3 * STEP + 7 * PARTITIONS);
    Service first = fixture.start(stopped);
    fixture.awaitRecords(stopped, 3 * STEP);
    first.close(Duration.ofSeconds(10));
    sendDocuments(stopped, 3 * STEP + 7 * PARTITIONS, 8 * STEP);
    fixture.start(stopped);
    fixture.awaitRecords(stopped, 8 * STEP);

    fixture.assertSameValues(stopped, undisturbed, stopped.topics().wordVectors());
    fixture.assertSameValues(stopped, undisturbed, stopped.topics().checkpoints());
  }

  @Test
  void aVariantKeepsItsVectorsInItsCheckpointAndGoesOnFromThere() {
    TestKafka alone = fixture.kafka();
    sendDocuments(alone, 0, 6 * STEP);
    fixture.start(alone, Map.of("embedding.dimensions", "12"));
    fixture.awaitRecords(alone, 6 * STEP);

    TestKafka both = fixture.kafka();
    sendDocuments(both, 0, 3 * STEP);
    runWithVariant(both, 3 * STEP);
    sendDocuments(both, 3 * STEP, 6 * STEP);
    runWithVariant(both, 6 * STEP);

    Map<String, byte[]> inCheckpoint = new TreeMap<>();
    String prefix = "embedding/embedding-small/vector/";
    fixture
        .newestValues(both, both.topics().checkpoints())
        .forEach((key, value) -> {
          if (key.startsWith(prefix)) {
            inCheckpoint.put(key.substring(prefix.length()), value);
          }
        });
    Map<String, byte[]> onTopic = fixture.newestValues(alone, alone.topics().wordVectors());
    assertThat(inCheckpoint.keySet()).isEqualTo(onTopic.keySet()).hasSize(10);
    onTopic.forEach((word, value) -> assertThat(inCheckpoint.get(word)).isEqualTo(value));
    assertThat(published(both).values())
        .allSatisfy(vector -> assertThat(vector.getVector()).hasSize(16));
  }

  private static void runWithVariant(TestKafka kafka, long records) {
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.put("embedding.step.idle.ms", "0");
    settings.put("embedding.variants", "small");
    settings.put("embedding.small.dimensions", "12");
    List<Service> services = EmbeddingService.TYPE.createAll().apply(kafka.settings(settings));
    services.forEach(Service::start);
    for (Service service : services) {
      TestKafka.await(
          records + " records of " + service.name(),
          () -> {
            assertThat(service.failure()).isEmpty();
            return ModelReader.manifests(kafka.settings(Map.of())).stream()
                .filter(it -> it.getModel().equals(service.name()))
                .anyMatch(it -> it.getRecords() >= records);
          });
    }
    services.forEach(service -> service.close(Duration.ofSeconds(10)));
  }

  private Map<String, WordVector> published(TestKafka kafka) {
    Topic<String, WordVector> topic = kafka.topics().wordVectors();
    Map<String, WordVector> vectors = new TreeMap<>();
    fixture
        .newestValues(kafka, topic)
        .forEach((word, bytes) ->
            vectors.put(word, topic.values().deserializer().deserialize(topic.name(), bytes)));
    return vectors;
  }

  /** The four words nearest to one. */
  private static List<String> nearest(String word, Map<String, WordVector> published) {
    var neighbours = new ExactVectorIndex(published.get(word).getVector().size());
    published.forEach((name, value) -> neighbours.put(name, unboxed(value.getVector())));
    return neighbours.nearest(unboxed(published.get(word).getVector()), 4, word::equals).stream()
        .map(Neighbour::word)
        .toList();
  }

  private static float[] unboxed(List<Float> list) {
    float[] vector = new float[list.size()];
    for (int k = 0; k < vector.length; k++) {
      vector[k] = list.get(k);
    }
    return vector;
  }

  private static void sendDocuments(TestKafka kafka, int from, int to) {
    kafka.sendAll(
        IntStream.range(from, to)
            .mapToObj(d -> record(kafka, d % PARTITIONS, "d" + d, text(d).getBytes(UTF_8)))
            .toList());
  }

  private static ProducerRecord<byte[], byte[]> record(
      TestKafka kafka, int partition, String key, byte @Nullable [] value) {
    return new ProducerRecord<>(
        kafka.topics().documents().name(), partition, key.getBytes(UTF_8), value);
  }

  /** The text of a document by number; kitchen and harbour in turn within each partition. */
  private static String text(int number) {
    List<String> topic = number / PARTITIONS % 2 == 0 ? KITCHEN : HARBOUR;
    return new Random(number)
        .ints(30, 0, topic.size())
        .mapToObj(topic::get)
        .collect(Collectors.joining(" "));
  }
}
