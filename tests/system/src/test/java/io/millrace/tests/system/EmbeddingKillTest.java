package io.millrace.tests.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.runtime.records.ControlRecords;
import io.millrace.runtime.records.StepMarker;
import io.millrace.runtime.testing.Await;
import io.millrace.runtime.testing.KafkaTestClient;
import io.millrace.runtime.testing.MillraceProcess;
import io.millrace.topics.Catalogue;
import io.millrace.topics.Provisioner;
import io.millrace.topics.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedding in a process of its own is killed repeatedly while it works. */
final class EmbeddingKillTest {

  private static final int DOCUMENTS = 2_400;
  private static final int WORDS = 20;
  private static final int KILLS = 5;
  private static final int PARTITIONS = 4;

  /** The number of documents and of the close-step records after them. */
  private static final int RECORDS = DOCUMENTS + PARTITIONS;

  /** Steps of eight documents, and a vocabulary that evicts. */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "embedding.batch.size", "4",
          "embedding.step.batches", "2",
          "embedding.step.idle.ms", "0",
          "embedding.merge.slice", "1",
          "embedding.dimensions", "20",
          "embedding.min.count", "1",
          "embedding.vocabulary.capacity", "2000");

  @TempDir private Path folder;
  private final Random random = new Random(5);

  @Test
  void afterFiveKillsThePublishedVectorsEqualThoseOfAnUndisturbedRun() throws Exception {
    try (var broker = EmbeddedBroker.start(folder.resolve("broker"), 0);
        var client = new KafkaTestClient(broker.bootstrapServers())) {
      Topics undisturbed = send(client, "undisturbed-");
      Topics killed = send(client, "killed-");
      try (var _ = up(broker, "undisturbed-")) {
        await(client, undisturbed, RECORDS);
      }

      for (int kill = 1; kill <= KILLS; kill++) {
        int progress = DOCUMENTS * kill / (KILLS + 2) + random.nextInt(DOCUMENTS / (KILLS + 2));
        try (var process = up(broker, "killed-")) {
          await(client, killed, progress);
          process.kill();
        }
        assertThat(client.lag(group(killed), killed.documents())).isPositive();
      }
      try (var _ = up(broker, "killed-")) {
        await(client, killed, RECORDS);
      }

      assertThat(log(client, killed)).isEqualTo(log(client, undisturbed));
      assertThat(state(client, killed)).isEqualTo(state(client, undisturbed));
      assertThat(log(client, killed)).anyMatch(record -> record.endsWith(" null"));
    }
  }

  private static final StepMarker LAST = new StepMarker(DOCUMENTS, 0, true);

  private MillraceProcess up(EmbeddedBroker broker, String prefix) throws IOException {
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.put("topics.prefix", prefix);
    settings.put("instance.id", "one");
    return MillraceProcess.up(
        folder, settings, "--bootstrap", broker.bootstrapServers(), "--services", "embedding");
  }

  private Topics send(KafkaTestClient client, String prefix) {
    var topics = new Topics(prefix);
    new Provisioner(client.admin(), prefix).createMissing(Catalogue.load());
    IntStream.range(0, DOCUMENTS).forEach(d -> client.send(topics.documents(), "d" + d, text(d)));
    IntStream.range(0, PARTITIONS)
        .mapToObj(p -> ControlRecords.of(topics.documents().name(), p, LAST))
        .forEach(client::send);
    client.flush();
    return topics;
  }

  /** Words of one of ten topics; one word in ten is rare. */
  private static String text(int document) {
    var random = new Random(document);
    return IntStream.range(0, WORDS)
        .mapToObj(i ->
            random.nextInt(10) == 0
                ? "rare" + random.nextInt(DOCUMENTS)
                : "w" + document % 10 + "x" + random.nextInt(30))
        .collect(Collectors.joining(" "));
  }

  private static void await(KafkaTestClient client, Topics topics, int records) {
    Await.until(
        records + " records of " + topics.documents().name(),
        () -> client.lag(group(topics), topics.documents()) <= RECORDS - records);
  }

  private static String group(Topics topics) {
    return topics.prefix() + "millrace-embedding";
  }

  /** Every committed record of the published vectors, in order. */
  private static List<String> log(KafkaTestClient client, Topics topics) {
    return client.read(topics.wordVectors()).stream().map(EmbeddingKillTest::text).toList();
  }

  /** The newest record of every checkpoint part, without the manifest, which names the topics. */
  private static Map<String, String> state(KafkaTestClient client, Topics topics) {
    Map<String, String> parts = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : client.read(topics.checkpoints())) {
      String key = new String(record.key(), UTF_8);
      if (!key.endsWith("/manifest")) {
        parts.put(key, text(record));
      }
    }
    return parts;
  }

  private static String text(ConsumerRecord<byte[], byte[]> record) {
    return new String(record.key(), UTF_8) + " " + Arrays.toString(record.value());
  }
}
