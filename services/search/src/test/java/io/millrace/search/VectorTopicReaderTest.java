package io.millrace.search;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.search.documents.DocumentEmbeddings;
import io.millrace.search.index.IndexStats;
import io.millrace.search.index.TestVectors;
import io.millrace.search.index.VectorIndex;
import io.millrace.search.words.WordTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An index that is filled, crashes and goes on. */
final class VectorTopicReaderTest {

  private static final int BUFFER_BYTES = 1 << 20;
  private static final int IDS = 60;

  @TempDir private Path folder;
  private final TestKafka kafka = new TestKafka();
  private final Random random = new Random(11);
  private final Map<String, DocumentVector> live = new TreeMap<>();

  @AfterEach
  void end() {
    kafka.close();
  }

  @Test
  void hasWhatTheTopicSaysThoughItCrashesBetweenCommits() {
    Settings settings = kafka.settings(Map.of());
    for (int life = 0; life < 6; life++) {
      var figures = new IndexStats();
      try (var index = VectorIndex.open(folder, BUFFER_BYTES);
          var feed = new VectorTopicReader(settings, index, embeddings(index), Map.of(), figures)) {
        catchUp(feed);
        if (life % 2 == 0) {
          feed.commit();
        }
        int before = (int) figures.recordsRead();
        int sent = change();
        TestKafka.await(
            "the changes",
            () -> {
              feed.pollOnce(true);
              return figures.recordsRead() == before + sent;
            });
        index.refresh();
        assertThat(contents(index)).isEqualTo(live);
        assertThat(figures.rebuilds()).isZero();
        // Closed without a commit: that is how a process that is killed leaves it.
      }
    }
  }

  @Test
  void readsNothingTwiceThatWasCommitted() {
    Settings settings = kafka.settings(Map.of());
    change();
    try (var index = VectorIndex.open(folder, BUFFER_BYTES);
        var feed =
            new VectorTopicReader(settings, index, embeddings(index), Map.of(), new IndexStats())) {
      catchUp(feed);
      feed.commit();
    }
    int sent = change();
    var figures = new IndexStats();
    try (var index = VectorIndex.open(folder, BUFFER_BYTES);
        var feed = new VectorTopicReader(settings, index, embeddings(index), Map.of(), figures)) {
      catchUp(feed);

      assertThat(figures.recordsRead()).isEqualTo(sent);
      index.refresh();
      assertThat(contents(index)).isEqualTo(live);
    }
  }

  private static DocumentEmbeddings embeddings(VectorIndex index) {
    return new DocumentEmbeddings(index, new WordTable(1), 0);
  }

  private static void catchUp(VectorTopicReader feed) {
    TestKafka.await(
        "the end of the topic",
        () -> {
          feed.pollOnce(true);
          return feed.isCaughtUp();
        });
    assertThat(feed.progress()).isEqualTo(1);
  }

  /** Puts, replaces and deletes documents; tells how many records that were. */
  private int change() {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      String id = "d" + random.nextInt(IDS);
      byte[] value = null;
      if (random.nextInt(4) == 0) {
        live.remove(id);
      } else {
        DocumentVector vector = TestVectors.random(random, false);
        live.put(id, vector);
        value = TestVectors.encoded(vector);
      }
      records.add(
          new ProducerRecord<>(kafka.topics().documentVectors().name(), id.getBytes(UTF_8), value));
    }
    kafka.sendAll(records);
    return records.size();
  }

  private static Map<String, DocumentVector> contents(VectorIndex index) {
    Map<String, DocumentVector> found = new TreeMap<>();
    for (int i = 0; i < IDS; i++) {
      String id = "d" + i;
      index.vector(id).ifPresent(vector -> found.put(id, vector));
    }
    assertThat(index.documents()).isEqualTo(found.size());
    return found;
  }
}
