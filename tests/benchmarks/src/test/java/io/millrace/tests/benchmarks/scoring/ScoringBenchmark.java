package io.millrace.tests.benchmarks.scoring;

import io.millrace.runtime.lifecycle.Service;
import io.millrace.tests.benchmarks.CommitWatcher;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The scoring from {@code images} to {@code predictions} and {@code reconstructions}, both on, the
 * broker on the same cores: images a second against the same forward passes in ONNX Runtime and
 * PyTorch from memory, and how long an answer takes. Run by name:
 *
 * <pre>
 * mvn -pl tests/benchmarks -am test -Dtest=ScoringBenchmark \
 *     -Dsurefire.failIfNoSpecifiedTests=false -Dtest.heap=3g \
 *     [-Dtest.flags="-Dbenchmark.settings=NAME=VALUE,... -Dbenchmark.passes=4"]
 * </pre>
 */
final class ScoringBenchmark {

  private static final int PASSES = Integer.getInteger("benchmark.passes", 6);
  private static final int ROUNDS = Integer.getInteger("benchmark.rounds", 3);
  private static final int RATE = Integer.getInteger("benchmark.rate", 500);
  private static final Duration WARM_UP =
      Duration.ofSeconds(Integer.getInteger("benchmark.warm.seconds", 20));
  private static final Duration MEASURED =
      Duration.ofSeconds(Integer.getInteger("benchmark.seconds", 60));

  private final MnistImages mnist = MnistImages.read();

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(MnistImages.Encoding.class)
  void answersAgainstItsPeers(MnistImages.Encoding form) throws Exception {
    Map<ScoringPeer, ScoringPeer.Speed> peers = new LinkedHashMap<>();
    measure(peers);
    List<CommitWatcher.Pass> passes;
    try (var run = new ScoringRun(folder, mnist, Map.of())) {
      run.send(PASSES, form);
      Service scoring = run.score(Map.of());
      passes = run.committed().passes(mnist.count(), PASSES);
      run.stop(scoring);
    }
    measure(peers);
    passes.forEach(
        pass -> report(form + ", a pass, images/s; CPU µs", pass.rate(), pass.cpuMicros()));
    peers.forEach((peer, speed) ->
        report(
            peer.getClass().getSimpleName() + " " + peer + ", images/s; CPU µs",
            speed.rate(),
            speed.cpuMicros()));
    double rate =
        median(passes.subList(PASSES / 2, PASSES).stream().map(CommitWatcher.Pass::rate).toList());
    report(form + ", median of the last half, images/s", rate);
    report(form + ", ratio to PyTorch's best", rate / best(peers, PyTorchScoring.class));
    report(form + ", ratio to ONNX Runtime's best", rate / best(peers, OnnxRuntimeScoring.class));
  }

  private static double best(
      Map<ScoringPeer, ScoringPeer.Speed> peers, Class<? extends ScoringPeer> program) {
    return peers.entrySet().stream()
        .filter(it -> program.isInstance(it.getKey()))
        .mapToDouble(it -> it.getValue().rate())
        .max()
        .orElseThrow();
  }

  /** The better of this and what was measured before. */
  private static void measure(Map<ScoringPeer, ScoringPeer.Speed> peers) throws Exception {
    for (ScoringPeer peer : ScoringPeer.all()) {
      peers.merge(peer, peer.measure(), (a, b) -> a.rate() > b.rate() ? a : b);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "exactly_once, false",
    "exactly_once, true",
    "at_least_once, false",
    "at_least_once, true"
  })
  void answersSoon(String guarantee, boolean training) throws Exception {
    try (var run = new ScoringRun(folder, mnist, Map.of())) {
      String what = guarantee + (training ? ", training" : ", trainer idle");
      Map<String, String> settings = Map.of("scoring.processing.guarantee", guarantee);
      OpenLoopLoad.Latencies latencies = latencies(run, settings, training, WARM_UP, MEASURED);
      report(what + ", predictions", latencies.predictions());
      report(what + ", reconstructions", latencies.reconstructions());
      report(what + ", of these the load's own delay", latencies.sending());
    }
  }

