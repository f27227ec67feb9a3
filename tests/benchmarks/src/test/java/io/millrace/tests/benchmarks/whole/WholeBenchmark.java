package io.millrace.tests.benchmarks.whole;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.tests.benchmarks.PythonScript;
import io.millrace.tests.benchmarks.whole.ThreadGroups.Group;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * All services and the broker at once, as users see them: {@code ./millrace demo}, which should be
 * built, and have run once if its AOT cache is to count. Beside it the same work in Python from
 * memory. {@code -Dbenchmark.quick=true} takes a tenth of the data, {@code -Dbenchmark.peer=false}
 * leaves Python out.
 *
 * <p>The steady state begins when half of the digits are learned from, and ends with the learning.
 */
final class WholeBenchmark {

  private static final Path REPOSITORY = Path.of("..", "..");
  private static final boolean QUICK = Boolean.getBoolean("benchmark.quick");
  private static final Pattern DIGITS = Pattern.compile("MNIST digits: ([\\d,]+) of ([\\d,]+)");
  private static final Pattern MAILS = Pattern.compile("mails: ([\\d,]+) of ");

  /** The state at some moment. */
  private record Moment(
      double seconds, long digits, long mails, Map<Group, Double> processorSeconds) {

    private double processor() {
      return processorSeconds.values().stream().mapToDouble(it -> it).sum();
    }
  }

  @TempDir private Path folder;

  @Test
  void theDemonstrationBesideItsPeer() throws Exception {
    demonstration();
    if (!"false".equals(System.getProperty("benchmark.peer"))) {
      peer();
    }
  }

  private void demonstration() throws IOException, InterruptedException {
    Path results = folder.resolve("demo");
    List<String> command =
        QUICK
            ? List.of("./millrace", "demo", "--quick", "--dir", results.toString())
            : List.of("./millrace", "demo", "--dir", results.toString());
    Process process =
        new ProcessBuilder(command)
            .directory(REPOSITORY.toFile())
            .redirectErrorStream(true)
            .start();
    try {
      watch(process, results);
    } finally {
      process.destroy();
    }
  }

  private void watch(Process process, Path results) throws IOException, InterruptedException {
    long begun = System.nanoTime();
    var threads = new ThreadGroups(process.pid());
    var sampling = startSampling(process, threads);
    Optional<Moment> ready = Optional.empty();
    Optional<Moment> half = Optional.empty();
    Optional<Moment> learned = Optional.empty();
    long digits = 0;
    long mails = 0;
    try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        System.out.println("| " + line);
        Matcher digit = DIGITS.matcher(line);
        Matcher mail = MAILS.matcher(line);
        if (digit.find()) {
          digits = number(digit.group(1));
          if (half.isEmpty() && 2 * digits >= number(digit.group(2))) {
            half = Optional.of(moment(begun, digits, mails, sampling));
          }
        } else if (mail.find()) {
          mails = number(mail.group(1));
        } else if (line.startsWith("Learning from")) {
          ready = Optional.of(moment(begun, 0, 0, sampling));
        } else if (line.startsWith("Scoring")) {
          learned = Optional.of(moment(begun, digits, mails, sampling));
        }
      }
    }
    assertThat(process.waitFor()).isZero();
    JsonNode summary = new ObjectMapper().readTree(results.resolve("summary.json").toFile());
    Moment end = moment(begun, digits, mails, sampling);
    report("start to ready", new Moment(0, 0, 0, Map.of()), ready.orElseThrow());
    report("learning", ready.orElseThrow(), learned.orElseThrow());
    report("of it, steady state", half.orElseThrow(), learned.orElseThrow());
    report("in all", new Moment(0, 0, 0, Map.of()), end);
    System.out.printf(
        "learning %.1f s, in all %.1f s, processor %.1f s; digits: prequential %.4f, held out"
            + " %.4f; mails: prequential %.4f%n",
        summary.at("/learningSeconds").asDouble(),
        summary.at("/seconds").asDouble(),
        summary.at("/processorSeconds").asDouble(),
        summary.at("/mnist/prequentialAccuracy").asDouble(),
        summary.at("/mnist/testAccuracy").asDouble(),
        summary.at("/spam/prequentialAccuracy").asDouble());
  }

  /** Samples four times a second, until the process ends; its newest figures. */
  private static AtomicReference<Map<Group, Double>> startSampling(
      Process process, ThreadGroups threads) {
    var newest = new AtomicReference<>(threads.seconds());
    Thread.ofPlatform()
        .daemon()
        .name("sampling")
        .start(() -> {
          while (process.isAlive()) {
            threads.sample();
            newest.set(threads.seconds());
            try {
              Thread.sleep(250);
            } catch (InterruptedException e) {
              return;
            }
          }
        });
    return newest;
  }

  private static Moment moment(
      long begun, long digits, long mails, AtomicReference<Map<Group, Double>> sampling) {
    return new Moment((System.nanoTime() - begun) / 1e9, digits, mails, sampling.get());
  }

  private static void report(String name, Moment from, Moment to) {
    double seconds = to.seconds() - from.seconds();
    System.out.printf(
        "%-20s %6.1f s, %,5.0f digits/s, %,4.0f mails/s, processor %6.1f s:",
        name,
        seconds,
        (to.digits() - from.digits()) / seconds,
        (to.mails() - from.mails()) / seconds,
        to.processor() - from.processor());
    to.processorSeconds()
        .forEach((group, used) ->
            System.out.printf(
                " %s %.1f",
                group.name().toLowerCase(Locale.ROOT),
                used - from.processorSeconds().getOrDefault(group, 0.0)));
    System.out.println();
  }

  private static void peer() throws IOException, InterruptedException {
    String[] figures =
        PythonScript.run(
                "learn_whole.py", REPOSITORY.resolve("data").toString(), QUICK ? "10" : "1")
            .strip()
            .split("\t");
    System.out.printf(
        "Python: in all %s s (digits %s s, mails %s s), processor %s s, threads of PyTorch: %s;"
            + " digits: prequential %s, held out %s; mails: prequential %s%n",
        (Object[]) figures);
  }

  private static long number(String text) {
    return Long.parseLong(text.replace(",", ""));
  }
}
