package io.millrace.tests.benchmarks.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.embedding.EmbeddingArchitecture;
import io.millrace.tests.benchmarks.PythonScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Words a second of the learner alone, from memory, against gensim's Word2Vec on the same words
 * with two workers, its vocabulary pass counted, in turns; then how good both one's vectors are.
 * The Simple English Wikipedia, one pass; nothing is known of its words beforehand. Run by name:
 *
 * <pre>
 * mvn -pl tests/benchmarks -am test -Dtest=SkipGramBenchmark \
 *     -Dsurefire.failIfNoSpecifiedTests=false \
 *     [-Dtest.flags="-Dbenchmark.runs=3 -Dbenchmark.documents=20000 \
 *     -Dbenchmark.architecture=CBOW"]
 * </pre>
 *
 * The medians of the runs count. With fewer documents it is quick, and the scores mean little.
 */
final class SkipGramBenchmark {

  private static final int RUNS = Integer.getInteger("benchmark.runs", 3);
  private static final int DOCUMENTS = Integer.getInteger("benchmark.documents", Integer.MAX_VALUE);
  private static final String WORKERS = "2";

  @TempDir private Path folder;
  private final List<Double> gensim = new ArrayList<>();
  private final List<Double> gensimTraining = new ArrayList<>();
  private final List<Double> gensimProcessor = new ArrayList<>();
  private final List<Double> fastText = new ArrayList<>();

  @Test
  void wordsASecondAndTheirQuality() throws Exception {
    Path file = SimpleWiki.file().orElse(null);
    Assumptions.assumeTrue(
        file != null, "Simple Wikipedia is not here: -Dbenchmark.simplewiki=simplewiki.jsonl.gz");
    Path tokens = folder.resolve("tokens.txt");
    List<String> lines = lines(file, tokens);
    List<Double> one = new ArrayList<>();
    List<Double> two = new ArrayList<>();
    for (int run = 0; run < RUNS; run++) {
      gensim(tokens);
      fastText(tokens);
      one.add(learned(lines, 1));
      two.add(learned(lines, 2));
    }
    report("gensim, words/s", median(gensim));
    report("gensim, training alone, words/s", median(gensimTraining));
    report("gensim, words/s of processor time", median(gensimProcessor));
    report("fastText, words/s", median(fastText));
    report("1 thread, words/s", median(one));
    report("2 threads, words/s", median(two));
    report("1 thread to gensim", median(one) / median(gensim));
    report("2 threads to gensim", median(two) / median(gensim));
    report("2 threads to fastText", median(two) / median(fastText));
    score();
    assertThat(two).isNotEmpty();
  }

  private static List<String> lines(Path file, Path tokens) throws IOException {
    SimpleWiki.writeWords(file, tokens);
    List<String> lines;
    try (var read = Files.lines(tokens)) {
      lines = read.limit(DOCUMENTS).toList();
    }
    Files.write(tokens, lines);
    return lines;
  }

  private void gensim(Path tokens) throws Exception {
    String[] figures =
        PythonScript.run(
                "word2vec.py",
                tokens.toString(),
                folder.resolve("gensim").toString(),
                folder.resolve("fasttext").toString(),
                WORKERS,
                TimedSkipGram.ARCHITECTURE == EmbeddingArchitecture.CBOW ? "0" : "1")
            .strip()
            .split(" ");
    double words = Double.parseDouble(figures[0]);
    double vocabulary = Double.parseDouble(figures[1]);
    double training = Double.parseDouble(figures[2]);
    gensim.add(words / (vocabulary + training));
    gensimTraining.add(words / training);
    gensimProcessor.add(words / Double.parseDouble(figures[3]));
  }

  /** The vocabulary pass is counted with it, as that of gensim. */
  private void fastText(Path tokens) throws Exception {
    String[] figures =
        PythonScript.run(
                "fasttext_vectors.py",
                tokens.toString(),
                folder.resolve("fasttext").toString(),
                WORKERS,
                TimedSkipGram.ARCHITECTURE == EmbeddingArchitecture.CBOW ? "cbow" : "skipgram")
            .strip()
            .split(" ");
    fastText.add(Double.parseDouble(figures[0]) / Double.parseDouble(figures[1]));
  }

  private double learned(List<String> lines, int threads) throws IOException {
    try (var learned = new TimedSkipGram(TimedSkipGram.config(threads))) {
      learned.learn(lines);
      report(threads + " threads, words/s of processor time", learned.processorRate());
      System.out.println(learned.model().statistics());
      learned.write(folder.resolve("threads-" + threads));
      return learned.rate();
    }
  }

  private void score() throws Exception {
    Path judgements = SimpleWiki.judgements().orElse(null);
    Assumptions.assumeTrue(judgements != null, "no word pairs: -Dbenchmark.wordsim=FOLDER");
    System.out.println(
        PythonScript.run(
            "word_scores.py",
            judgements.toString(),
            folder.resolve("gensim").toString(),
            folder.resolve("threads-1").toString(),
            folder.resolve("threads-2").toString()));
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  private static void report(String what, double figure) {
    System.out.printf(Locale.ROOT, "%-48s %,16.3f%n", what, figure);
  }
}
