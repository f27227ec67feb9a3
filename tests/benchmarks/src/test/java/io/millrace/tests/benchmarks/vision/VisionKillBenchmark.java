package io.millrace.tests.benchmarks.vision;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.testing.MillraceProcess;
import io.millrace.tests.benchmarks.CommitWatcher;
import io.millrace.topics.Catalogue;
import io.millrace.topics.Provisioner;
import io.millrace.topics.Topics;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The vision service in a process of its own with default settings, over the same images three
 * times: undisturbed, undisturbed again, and killed -9 three times at random moments. The model
 * files must be the same, byte by byte. Run by name:
 *
 * <pre>
 * mvn -pl tests/benchmarks -am test -Dtest=VisionKillBenchmark \
 *     -Dsurefire.failIfNoSpecifiedTests=false \
 *     [-Dtest.flags="-Dbenchmark.images=60000 -Dbenchmark.seed=1"]
 * </pre>
 */
final class VisionKillBenchmark {

  private static final int IMAGES = Integer.getInteger("benchmark.images", 20_000);
  private static final long SEED = Long.getLong("benchmark.seed", System.nanoTime());
  private static final int KILLS = 3;
  private static final long PERIOD_NANOS = 20_000_000;

  /** About what a step takes: the kill falls anywhere in one. */
  private static final long STEP_NANOS = 1_500_000_000;

  @TempDir private Path folder;
  private final Random random = new Random(SEED);

  @Test
  void theSameStreamTwiceAndWithThreeKillsMakesTheSameModelFile() throws Exception {
    System.out.printf(Locale.ROOT, "kills by benchmark.seed=%d%n", SEED);
    IdxDataset training = IdxDataset.read(IdxDataset.MNIST, "train");
    List<Integer> order = IntStream.range(0, IMAGES).boxed().toList();
    try (var broker = EmbeddedBroker.start(folder.resolve("broker"), 0);
        var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      for (String prefix : List.of("first-", "second-", "killed-")) {
        new Provisioner(admin, prefix).createMissing(Catalogue.load());
        try (var examples = new ImageExampleSender(broker.bootstrapServers(), new Topics(prefix))) {
          examples.send(training, order);
          examples.closeStep();
        }
      }
      learn(broker, admin, "first-", IMAGES + 1, false);
      learn(broker, admin, "second-", IMAGES + 1, false);
      for (int kill = 1; kill <= KILLS; kill++) {
        int from = IMAGES * kill / (KILLS + 2);
        learn(broker, admin, "killed-", from + random.nextInt(IMAGES / (KILLS + 2)), true);
      }
      learn(broker, admin, "killed-", IMAGES + 1, false);

      ModelVersion first = model(broker, "first-");
      assertThat(model(broker, "second-").bytes()).isEqualTo(first.bytes());
      assertThat(model(broker, "killed-").bytes()).isEqualTo(first.bytes());
      System.out.printf(
          Locale.ROOT,
          "version %d, %,d bytes, SHA-256 %s: the same three times%n",
          first.manifest().getVersion(),
          first.bytes().length,
          first.manifest().getSha256());
    }
  }

  /** Learns until a number of records is committed, or somewhat beyond if it is to be killed. */
  private void learn(EmbeddedBroker broker, Admin admin, String prefix, int records, boolean kill)
      throws Exception {
    var committed = new CommitWatcher(admin, prefix + "millrace-vision", prefix + "image-examples");
    String[] arguments = {
      "--bootstrap",
      broker.bootstrapServers(),
      "--services",
      "vision",
      "--set",
      "topics.prefix=" + prefix
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

  private static ModelVersion model(EmbeddedBroker broker, String prefix) {
    var settings =
        Settings.of(
            Map.of("bootstrap.servers", broker.bootstrapServers(), "topics.prefix", prefix));
    return ModelReader.load(settings, "vision", OptionalLong.empty()).orElseThrow();
  }
}
