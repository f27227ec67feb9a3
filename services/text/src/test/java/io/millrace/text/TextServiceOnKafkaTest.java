package io.millrace.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.text.analysis.Analysis;
import io.millrace.learning.text.frequencies.DocumentFrequencyTable;
import io.millrace.learning.text.frequencies.TermCounter;
import io.millrace.learning.text.frequencies.TermCounts;
import io.millrace.learning.text.weighting.SparseVector;
import io.millrace.learning.text.weighting.Weighting;
import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.runtime.testing.MixedBuilds;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.text.administration.RefreshClient;
import io.millrace.text.topology.TextTestDriver;
import io.millrace.topics.Catalogue;
import io.millrace.topics.InternalTopic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service on a real broker: four partitions, odd producers, several instances, restarts. */
final class TextServiceOnKafkaTest {

  private static final Duration STOP_WITHIN = Duration.ofSeconds(30);
  private static final int MOST_REFRESHES = 6;
  private static final int PARTITIONS = 4;
  private static final int STEPS = 3000;
  private static final int IDS = 400;

  @TempDir private Path folder;

  private final TestKafka kafka = new TestKafka();
  private final Random random = new Random(17);
  private final List<Service> running = new ArrayList<>();
  private final Map<String, String> live = new LinkedHashMap<>();
  private final TermCounter counter = new TermCounter(Analysis.STANDARD);
  private long time = TextTestDriver.START.toEpochMilli();

  @AfterEach
  void close() {
    running.forEach(service -> service.close(STOP_WITHIN));
    kafka.close();
  }

  @Test
  void countsAreExactThoughDocumentsChangePartitionsAndInstancesComeAndGo() throws Exception {
    try (var _ = MixedBuilds.begin()) {
      start("first");
      kafka.sendAll(steps());
      start("second");
      kafka.sendAll(steps());
      running.removeFirst().close(STOP_WITHIN);
      kafka.sendAll(steps());
      // Its folder is new: all its state comes from the topics.
      start("third");
      kafka.sendAll(steps());

      kafka.await(kafka.topics().documentFrequencies().name(), this::areThoseOfTheBatch);
      kafka.await(kafka.topics().documentVectors().name(), this::areOfTheLiveDocuments);
      TestKafka.await("vectors like the batch's", this::weighedAgainAreThoseOfTheBatch);
      assertThat(kafka.committed(kafka.topics().deadLetters().name())).isEmpty();
      assertThat(kafka.admin().listTopics().names().get())
          .filteredOn(name -> name.startsWith(kafka.topics().prefix() + "millrace-text-"))
          .containsExactlyInAnyOrderElementsOf(
              Catalogue.load().streams().stream()
                  .filter(topic -> topic.owner().equals("text"))
                  .map(InternalTopic::name)
                  .map(name -> kafka.topics().prefix() + name)
                  .toList());
    }
  }

  @Test
  void afterARefreshEveryVectorIsThatOfTheBatch() throws Exception {
    try (var _ = MixedBuilds.begin()) {
      start("first");
      start("second");
      kafka.sendAll(steps());

      refresh(() -> {});
      assertThat(areThoseOfTheBatchExactly()).isTrue();
      kafka.sendAll(steps());
      kafka.send(garbage());
      refresh(() -> running.removeFirst().close(STOP_WITHIN));

      assertThat(areThoseOfTheBatchExactly()).isTrue();
      String vectors = kafka.topics().documentVectors().name();
      Map<Integer, Long> marks = marks(vectors);
      running.removeFirst().close(STOP_WITHIN);
      // Neither owner nor folder is the same, and the commands lie on their topic as before.
      start("third");
      kafka.send(record(0, "last", "of all", ++time));
      kafka.await(vectors, records -> since(marks, records) > 0);
      assertThat(since(marks, kafka.committed(vectors))).isEqualTo(1);
    }
  }

  @Test
  void aKilledServiceGoesOnWithARefreshWhereItHadCommitted() throws Exception {
    String vectors = kafka.topics().documentVectors().name();
    List<ProducerRecord<byte[], byte[]>> documents = new ArrayList<>();
    for (int i = 0; i < 12_000; i++) {
      live.put("document-" + i, text());
      documents.add(record(i % PARTITIONS, "document-" + i, live.get("document-" + i), ++time));
    }
    Process process = TextProcess.start(kafka, folder.resolve("killed"));
    int refreshes = 0;
    boolean killedWithin = false;
    try (var refresh = begun(documents)) {
      // On a busy machine a refresh may be done before the kill: then the next one is.
      while (!killedWithin && refreshes < MOST_REFRESHES) {
        refreshes++;
        RefreshClient.Sent command = refresh.send();
        kafka.await(vectors, refreshes * live.size() + 1);
        process.destroyForcibly().waitFor();
        killedWithin = kafka.committed(vectors).size() < (refreshes + 1) * live.size();
        process = TextProcess.start(kafka, folder.resolve("killed"));
        refresh.awaitDone(command, what -> {});
      }
    } finally {
      process.destroyForcibly().waitFor();
    }

    assertThat(killedWithin).isTrue();
    assertThat(areThoseOfTheBatchExactly()).isTrue();
    assertThat(kafka.committed(vectors)).hasSize((refreshes + 1) * live.size());
  }

