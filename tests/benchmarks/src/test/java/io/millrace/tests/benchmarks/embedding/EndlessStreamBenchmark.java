package io.millrace.tests.benchmarks.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.embedding.SkipGram;
import io.millrace.learning.embedding.SkipGramConfig;
import io.millrace.tests.benchmarks.PythonScript;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whether word one million still learns, and old words neither freeze nor jitter: the learner alone
 * reads the Simple English Wikipedia three times over, 72 million words, with four kinds of rates
 * (see {@link Rates}). Run by name:
 *
 * <pre>
 * mvn -pl tests/benchmarks -am test -Dtest=EndlessStreamBenchmark \
 *     -Dsurefire.failIfNoSpecifiedTests=false -Dtest.heap=4g \
 *     [-Dtest.flags="-Dbenchmark.documents=20000"]
 * </pre>
 *
 * {@link EndlessStream} says what the stream is made of; {@code endless_stream.py}, which judges
 * neighbours, says what the figures mean. The movement of a word's vector is one less the cosine
 * between what it is and what it was one step, a million words, before; beside it stands the share
 * of its ten nearest words that are still its nearest.
 */
final class EndlessStreamBenchmark {

  private static final int DOCUMENTS = Integer.getInteger("benchmark.documents", Integer.MAX_VALUE);
  private static final int STEP_WORDS = 1_000_000;
  private static final int MOVING = 1_000;
  private static final int NEAREST = 10;

  /** Neighbours are looked for of every fourth of the most frequent. */
  private static final int ASKED_EVERY = 4;

  /** Every sixth million words. */
  private static final int TOLD_EVERY = 6;

  private static final SkipGramConfig BASE = TimedSkipGram.config(1);

  /** How the rate of a word falls with what it has learned. */
  private enum Rates {
    /** A thousandth of the past is forgotten at a step of a word, less where it has made many. */
    AS_SET(BASE.adagradDecay(), BASE.adagradMinWindow()),
    /** A thousandth is forgotten at each step, however many there were. */
    FORGETFUL(BASE.adagradDecay(), 0),
    /** AdaGrad: nothing is forgotten, so rates fall for ever. */
    FALLING(0, 0),
    /** Next to nothing is kept: the rate of every word stays where it began. */
    CONSTANT(0.999, 0);

    private final double adagradDecay;
    private final double adagradMinWindow;

    Rates(double adagradDecay, double adagradMinWindow) {
      this.adagradDecay = adagradDecay;
      this.adagradMinWindow = adagradMinWindow;
    }

    SkipGramConfig config() {
      return new SkipGramConfig(
          BASE.architecture(),
          BASE.dimensions(),
          BASE.window(),
          BASE.negatives(),
          BASE.sample(),
          BASE.minCount(),
          BASE.capacity(),
          BASE.headroom(),
          BASE.learningRate(),
          adagradDecay,
          adagradMinWindow,
          1);
    }
  }

  @TempDir private Path folder;
  private long told;
  private List<@Nullable float[]> before = List.of();

  @Test
  void lateWordsLearnAndOldOnesFollow() throws Exception {
    Path file = SimpleWiki.file().orElse(null);
    Assumptions.assumeTrue(
        file != null, "Simple Wikipedia is not here: -Dbenchmark.simplewiki=simplewiki.jsonl.gz");
    Path tokens = folder.resolve("tokens.txt");
    SimpleWiki.writeWords(file, tokens);
    List<String> lines = new ArrayList<>(Files.readAllLines(tokens));
    Collections.shuffle(lines, new Random(7));
    var stream = new EndlessStream(lines.subList(0, Math.min(DOCUMENTS, lines.size())));
    for (Rates rates : Rates.values()) {
      learn(stream, rates);
    }
    Path words = folder.resolve("words.txt");
    Files.write(words, stream.described());

    String table =
        PythonScript.run(
            "endless_stream.py", tokens.toString(), words.toString(), folder.toString());

    System.out.println(table);
    assertThat(table).isNotBlank();
  }

