package io.millrace.embedding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.embedding.neighbours.ExactVectorIndex;
import io.millrace.learning.embedding.neighbours.Neighbour;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.records.ControlRecords;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.WordVector;
import io.millrace.topics.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class EmbeddingServiceTest {

  private static final int PARTITIONS = 4;
  private static final int STEP = 40;
  private static final String CHECKPOINT_MANIFEST = "embedding/embedding/manifest";
  private static final List<String> KITCHEN = List.of("pan", "oven", "salt", "butter", "knife");
  private static final List<String> HARBOUR = List.of("ship", "anchor", "mast", "tide", "quay");

  private final List<TestKafka> kafkas = new ArrayList<>();
  private final List<Service> services = new ArrayList<>();

  @AfterEach
  void stop() {
    services.forEach(service -> service.close(Duration.ofSeconds(10)));
    kafkas.forEach(TestKafka::close);
  }

  @Test
  void aStreamOfDocumentsMakesWordVectors() {
    TestKafka kafka = kafka();
    sendDocuments(kafka, 0, 500);
    kafka.send(record(kafka, 0, "garbage", new byte[] {(byte) 0xff, 0, 1}));
    kafka.send(record(kafka, 1, "deleted", null));
    for (int partition = 0; partition < PARTITIONS; partition++) {
      kafka.send(ControlRecords.closeStep(kafka.topics().documents().name(), partition));
    }

    start(kafka);
    awaitDocuments(kafka, 500);

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
    TestKafka undisturbed = kafka();
    sendDocuments(undisturbed, 0, 8 * STEP);
    start(undisturbed);
    awaitDocuments(undisturbed, 8 * STEP);

    TestKafka stopped = kafka();
    sendDocuments(stopped, 0, 3 * STEP + 7 * PARTITIONS);
    Service first = start(stopped);
    awaitDocuments(stopped, 3 * STEP);
    first.close(Duration.ofSeconds(10));
    sendDocuments(stopped, 3 * STEP + 7 * PARTITIONS, 8 * STEP);
    start(stopped);
    awaitDocuments(stopped, 8 * STEP);

    assertSame(
        newest(stopped, stopped.topics().wordVectors()),
        newest(undisturbed, undisturbed.topics().wordVectors()));
    assertSame(
        newest(stopped, stopped.topics().checkpoints()),
        newest(undisturbed, undisturbed.topics().checkpoints()));
  }

  private static Map<String, WordVector> published(TestKafka kafka) {
    Topic<String, WordVector> topic = kafka.topics().wordVectors();
    Map<String, WordVector> vectors = new TreeMap<>();
    newest(kafka, topic)
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

  private TestKafka kafka() {
    var kafka = new TestKafka();
    kafkas.add(kafka);
    return kafka;
  }

  private Service start(TestKafka kafka) {
    Service service =
        EmbeddingService.TYPE
            .create()
            .apply(
                kafka.settings(
                    Map.of(
                        "embedding.batch.size", "10",
                        "embedding.step.batches", Integer.toString(STEP / 10),
                        "embedding.merge.slice", "2",
                        "embedding.dimensions", "16",
                        "embedding.vocabulary.capacity", "2000",
                        "embedding.sample", "0")));
    services.add(service);
    service.start();
    return service;
  }

  private void awaitDocuments(TestKafka kafka, long count) {
    TestKafka.await(
        count + " documents",
        () -> {
          services.forEach(service -> assertThat(service.failure()).isEmpty());
          return ModelReader.manifests(kafka.settings(Map.of())).stream()
              .mapToLong(ModelManifest::getRecords)
              .anyMatch(records -> records >= count);
        });
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

  /** The newest value of every key of a topic, less the manifest, which names the topics. */
  private static Map<String, byte[]> newest(TestKafka kafka, Topic<?, ?> topic) {
    Map<String, byte[]> values = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : kafka.committed(topic.name())) {
      values.put(new String(record.key(), UTF_8), record.value());
    }
    values.remove(CHECKPOINT_MANIFEST);
    return values;
  }

  private static void assertSame(Map<String, byte[]> actual, Map<String, byte[]> expected) {
    assertThat(expected).isNotEmpty();
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach((key, value) -> assertThat(actual.get(key)).as(key).isEqualTo(value));
  }
}
