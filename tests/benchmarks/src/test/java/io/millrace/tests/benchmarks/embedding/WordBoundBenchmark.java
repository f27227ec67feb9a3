package io.millrace.tests.benchmarks.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.tests.benchmarks.PythonScript;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a bound of 20,000 words costs in quality and saves in memory: the learner alone on the
 * Simple English Wikipedia, bounded and not, both judged on the pairs whose words the bounded one
 * still knows. Run by name:
 *
 * <pre>
 * mvn -pl tests/benchmarks -am test -Dtest=WordBoundBenchmark \
 *     -Dsurefire.failIfNoSpecifiedTests=false [-Dtest.flags="-Dbenchmark.bound=20000"]
 * </pre>
 */
final class WordBoundBenchmark {

  private static final int BOUND = Integer.getInteger("benchmark.bound", 20_000);
  private static final int PARTS = 8;

  @TempDir private Path folder;

  @Test
  void memoryStaysFlatAndSimilarityHolds() throws Exception {
    Path file = SimpleWiki.file().orElse(null);
    Path judgements = SimpleWiki.judgements().orElse(null);
    Assumptions.assumeTrue(
        file != null && judgements != null,
        "not here: -Dbenchmark.simplewiki=simplewiki.jsonl.gz -Dbenchmark.wordsim=FOLDER");
    Path tokens = folder.resolve("tokens.txt");
    SimpleWiki.writeWords(file, tokens);
    List<String> lines = Files.readAllLines(tokens);
    long before = heap();

    List<String> kept = learned(lines, BOUND, "bounded", before);
    learned(lines, 400_000, "unbounded", before);

    Path among = folder.resolve("among.txt");
    Files.write(among, kept);
    System.out.println(
        PythonScript.run(
            "word_scores.py",
            "--among",
            among.toString(),
            judgements.toString(),
            folder.resolve("bounded").toString(),
            folder.resolve("unbounded").toString()));
    assertThat(kept).hasSizeLessThanOrEqualTo(BOUND);
  }

  private List<String> learned(List<String> lines, int capacity, String name, long before)
      throws Exception {
    try (var learned = new TimedSkipGram(TimedSkipGram.withCapacity(capacity))) {
      int part = (lines.size() + PARTS - 1) / PARTS;
      for (int from = 0; from < lines.size(); from += part) {
        learned.learn(lines.subList(from, Math.min(lines.size(), from + part)));
        System.out.printf(
            Locale.ROOT,
            "%-10s %,6d MiB %s%n",
            name,
            (heap() - before) >> 20,
            learned.model().statistics());
      }
      return learned.write(folder.resolve(name));
    }
  }

  private static long heap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
