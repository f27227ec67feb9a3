package io.millrace.tests.benchmarks.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.embedding.SkipGramConfig;
import io.millrace.learning.embedding.checkpoint.PublishedWord;
import io.millrace.learning.embedding.neighbours.ExactVectorIndex;
import io.millrace.learning.embedding.neighbours.Neighbour;
import io.millrace.search.nearest.HnswNearestNeighbours;
import io.millrace.search.nearest.NearestNeighbours;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What readers of word vectors take: the memory of some hundred thousand words, and how long the
 * ten nearest take by comparing with all and by the graph, which names candidates. The vectors are
 * those of all words of the Simple English Wikipedia, rare ones included. Run by name:
 *
 * <pre>
 * mvn -pl tests/benchmarks -am test -Dtest=WordReaderBenchmark \
 *     -Dsurefire.failIfNoSpecifiedTests=false [-Dtest.flags="-Dbenchmark.documents=20000"]
 * </pre>
 */
final class WordReaderBenchmark {

  private static final int DOCUMENTS = Integer.getInteger("benchmark.documents", Integer.MAX_VALUE);
  private static final int QUESTIONS = 500;
  private static final int LIMIT = 10;
  private static final int BUFFER_BYTES = 64 << 20;
  private static final int EXACT_MAX = 1_000;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  @TempDir private Path folder;

  @Test
  void memoryAndLatencyOfExactSearchAndOfTheGraph() throws Exception {
    Path file = SimpleWiki.file().orElse(null);
    Assumptions.assumeTrue(
        file != null, "Simple Wikipedia is not here: -Dbenchmark.simplewiki=simplewiki.jsonl.gz");
    List<PublishedWord> words = learned(file);
    long before = heap();
    var all = new ExactVectorIndex(SkipGramConfig.defaults().dimensions());
    words.forEach(word -> all.put(word.word(), word.vector()));
    report("words", all.size());
    report("their vectors in the heap, MiB", (heap() - before) >> 20);
    List<PublishedWord> asked = asked(words);

    List<Set<String>> exact = ask("all compared", NearestNeighbours.EXACT, all, asked);

    try (var graph = new HnswNearestNeighbours(folder.resolve("graph"), EXACT_MAX, BUFFER_BYTES)) {
      before = heap();
      long begun = System.nanoTime();
      boolean more = true;
      while (more) {
        more = graph.update(all);
      }
      report("the graph made, s", (System.nanoTime() - begun) / 1e9);
      report("the graph in the heap, MiB", (heap() - before) >> 20);
      List<Set<String>> near = ask("by the graph", graph, all, asked);
      double same = 0;
      for (int i = 0; i < near.size(); i++) {
        Set<String> found = new HashSet<>(near.get(i));
        found.retainAll(exact.get(i));
        same += found.size();
      }
      report("of the ten nearest the graph finds", same / LIMIT / near.size());
      assertThat(same).isPositive();
    }
  }

  private static List<PublishedWord> learned(Path file) throws Exception {
    Path tokens = Files.createTempFile("tokens", ".txt");
    try (var learned = new TimedSkipGram(config())) {
      SimpleWiki.writeWords(file, tokens);
      List<String> lines = Files.readAllLines(tokens);
      learned.learn(lines.subList(0, Math.min(DOCUMENTS, lines.size())));
      return learned.model().takeChanges(1, 0).words();
    } finally {
      Files.delete(tokens);
    }
  }

  /** As measured elsewhere, but every word that occurs once has a vector. */
  private static SkipGramConfig config() {
    SkipGramConfig base = TimedSkipGram.config(1);
    return new SkipGramConfig(
        base.architecture(),
        base.dimensions(),
        base.window(),
        base.negatives(),
        base.sample(),
        1,
        base.capacity(),
        base.headroom(),
        base.learningRate(),
        base.adagradDecay(),
        base.adagradMinWindow(),
        1);
  }

  /** Words of all frequencies that occur often enough to have a meaning. */
  private static List<PublishedWord> asked(List<PublishedWord> words) {
    List<PublishedWord> known =
        new ArrayList<>(words.stream().filter(word -> word.count() >= 50).toList());
    var random = new Random(5);
    List<PublishedWord> asked = new ArrayList<>();
    for (int i = 0; i < QUESTIONS; i++) {
      asked.add(known.get(random.nextInt(known.size())));
    }
    return asked;
  }

  /** Asks twice, the first time to get warm. */
  private static List<Set<String>> ask(
      String how, NearestNeighbours nearest, ExactVectorIndex all, List<PublishedWord> asked) {
    List<Double> millis = new ArrayList<>();
    List<Double> processorMillis = new ArrayList<>();
    List<Set<String>> found = new ArrayList<>();
    for (int round = 0; round < 2; round++) {
      millis.clear();
      processorMillis.clear();
      found.clear();
      for (PublishedWord word : asked) {
        long processor = THREADS.getCurrentThreadCpuTime();
        long begun = System.nanoTime();
        List<Neighbour> near = nearest.search(all, word.vector(), LIMIT, word.word()::equals);
        millis.add((System.nanoTime() - begun) / 1e6);
        processorMillis.add((THREADS.getCurrentThreadCpuTime() - processor) / 1e6);
        found.add(near.stream().map(Neighbour::word).collect(Collectors.toSet()));
      }
    }
    report(how, millis);
    report(how + ", processor time", processorMillis);
    return found;
  }

  private static void report(String how, List<Double> millis) {
    List<Double> sorted = millis.stream().sorted().toList();
    report(how + ", median ms", sorted.get(sorted.size() / 2));
    report(how + ", 99th of a hundred, ms", sorted.get(sorted.size() * 99 / 100));
  }

  private static long heap() {
    var memory = ManagementFactory.getMemoryMXBean();
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed();
  }

  private static void report(String what, double figure) {
    System.out.printf(Locale.ROOT, "%-44s %,14.3f%n", what, figure);
  }
}