  /**
   * What two challengers in the shadow cost the served answers: rounds without and with them, in
   * turn, so that a machine that gets slower counts for both.
   */
  @Test
  void whatTwoChallengersCostTheServedAnswers() throws Exception {
    List<Double> without = new ArrayList<>();
    List<Double> with = new ArrayList<>();
    try (var run = new ScoringRun(folder, mnist, Map.of())) {
      run.publishAsVariants("wide", "slow");
      String shadows = run.topics().shadowPredictions().name();
      for (int round = 0; round < ROUNDS; round++) {
        without.add(withChallengers(run, "none", round));
        long before = run.end(shadows);
        with.add(withChallengers(run, "auto", round));
        report("round " + round + ", answers in the shadow", run.end(shadows) - before);
      }
    }
    report("p99 of predictions without challengers, median, ms", median(without));
    report("p99 of predictions with two challengers, median, ms", median(with));
    report("ratio", median(with) / median(without));
  }

  private double withChallengers(ScoringRun run, String challengers, int round) throws Exception {
    Map<String, String> settings =
        Map.of("scoring.vision.serving", "gated", "scoring.vision.challengers", challengers);
    Histogram latency = latencies(run, settings, false, WARM_UP, MEASURED).predictions();
    report("round " + round + ", challengers " + challengers + ", predictions", latency);
    return percentile(latency, 99);
  }

  private OpenLoopLoad.Latencies latencies(
      ScoringRun run,
      Map<String, String> settings,
      boolean training,
      Duration warmUp,
      Duration measured)
      throws Exception {
    Service scoring = run.score(settings);
    if (training) {
      run.teach(4 * mnist.count());
      run.train();
    }
    try (var load = new OpenLoopLoad(run, mnist, RATE, "l")) {
      return load.measure(warmUp, measured);
    } finally {
      run.stop(scoring);
    }
  }

  @Test
  void whatTheCommitIntervalCosts() throws Exception {
    List<CommitIntervalCurve.Point> points = new ArrayList<>();
    for (int interval : CommitIntervalCurve.INTERVALS) {
      points.add(point(interval));
      report("commit interval " + interval + " ms", points.getLast());
    }
    Path chart = Path.of("target", "commit-interval.png");
    CommitIntervalCurve.draw(points, chart);
    System.out.println("the chart is " + chart.toAbsolutePath());
  }

  private CommitIntervalCurve.Point point(int interval) throws Exception {
    Map<String, String> settings = Map.of("scoring.commit.interval.ms", "" + interval);
    Path own = Files.createTempDirectory(folder, "broker");
    try (var run = new ScoringRun(own, mnist, Map.of())) {
      run.send(3, MnistImages.Encoding.PNG);
      Service scoring = run.score(settings);
      List<CommitWatcher.Pass> passes = run.committed().passes(mnist.count(), 3);
      run.stop(scoring);
      Histogram latency =
          latencies(run, settings, false, Duration.ofSeconds(5), MEASURED.dividedBy(3))
              .predictions();
      double rate = median(passes.subList(1, 3).stream().map(CommitWatcher.Pass::rate).toList());
      return new CommitIntervalCurve.Point(
          interval, rate, percentile(latency, 50), percentile(latency, 99));
    }
  }

  private static double median(List<Double> rates) {
    return rates.stream().sorted().toList().get(rates.size() / 2);
  }

  private static double percentile(Histogram latency, double percentile) {
    return latency.getValueAtPercentile(percentile) / 1e3;
  }

  private static void report(String what, Histogram latency) {
    System.out.printf(
        Locale.ROOT,
        "%-60s p50 %7.1f  p99 %7.1f  p99.9 %7.1f  max %7.1f ms  of %d%n",
        what,
        percentile(latency, 50),
        percentile(latency, 99),
        percentile(latency, 99.9),
        percentile(latency, 100),
        latency.getTotalCount());
  }

  private static void report(String what, CommitIntervalCurve.Point point) {
    System.out.printf(
        Locale.ROOT,
        "%-60s %,9.0f images/s  p50 %7.1f  p99 %7.1f ms%n",
        what,
        point.rate(),
        point.medianMillis(),
        point.highMillis());
  }

  private static void report(String what, double... figures) {
    System.out.printf(Locale.ROOT, "%-60s", what);
    for (double figure : figures) {
      System.out.printf(Locale.ROOT, " %,12.2f", figure);
    }
    System.out.println();
  }
}
