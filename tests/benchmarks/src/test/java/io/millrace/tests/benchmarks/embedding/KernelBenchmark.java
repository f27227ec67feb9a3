package io.millrace.tests.benchmarks.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.embedding.kernel.KernelLoops;
import java.util.Collection;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * How near the arithmetic of word vectors comes to what one core and its memory can do, by JMH. Run
 * by name:
 *
 * <pre>
 * mvn -pl tests/benchmarks -am test -Dtest=KernelBenchmark -Dsurefire.failIfNoSpecifiedTests=false
 * </pre>
 */
final class KernelBenchmark {

  @Test
  void distanceToTheLimits() throws Exception {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include(KernelLoops.class.getName() + ".*")
                    .addProfiler(GCProfiler.class)
                    .jvmArgsAppend("--add-modules=jdk.incubator.vector")
                    .build())
            .run();

    double peak = KernelLoops.operations() / nanos(results, "arithmetic", "24");
    double copied = 2 * KernelLoops.copiedBytes() / nanos(results, "memory", "24");
    report("one core's fused multiply-adds, GFLOP/s", peak);
    report("one core's copying, GB/s read and written", copied);
    for (String rows : new String[] {"24", "92000"}) {
      double nanos = nanos(results, "target", rows);
      report("a target of " + rows + " rows, ns", nanos);
      report("  GFLOP/s", KernelLoops.targetOperations() / nanos);
      report("  of the peak", KernelLoops.targetOperations() / nanos / peak);
      report("  GB/s read and written", 2 * KernelLoops.targetBytes() / nanos);
      report("  of copying", 2 * KernelLoops.targetBytes() / nanos / copied);
    }
    assertThat(results).isNotEmpty();
  }

  private static double nanos(Collection<RunResult> results, String loop, String rows) {
    return results.stream()
        .filter(it -> it.getParams().getBenchmark().endsWith("." + loop))
        .filter(it -> it.getParams().getParam("rows").equals(rows))
        .mapToDouble(it -> it.getPrimaryResult().getScore())
        .findFirst()
        .orElseThrow();
  }

  private static void report(String what, double figure) {
    System.out.printf(Locale.ROOT, "%-48s %,12.3f%n", what, figure);
  }
}
