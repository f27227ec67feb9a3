package io.millrace.cli.up;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.BrokerCommands;
import io.millrace.cli.CommandRun;
import io.millrace.cli.Main;
import io.millrace.cli.settings.ServiceRegistry;
import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.testing.TestKafka;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code up} as a process of its own, told to stop by a signal. */
final class UpCommandTest {

  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final Duration STOPS_WITHIN = Duration.ofSeconds(10);

  @TempDir Path folder;

  @Test
  void endsInGoodOrderOnSigtermAndGoesOnWithItsDataAtTheNextStart() throws Exception {
    List<String> first = startAndStop();
    List<String> second = startAndStop();

    assertThat(first).anyMatch(line -> line.contains("embedded, data in"));
    assertThat(kafkaLine(second)).isEqualTo(kafkaLine(first));
    assertThat(Files.readString(folder.resolve("err")))
        .as("log of the second run, whose topics are there")
        .contains("labelling starts")
        .doesNotContain("made the topic");
  }

  @Test
  @Timeout(120)
  void aServiceThatFailsEndsTheProcessWithItsReasonLast() {
    try (var kafka = new TestKafka()) {
      var services = ServiceRegistry.byName(List.of("embedding"));
      try (var before = AllInOne.start(kafka.settings(Map.of()), services, Optional.empty())) {
        TestKafka.await("version 0", () -> !ModelReader.manifests(before.settings()).isEmpty());
      }

      CommandRun run =
          new BrokerCommands(kafka)
              .run("up", "--services=embedding", "--http-port=0", "--set=embedding.dimensions=50");

      assertThat(run.status()).isEqualTo(1);
      assertThat(run.err().strip().lines().toList().getLast())
          .contains("embedding: ")
          .contains("dimensions")
          .contains("models reset");
    }
  }

  @Test
  void logLinesAreJsonWhereThatIsAskedFor() throws Exception {
    startAndStop("--set=log.format=json");

    assertThat(Files.readAllLines(folder.resolve("err")))
        .anyMatch(
            line -> line.startsWith("{") && line.contains("\"message\":\"labelling starts\""));
  }

  private List<String> startAndStop(String... more) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Main.class.getName(),
                "up",
                "--services=labelling",
                "--dir=" + folder.resolve("var"),
                "--port=0",
                "--http-port=0"));
    command.addAll(List.of(more));
    Process process =
        new ProcessBuilder(command).redirectError(folder.resolve("err").toFile()).start();
    try {
      List<String> lines = untilReady(process);
      long start = System.nanoTime();
      process.destroy();
      assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(STOPS_WITHIN);
      return lines;
    } finally {
      process.destroyForcibly();
    }
  }

  private List<String> untilReady(Process process) throws IOException {
    var out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    List<String> lines = new ArrayList<>();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      lines.add(line);
      if (line.equals("ready")) {
        return lines;
      }
    }
    throw new AssertionError("ended before it was ready: " + lines);
  }

  private static String kafkaLine(List<String> lines) {
    return lines.stream().filter(line -> line.contains("Kafka ")).findFirst().orElseThrow();
  }
}