  private void learn(EndlessStream stream, Rates rates) throws Exception {
    told = 0;
    before = List.of();
    try (var learned = new TimedSkipGram(rates.config())) {
      for (int pass = 1; pass <= EndlessStream.PASSES; pass++) {
        for (int part = 0; part < EndlessStream.PARTS; part++) {
          learn(learned, stream.part(pass, part), stream.frequent(), rates);
          var name = String.format(Locale.ROOT, "%s-%d-%02d", rates, pass, part + 1);
          learned.write(folder.resolve(name), stream.judged());
        }
      }
    }
  }

  private void learn(TimedSkipGram learned, List<String> lines, List<String> words, Rates rates) {
    long goal = learned.words() + STEP_WORDS;
    List<String> step = new ArrayList<>();
    for (String line : lines) {
      step.add(line);
      goal -= 1 + line.chars().filter(c -> c == ' ').count();
      if (goal <= learned.words()) {
        learned.learn(step);
        step.clear();
        goal = learned.words() + STEP_WORDS;
        moved(learned, words, rates);
      }
    }
    learned.learn(step);
    // What is left of the part is no step: the next begins here.
    before = vectors(learned.model(), words);
  }

  private static List<@Nullable float[]> vectors(SkipGram model, List<String> words) {
    List<@Nullable float[]> vectors = new ArrayList<>(words.size());
    words.forEach(word -> vectors.add(model.vector(word).orElse(null)));
    return vectors;
  }

  private void moved(TimedSkipGram learned, List<String> words, Rates rates) {
    List<@Nullable float[]> now = vectors(learned.model(), words);
    long millions = learned.words() / STEP_WORDS;
    if (!before.isEmpty() && millions >= told + TOLD_EVERY) {
      told = millions;
      System.out.printf(
          Locale.ROOT,
          "%s, million words %d, movement in a step: %.5f of the %d most frequent, %.5f of"
              + " others; %.3f of the neighbours of the former stayed%n",
          rates,
          millions,
          movement(now, 0, MOVING),
          MOVING,
          movement(now, MOVING, now.size()),
          stayed(now));
    }
    before = now;
  }

  private double movement(List<@Nullable float[]> now, int from, int to) {
    double sum = 0;
    int count = 0;
    for (int i = from; i < Math.min(to, now.size()); i++) {
      float[] is = now.get(i);
      float[] was = before.get(i);
      if (is != null && was != null) {
        sum += 1 - cosine(is, was);
        count++;
      }
    }
    return sum / count;
  }

  private double stayed(List<@Nullable float[]> now) {
    int stayed = 0;
    int asked = 0;
    for (int i = 0; i < Math.min(MOVING, now.size()); i += ASKED_EVERY) {
      if (now.get(i) != null && before.get(i) != null) {
        List<Integer> nearest = nearest(now, i);
        nearest.retainAll(nearest(before, i));
        stayed += nearest.size();
        asked += NEAREST;
      }
    }
    return (double) stayed / asked;
  }

  private static List<Integer> nearest(List<@Nullable float[]> vectors, int word) {
    double[] cosines = new double[vectors.size()];
    for (int i = 0; i < cosines.length; i++) {
      float[] other = vectors.get(i);
      cosines[i] = i == word || other == null ? -1 : cosine(vectors.get(word), other);
    }
    return IntStream.range(0, cosines.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -cosines[i]))
        .limit(NEAREST)
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private static double cosine(float[] a, float[] b) {
    double product = 0;
    double aa = 0;
    double bb = 0;
    for (int k = 0; k < a.length; k++) {
      product += (double) a[k] * b[k];
      aa += (double) a[k] * a[k];
      bb += (double) b[k] * b[k];
    }
    return product / Math.sqrt(aa * bb);
  }
}