  private RefreshClient begun(List<ProducerRecord<byte[], byte[]>> documents) {
    kafka.sendAll(documents);
    var refresh = RefreshClient.begin(kafka.settings(Map.of()));
    refresh.awaitCounted(what -> {});
    return refresh;
  }

  private void refresh(Runnable meanwhile) {
    try (var refresh = RefreshClient.begin(kafka.settings(Map.of()))) {
      refresh.awaitCounted(what -> {});
      RefreshClient.Sent command = refresh.send();
      meanwhile.run();
      refresh.awaitDone(command, what -> {});
    }
  }

  private ProducerRecord<byte[], byte[]> garbage() {
    return new ProducerRecord<>(
        kafka.topics().commands().name(), TextTestDriver.bytes("text"), new byte[] {1, 2, 3});
  }

  /** Every document that is live, and no other, has the weights of the batch, bit for bit. */
  private boolean areThoseOfTheBatchExactly() {
    var vectors = latest(kafka.committed(kafka.topics().documentVectors().name()));
    return vectors.keySet().equals(live.keySet()) && areThoseOfTheBatchExactly(vectors);
  }

  private boolean areThoseOfTheBatchExactly(Map<String, DocumentVector> vectors) {
    DocumentFrequencyTable batch = batch();
    return live.entrySet().stream()
        .allMatch(document -> {
          TermCounts counts = counter.count(document.getValue());
          SparseVector expected = Weighting.SCIKIT_LEARN.vectorize(counts, batch);
          DocumentVector vector = vectors.get(document.getKey());
          return vector.getCorpusSize() == live.size()
              && vector.getTerms().equals(expected.terms())
              && vector.getWeights().equals(expected.weights());
        });
  }

  @Test
  void aReplacementCountsThoughItsPartitionIsReadFirst() {
    kafka.send(record(3, "a", "red hen", time + 1000));
    kafka.send(record(0, "a", "red fox", time));
    kafka.send(record(1, "b", null, time + 1000));
    kafka.send(record(2, "b", "blue fox", time));
    kafka.send(record(2, "c", "blue hen", time));
    start("only");
    kafka.await(kafka.topics().documentVectors().name(), records -> keys(records).contains("c"));
    kafka.send(record(1, "d", "done", time));

    kafka.await(kafka.topics().documentVectors().name(), records -> keys(records).contains("d"));

    live.putAll(Map.of("a", "red hen", "c", "blue hen", "d", "done"));
    kafka.await(kafka.topics().documentVectors().name(), this::areOfTheLiveDocuments);
    kafka.await(kafka.topics().documentFrequencies().name(), this::areThoseOfTheBatch);
  }

  @Test
  void aKilledServiceGoesOnExactlyWhereItHadCommitted() throws Exception {
    String vectors = kafka.topics().documentVectors().name();
    List<ProducerRecord<byte[], byte[]>> documents = new ArrayList<>();
    for (int i = 0; i < 12_000; i++) {
      live.put("document-" + i, text());
      documents.add(record(i % PARTITIONS, "document-" + i, live.get("document-" + i), ++time));
    }
    Process killed = TextProcess.start(kafka, folder.resolve("killed"));
    try {
      kafka.sendAll(documents.subList(0, 6_000));
      kafka.await(vectors, 1);
      kafka.sendAll(documents.subList(6_000, 12_000));
    } finally {
      killed.destroyForcibly().waitFor();
    }
    int before = kafka.committed(vectors).size();
    Process again = TextProcess.start(kafka, folder.resolve("killed"));
    try {
      kafka.await(vectors, live.size());
      kafka.await(kafka.topics().documentFrequencies().name(), this::areThoseOfTheBatch);
    } finally {
      again.destroyForcibly().waitFor();
    }

    assertThat(before).isBetween(1, live.size() - 1);
    assertThat(kafka.committed(vectors)).hasSize(live.size());
    assertThat(latest(kafka.committed(vectors)).keySet()).isEqualTo(live.keySet());
  }

  @Test
  void fiveMegabytesOfTextAreADeadLetterAndTheNextDocumentIsWeighed() {
    byte[] text = "all work and no play ".repeat(250_000).getBytes(UTF_8);
    String documents = kafka.topics().documents().name();
    start("only");
    kafka.send(new ProducerRecord<>(documents, TextTestDriver.bytes("large"), text));
    kafka.send(
        new ProducerRecord<>(
            documents, TextTestDriver.bytes("next"), TextTestDriver.bytes("red fox")));

    List<ConsumerRecord<byte[], byte[]>> letters =
        kafka.await(kafka.topics().deadLetters().name(), 1);

    assertThat(letters.getFirst().value()).isEqualTo(text);
    assertThat(EventHeaders.text(letters.getFirst().headers(), DeadLetters.REASON).orElseThrow())
        .contains("documents.max.bytes");
    assertThat(keys(kafka.await(kafka.topics().documentVectors().name(), 1)))
        .containsExactly("next");
  }

