package io.millrace.tests.benchmarks.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.testing.MillraceProcess;
import io.millrace.tests.benchmarks.CommitWatcher;
import io.millrace.topics.Catalogue;
import io.millrace.topics.Provisioner;
import io.millrace.topics.Topics;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The embedding in a process of its own with one thread on the Simple English Wikipedia, killed -9
 * five times at random moments, against an undisturbed run: the final {@code word-vectors} must be
 * the same, byte by byte, keys and values. Run by name:
 *
 * <pre>
 * mvn -pl tests/benchmarks -am test -Dtest=EmbeddingKillBenchmark \
 *     -Dsurefire.failIfNoSpecifiedTests=false -Dtest.heap=3g \
 *     [-Dtest.flags="-Dbenchmark.documents=200000 -Dbenchmark.seed=1"]
 * </pre>
 */
final class EmbeddingKillBenchmark {

  private static final int DOCUMENTS = Integer.getInteger("benchmark.documents", 200_000);
  private static final long SEED = Long.getLong("benchmark.seed", System.nanoTime());
  private static final int KILLS = 5;
  private static final long PERIOD_NANOS = 20_000_000;

  /** About what a step takes: the kill falls anywhere in one. */
  private static final long STEP_NANOS = 500_000_000;

  @TempDir private Path folder;
  private final Random random = new Random(SEED);

  @Test
  void afterFiveKillsThePublishedVectorsAreThoseOfAnUndisturbedRun() throws Exception {
    Path file = SimpleWiki.file().orElse(null);
    Assumptions.assumeTrue(
        file != null, "Simple Wikipedia is not here: -Dbenchmark.simplewiki=simplewiki.jsonl.gz");
    Path words = folder.resolve("words.txt");
    SimpleWiki.writeWords(file, words);
    System.out.printf(Locale.ROOT, "kills by benchmark.seed=%d%n", SEED);
    try (var broker = EmbeddedBroker.start(folder.resolve("broker"), 0);
        var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      int records = 0;
      for (String prefix : new String[] {"undisturbed-", "killed-"}) {
        new Provisioner(admin, prefix).createMissing(Catalogue.load());
        records =
            SimpleWiki.send(words, DOCUMENTS, broker.bootstrapServers(), new Topics(prefix))
                .records();
      }
      learn(broker, admin, "undisturbed-", records, false);
      for (int kill = 1; kill <= KILLS; kill++) {
        int from = records * kill / (KILLS + 2);
        learn(broker, admin, "killed-", from + random.nextInt(records / (KILLS + 2)), true);
      }
      learn(broker, admin, "killed-", records, false);

      Map<String, byte[]> expected = vectors(broker, "undisturbed-");
      Map<String, byte[]> actual = vectors(broker, "killed-");
      assertThat(actual.keySet()).isEqualTo(expected.keySet());
      assertThat(expected)
          .allSatisfy((word, value) ->
              assertThat(Arrays.equals(actual.get(word), value)).as(word).isTrue());
      System.out.printf(Locale.ROOT, "%,d words, all the same%n", expected.size());
    }
  }

  /** Learns until a number of records is committed, or somewhat beyond if it is to be killed. */
  private void learn(EmbeddedBroker broker, Admin admin, String prefix, int records, boolean kill)
      throws Exception {
    var committed = new CommitWatcher(admin, prefix + "millrace-embedding", prefix + "documents");
    String[] arguments = {
      "--bootstrap", broker.bootstrapServers(),
      "--services", "embedding",
      "--set", "topics.prefix=" + prefix,
      "--set", "instance.id=one",
      "--set", "embedding.step.batches=4",
      "--set", "embedding.step.idle.ms=0"
    };
    try (var process = MillraceProcess.up(folder, List.of("-Xmx1g"), Map.of(), arguments)) {
      while (committed.records() < records) {
        LockSupport.parkNanos(PERIOD_NANOS);
      }
      if (kill) {
        LockSupport.parkNanos(random.nextLong(STEP_NANOS));
        process.kill();
        System.out.printf(Locale.ROOT, "killed at %,d records%n", committed.records());
      }
    }
  }

  private static Map<String, byte[]> vectors(EmbeddedBroker broker, String prefix) {
    var settings =
        Settings.of(
            Map.of("bootstrap.servers", broker.bootstrapServers(), "topics.prefix", prefix));
    Map<String, byte[]> newest = new TreeMap<>();
    CommittedReader.readWritten(
        settings,
        settings.topics().wordVectors().name(),
        (word, value, timestamp) -> {
          if (value == null) {
            newest.remove(word);
          } else {
            newest.put(word, value);
          }
        });
    return newest;
  }
}
