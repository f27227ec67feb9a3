package io.millrace.tests.benchmarks.vision;

import io.millrace.learning.vision.VisionEngine;
import io.millrace.tests.benchmarks.CommitWatcher;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The memory of the vision service, with a broker in its process, while it learns a million images
 * and their replays: heap after a collection, the engine's memory outside it, and that of the
 * process. Run by name:
 *
 * <pre>
 * mvn -pl tests/benchmarks -am test -Dtest=VisionMemoryBenchmark \
 *     -Dsurefire.failIfNoSpecifiedTests=false \
 *     [-Dtest.flags="-Dbenchmark.images=1000000 -Dbenchmark.settings=NAME=VALUE,..."]
 * </pre>
 */
final class VisionMemoryBenchmark {

  private static final int IMAGES = Integer.getInteger("benchmark.images", 1_000_000);
  private static final int PIECE = 50_000;
  private static final double MIB = 1 << 20;

  @TempDir private Path folder;

  @Test
  void heapAndOffHeapOverAMillionImages() throws Exception {
    IdxDataset training = IdxDataset.read(IdxDataset.MNIST, "train");
    List<Integer> piece = IntStream.range(0, PIECE).boxed().toList();
    VisionEngine engine = VisionEngine.named("dl4j");
    try (var run = new VisionRun(folder, Map.of())) {
      CommitWatcher committed = run.start();
      for (int images = PIECE; images <= IMAGES; images += PIECE) {
        run.examples().send(training, piece);
        run.examples().closeStep();
        committed.await(images + images / PIECE);
        run.assertWell();
        report(images, engine.offHeapBytes());
      }
    }
  }

  private static void report(int images, double offHeap) throws IOException {
    System.gc();
    System.gc();
    double heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    System.out.printf(
        Locale.ROOT,
        "%,9d images: heap %.0f MiB, engine %.1f MiB, resident %s%n",
        images,
        heap / MIB,
        offHeap / MIB,
        resident());
  }

  private static String resident() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("RssAnon"))
        .map(line -> line.replaceAll("\\s+", " "))
        .findFirst()
        .orElse("unknown");
  }
}