  private void start(String instance) {
    Service service =
        TextService.TYPE
            .create()
            .apply(
                kafka.settings(
                    Map.of(
                        "state.directory",
                        folder.resolve(instance).toString(),
                        "text.publish.interval.ms",
                        "50",
                        // Instances may keep the same documents otherwise.
                        "text.store",
                        instance.equals("second") ? "memory" : "disk")));
    running.add(service);
    service.start();
    TestKafka.await(instance + " is ready", () -> service.health() == Service.Health.READY);
  }

  /** Documents and deletions, each in any partition, later ones at a later time. */
  private List<ProducerRecord<byte[], byte[]>> steps() {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int step = 0; step < STEPS; step++) {
      String id = "document-" + random.nextInt(IDS);
      String text = random.nextInt(4) == 0 ? null : text();
      if (text == null) {
        live.remove(id);
      } else {
        live.put(id, text);
      }
      records.add(record(random.nextInt(PARTITIONS), id, text, ++time));
    }
    return records;
  }

  private String text() {
    var text = new StringBuilder("every");
    for (int i = random.nextInt(30); i > 0; i--) {
      text.append(" word").append(random.nextInt(1 + random.nextInt(500)));
    }
    return text.toString();
  }

  private ProducerRecord<byte[], byte[]> record(int partition, String id, String text, long at) {
    return new ProducerRecord<>(
        kafka.topics().documents().name(),
        partition,
        at,
        TextTestDriver.bytes(id),
        text == null ? null : TextTestDriver.bytes(text));
  }

  private boolean areThoseOfTheBatch(List<ConsumerRecord<byte[], byte[]>> records) {
    var global = TextTestDriver.globalFrequencies(Analysis.STANDARD, records);
    var all = global.corpus(PARTITIONS, new DocumentFrequencyTable());
    DocumentFrequencyTable batch = batch();
    return all.documents() == live.size()
        && global.vocabularySize() == batch.terms()
        && live.values().stream()
            .flatMap(text -> counter.count(text).terms().stream())
            .allMatch(term -> all.docFreq(term) == batch.docFreq(term));
  }

  private boolean areOfTheLiveDocuments(List<ConsumerRecord<byte[], byte[]>> records) {
    Map<String, DocumentVector> vectors = latest(records);
    return vectors.keySet().equals(live.keySet())
        && live.entrySet().stream()
            .allMatch(document ->
                vectors
                    .get(document.getKey())
                    .getTerms()
                    .equals(counter.count(document.getValue()).terms()));
  }

  /** The last offset of each partition. */
  private Map<Integer, Long> marks(String topic) {
    Map<Integer, Long> marks = new HashMap<>();
    kafka
        .committed(topic)
        .forEach(record -> marks.merge(record.partition(), record.offset(), Math::max));
    return marks;
  }

  /**
   * How many records lie behind marks. All records together may become fewer: the broker compacts
   * what is not at the end, which is soon reached, since records of long ago end a segment.
   */
  private static long since(
      Map<Integer, Long> marks, List<ConsumerRecord<byte[], byte[]>> records) {
    return records.stream()
        .filter(record -> record.offset() > marks.getOrDefault(record.partition(), -1L))
        .count();
  }

  private boolean weighedAgainAreThoseOfTheBatch() {
    String topic = kafka.topics().documentVectors().name();
    Map<Integer, Long> marks = marks(topic);
    kafka.sendAll(
        live.entrySet().stream()
            .map(document -> record(0, document.getKey(), document.getValue(), ++time))
            .toList());
    var vectors = latest(kafka.await(topic, records -> since(marks, records) >= live.size()));
    return areThoseOfTheBatchExactly(vectors);
  }

  private DocumentFrequencyTable batch() {
    var frequencies = new DocumentFrequencyTable();
    live.values().forEach(text -> frequencies.insert(counter.count(text).terms()));
    return frequencies;
  }

  private static Map<String, DocumentVector> latest(List<ConsumerRecord<byte[], byte[]>> records) {
    AvroCodec<DocumentVector> avro = AvroCodec.of(DocumentVector.class);
    Map<String, DocumentVector> latest = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      String key = new String(record.key(), UTF_8);
      if (record.value() == null) {
        latest.remove(key);
      } else {
        latest.put(key, avro.decodeOrThrow(record.value()));
      }
    }
    return latest;
  }

  private static List<String> keys(List<ConsumerRecord<byte[], byte[]>> records) {
    return records.stream().map(record -> new String(record.key(), UTF_8)).distinct().toList();
  }
}
