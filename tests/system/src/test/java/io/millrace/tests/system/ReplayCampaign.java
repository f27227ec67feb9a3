package io.millrace.tests.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.runtime.testing.MillraceProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A replay with another learning rate over the log of the demonstration, beside a trainer that
 * learns this log from its beginning with that rate. Takes some minutes, with all data ten times as
 * long, so by command: {@code mvn -pl tests/system -am test -Dtest=ReplayCampaign
 * -Dsurefire.failIfNoSpecifiedTests=false [-Dtest.flags=-Dcampaign.full=true]}.
 */
final class ReplayCampaign {

  private static final List<String> JVM = List.of("-Xmx2g", "-XX:+UseParallelGC");
  private static final String RATE = "0.0003";
  private static final boolean FULL = Boolean.getBoolean("campaign.full");
  private static final long RECORDS = FULL ? 60_000 : 6_000;
  private static final Duration PATIENCE = Duration.ofMinutes(20);

  @TempDir private Path folder;
  private final ObjectMapper json = new ObjectMapper();

  @Test
  void itsVersionsAndFiguresAreThoseOfATrainerWithThatRate() throws Exception {
    String data = Path.of("..", "..", "data").toRealPath().toString();
    List<String> demo = new ArrayList<>(List.of("demo", "--dir", "demo", "--data", data));
    if (!FULL) {
      demo.add("--quick");
    }
    MillraceProcess.run(folder, JVM, demo.toArray(String[]::new));
    int port = MillraceProcess.freePort();
    String bootstrap = "127.0.0.1:" + port;
    // The log stays as it is: no trainer rehearses where nothing comes.
    Map<String, String> settings =
        Map.of(
            "vision.variants", "slow",
            "vision.slow.learning.rate", RATE,
            "vision.step.idle.ms", "0");

    try (var trainer =
        MillraceProcess.up(
            folder,
            JVM,
            settings,
            "--config",
            "demo/demo.properties",
            "--dir",
            "demo",
            "--port",
            Integer.toString(port),
            "--services",
            "vision")) {
      trainer.awaitReady();
      List<JsonNode> fresh = awaitAll(bootstrap);
      JsonNode replayed =
          json.readTree(
              MillraceProcess.run(
                  folder,
                  JVM,
                  "replay",
                  "vision",
                  "--as",
                  "again",
                  "--set",
                  "learning.rate=" + RATE,
                  "--json",
                  "--config",
                  "demo/demo.properties",
                  "--bootstrap",
                  bootstrap));

      List<JsonNode> points = nodes(replayed.get("replayed"));
      assertThat(points).hasSizeGreaterThan(5);
      assertThat(points.stream().map(it -> it.get("sha256").asText()))
          .containsExactlyElementsOf(fresh.stream().map(it -> it.get("sha256").asText()).toList());
      assertThat(points.stream().map(it -> it.get("metrics")))
          .containsExactlyElementsOf(fresh.stream().map(it -> it.get("metrics")).toList());
      assertThat(nodes(replayed.get("live")).getLast().get("sha256"))
          .isNotEqualTo(points.getLast().get("sha256"));
      System.out.printf(
          "%d versions; the last of %s records has accuracy %s, live %s%n",
          points.size(),
          points.getLast().get("records"),
          points.getLast().get("accuracy"),
          nodes(replayed.get("live")).getLast().get("accuracy"));
    }
  }

  /** The versions of the variant that has learned all records, without its first. */
  private List<JsonNode> awaitAll(String bootstrap) throws IOException, InterruptedException {
    Instant end = Instant.now().plus(PATIENCE);
    while (true) {
      List<JsonNode> versions = new ArrayList<>();
      String lines =
          MillraceProcess.run(
              folder, "models", "list", "vision-slow", "--all", "--json", "--bootstrap", bootstrap);
      for (String line : lines.lines().toList()) {
        versions.add(json.readTree(line));
      }
      versions.sort((a, b) -> Long.compare(a.get("version").asLong(), b.get("version").asLong()));
      if (!versions.isEmpty() && versions.getLast().get("records").asLong() == RECORDS) {
        return versions.stream().filter(it -> it.get("records").asLong() > 0).toList();
      }
      assertThat(Instant.now()).as("learned until now: " + versions.size()).isBefore(end);
      Thread.sleep(5_000); // Each look starts a process.
    }
  }

  private static List<JsonNode> nodes(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }
}
