package io.millrace.tests.benchmarks.embedding;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millrace.learning.embedding.EmbeddingArchitecture;
import io.millrace.learning.embedding.SkipGram;
import io.millrace.learning.embedding.SkipGramConfig;
import io.millrace.learning.embedding.checkpoint.PublishedWord;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * A learner of word vectors fed from memory, in batches, each word a new string. Only learning is
 * timed, not the making of the strings.
 */
final class TimedSkipGram implements AutoCloseable {

  private static final int BATCH = Integer.getInteger("benchmark.batch", 500);
  private static final long SEED = Long.getLong("benchmark.seed", 42);

  /** What is predicted from what. */
  static final EmbeddingArchitecture ARCHITECTURE =
      EmbeddingArchitecture.valueOf(System.getProperty("benchmark.architecture", "SKIP_GRAM"));

  private final SkipGram model;
  private long words;
  private long nanos;
  private double processorSeconds;

  TimedSkipGram(SkipGramConfig config) {
    this.model = new SkipGram(config, SEED);
  }

  /** The settings of the measurements: the defaults, with room for all words. */
  static SkipGramConfig config(int threads) {
    return withCapacity(400_000).withThreads(threads);
  }

  static SkipGramConfig withCapacity(int capacity) {
    SkipGramConfig defaults = SkipGramConfig.defaults();
    return new SkipGramConfig(
        ARCHITECTURE,
        defaults.dimensions(),
        defaults.window(),
        defaults.negatives(),
        defaults.sample(),
        defaults.minCount(),
        capacity,
        defaults.headroom(),
        Double.parseDouble(
            System.getProperty("benchmark.rate", Double.toString(defaults.learningRate()))),
        Double.parseDouble(
            System.getProperty(
                "benchmark.adagrad.decay", Double.toString(defaults.adagradDecay()))),
        Double.parseDouble(
            System.getProperty(
                "benchmark.adagrad.window.min", Double.toString(defaults.adagradMinWindow()))),
        1);
  }

  /** Learns from documents, each a line of words split by spaces. */
  void learn(List<String> lines) {
    for (int from = 0; from < lines.size(); from += BATCH) {
      List<List<String>> batch = new ArrayList<>();
      for (String line : lines.subList(from, Math.min(lines.size(), from + BATCH))) {
        batch.add(line.isEmpty() ? List.of() : List.of(line.split(" ")));
        words += batch.getLast().size();
      }
      double processor = processorSeconds();
      long begun = System.nanoTime();
      model.learn(batch);
      nanos += System.nanoTime() - begun;
      processorSeconds += processorSeconds() - processor;
    }
  }

  private static double processorSeconds() {
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return system.getProcessCpuTime() / 1e9;
  }

  SkipGram model() {
    return model;
  }

  /** Words a second of elapsed time. */
  double rate() {
    return words * 1e9 / nanos;
  }

  /** Words a second of all cores' time, compiler and garbage collector included. */
  double processorRate() {
    return words / processorSeconds;
  }

  /** Words learned from. */
  long words() {
    return words;
  }

  /** Writes the vectors in word2vec's binary format, the most frequent words first. */
  List<String> write(Path file) throws IOException {
    return write(file, model.takeChanges(1, 0).words());
  }

  /** Writes those of some words. */
  void write(Path file, Collection<String> words) throws IOException {
    List<PublishedWord> some = new ArrayList<>();
    for (String word : words) {
      model
          .vector(word)
          .ifPresent(it -> some.add(new PublishedWord(word, it, model.count(word), 1)));
    }
    write(file, some);
  }

  private static List<String> write(Path file, List<PublishedWord> words) throws IOException {
    List<PublishedWord> learned = new ArrayList<>(words);
    learned.sort(
        Comparator.comparingLong(PublishedWord::count)
            .reversed()
            .thenComparing(PublishedWord::word));
    int dimensions = SkipGramConfig.defaults().dimensions();
    var bytes = ByteBuffer.allocate(dimensions * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
      out.write((learned.size() + " " + dimensions + "\n").getBytes(US_ASCII));
      for (PublishedWord word : learned) {
        out.write((word.word() + " ").getBytes(US_ASCII));
        bytes.asFloatBuffer().put(word.vector());
        out.write(bytes.array());
        out.write('\n');
      }
    }
    return learned.stream().map(PublishedWord::word).toList();
  }

  @Override
  public void close() {
    model.close();
  }
}
