package io.millrace.tests.benchmarks.drift;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.core.DriftConfig;
import io.millrace.learning.core.DriftMonitor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The project's drift detectors, and MOA's if {@code benchmark.moa} is its class path, on the same
 * errors of 100,000 records, {@value #SEEDS} seeds each: drawn at random with a rate that stays,
 * jumps, or rises over 2,000 records in the middle, and those of MOA's naive Bayes on SEA, STAGGER
 * and Agrawal whose concept changes there. Prints the delay of the first alarm after the change
 * (median and largest), the changes that had none within 10,000 records, and the alarms before the
 * change for 100,000 records. Run by name:
 *
 * <pre>
 * mvn dependency:get -Dartifact=nz.ac.waikato.cms.moa:moa:2024.07.0
 * mvn -pl tests/benchmarks -am test -Dtest=DriftDetectorBenchmark \
 *     -Dsurefire.failIfNoSpecifiedTests=false [-Dtest.flags=-Dbenchmark.moa=JARS]
 * </pre>
 */
final class DriftDetectorBenchmark {

  private static final int SEEDS = 20;
  private static final int RECORDS = 100_000;
  private static final int CHANGE = RECORDS / 2;
  private static final int RISE = 2_000;
  private static final int MISSED = 10_000;
  private static final Path MOA = Path.of("src", "test", "moa", "MoaDetectors.java");

  @TempDir private Path folder;

  @Test
  void delayAndFalseAlarms() throws Exception {
    String moa = System.getProperty("benchmark.moa");
    for (int seed = 1; seed <= SEEDS; seed++) {
      write("unchanged 0.05", seed, 0.05, 0.05, 1);
      write("unchanged 0.20", seed, 0.2, 0.2, 1);
      write("unchanged 0.40", seed, 0.4, 0.4, 1);
      write("0.10 to 0.30, abrupt", seed, 0.1, 0.3, 1);
      write("0.10 to 0.30, gradual", seed, 0.1, 0.3, RISE);
      write("0.40 to 0.60, abrupt", seed, 0.4, 0.6, 1);
      write("0.40 to 0.60, gradual", seed, 0.4, 0.6, RISE);
    }
    if (moa != null) {
      run(moa, "learn", folder.toString(), Integer.toString(SEEDS));
    }
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.sorted().toList();
    }
    Map<String, Map<String, Figures>> figures = new TreeMap<>();
    for (Path file : files) {
      byte[] errors = Files.readAllBytes(file);
      for (DriftConfig.Detector detector : DriftConfig.Detector.values()) {
        add(figures, file, "Millrace, " + detector.text(), alarms(detector, errors));
      }
    }
    if (moa != null) {
      for (String line : run(moa, "detect", folder.toString()).lines().toList()) {
        String[] columns = line.split("\t", -1);
        add(figures, folder.resolve(columns[1]), columns[0], positions(columns[2]));
      }
    }
    figures.forEach((stream, detectors) -> {
      System.out.println(stream);
      detectors.forEach((name, of) -> System.out.printf("  %-34s %s%n", name, of));
    });
    for (DriftConfig.Detector detector : DriftConfig.Detector.values()) {
      assertThat(figures.get("unchanged 0.40").get("Millrace, " + detector.text()).alarms).isZero();
    }
  }

  private void write(String stream, int seed, double before, double after, int width)
      throws IOException {
    var random = new Random(seed);
    var errors = new byte[RECORDS];
    for (int i = 0; i < RECORDS; i++) {
      double share = Math.clamp((double) (i - CHANGE) / width, 0, 1);
      errors[i] = (byte) (random.nextDouble() < before + share * (after - before) ? '1' : '0');
    }
    Files.write(folder.resolve(stream + "-" + seed), errors);
  }

  private static List<Integer> alarms(DriftConfig.Detector detector, byte[] errors) {
    var monitor =
        new DriftMonitor(new DriftConfig(detector, 50, 1e-6, DriftConfig.Action.REPORT, 1, 1));
    List<Integer> alarms = new ArrayList<>();
    for (int i = 0; i < errors.length; i++) {
      long before = monitor.drifts();
      monitor.update(1, errors[i] - '0');
      if (monitor.drifts() > before) {
        alarms.add(i);
      }
    }
    return alarms;
  }

  private static List<Integer> positions(String column) {
    return column.isEmpty()
        ? List.of()
        : Arrays.stream(column.split(",")).map(Integer::valueOf).toList();
  }

  private static void add(
      Map<String, Map<String, Figures>> figures, Path file, String detector, List<Integer> alarms) {
    String name = file.getFileName().toString();
    String stream = name.substring(0, name.lastIndexOf('-'));
    figures
        .computeIfAbsent(stream, _ -> new LinkedHashMap<>())
        .computeIfAbsent(detector, _ -> new Figures(!stream.startsWith("unchanged")))
        .add(alarms);
  }

  /** What a detector did on all seeds of a stream. */
  private static final class Figures {
    private final boolean changes;
    private final List<Integer> delays = new ArrayList<>();
    private int runs;
    private int alarms;

    Figures(boolean changes) {
      this.changes = changes;
    }

    void add(List<Integer> positions) {
      runs++;
      alarms += (int) positions.stream().filter(it -> !changes || it < CHANGE).count();
      positions.stream()
          .filter(it -> changes && it >= CHANGE && it < CHANGE + MISSED)
          .findFirst()
          .ifPresent(it -> delays.add(it - CHANGE + 1));
    }

    @Override
    public String toString() {
      double records = (double) runs * (changes ? CHANGE : RECORDS) / 100_000;
      String noise = String.format(Locale.ROOT, "false alarms %.2f", alarms / records);
      if (!changes) {
        return noise;
      }
      List<Integer> sorted = delays.stream().sorted().toList();
      String delay =
          sorted.isEmpty()
              ? "delay none"
              : "delay %d, at most %d".formatted(sorted.get(sorted.size() / 2), sorted.getLast());
      return "%s, missed %d of %d, %s".formatted(delay, runs - sorted.size(), runs, noise);
    }
  }

  private static String run(String classPath, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(List.of("--class-path", classPath, MOA.toString()));
    command.addAll(List.of(arguments));
    Process java =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String printed = new String(java.getInputStream().readAllBytes(), UTF_8);
    assertThat(java.waitFor()).as("MOA").isZero();
    return printed;
  }
}
