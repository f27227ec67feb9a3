package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A broker whose process was killed in the middle of transactions. */
final class KilledBrokerTest {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int COMMITS = 30;

  /**
   * The session of the killed broker would never end: a start that waited for that would wait here
   * for good.
   */
  @RepeatedTest(3)
  @Timeout(value = 4, unit = TimeUnit.MINUTES)
  void startsAgainAtOnceAndHidesNothingThatWasCommitted(@TempDir Path folder) throws Exception {
    int acknowledged = commitUntilKilled(folder);

    try (var broker = EmbeddedBroker.start(folder, 0);
        var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      Map<TopicPartition, Long> written = ends(admin, IsolationLevel.READ_UNCOMMITTED);
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (!seen(admin, written) && System.nanoTime() < deadline) {
        LockSupport.parkNanos(100_000_000);
      }

      assertThat(ends(admin, IsolationLevel.READ_COMMITTED))
          .allSatisfy(
              (partition, end) -> assertThat(end).isGreaterThanOrEqualTo(written.get(partition)))
          // A record and a marker for each transaction.
          .allSatisfy(
              (partition, end) -> assertThat(end).isGreaterThanOrEqualTo(2L * acknowledged));
    }
  }

  private static boolean seen(Admin admin, Map<TopicPartition, Long> written) throws Exception {
    Map<TopicPartition, Long> committed = ends(admin, IsolationLevel.READ_COMMITTED);
    return written.entrySet().stream()
        .allMatch(end -> committed.get(end.getKey()) >= end.getValue());
  }

  private static Map<TopicPartition, Long> ends(Admin admin, IsolationLevel level)
      throws Exception {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    for (String topic : Committer.TOPICS) {
      for (int partition = 0; partition < Committer.PARTITIONS; partition++) {
        latest.put(new TopicPartition(topic, partition), OffsetSpec.latest());
      }
    }
    return admin.listOffsets(latest, new ListOffsetsOptions(level)).all().get().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, end -> end.getValue().offset()));
  }

  /** Returns how many transactions were told to be committed before the process was killed. */
  private static int commitUntilKilled(Path folder) throws Exception {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Committer.class.getName(),
            folder.toString());
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      int committed = 0;
      String line = output.readLine();
      while (line != null) {
        if (line.matches("\\d+") && ++committed == COMMITS) {
          process.toHandle().destroyForcibly();
        }
        line = output.readLine();
      }
      assertThat(committed)
          .as("transactions before the process ended")
          .isGreaterThanOrEqualTo(COMMITS);
      return committed;
    } finally {
      process.destroyForcibly().waitFor();
    }
  }
}
