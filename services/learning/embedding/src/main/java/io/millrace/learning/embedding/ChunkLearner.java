package io.millrace.learning.embedding;

import io.millrace.learning.core.SplitMix64;
import io.millrace.learning.core.WorkerPool;
import io.millrace.learning.embedding.kernel.Kernel;
import io.millrace.learning.embedding.table.EmbeddingTable;
import io.millrace.learning.embedding.vocabulary.Subsampling;
import io.millrace.learning.embedding.vocabulary.WordVocabulary;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Learns from runs of words, a chunk at a time ({@link #flush}), in three rounds:
 *
 * <ol>
 *   <li>Look-up: the slots of all words are found, by all threads, since nothing changes. If the
 *       new words do not fit, the vocabulary evicts others, and the words are looked up again.
 *   <li>Counting, by the calling thread, in the order of the words: new words get slots, words that
 *       have reached the least count get rows, and all that were counted get their new weight and
 *       keep probability, once a chunk.
 *   <li>Learning: the runs are shared among all threads. Several threads move the same rows without
 *       locks (Niu et al. 2011, "Hogwild!"): of two updates of a row at the same time one may be
 *       lost. One thread alone learns the runs in their order.
 * </ol>
 *
 * <p>All that is random in a run comes from the run's seed. Not thread-safe.
 */
final class ChunkLearner implements AutoCloseable {

  /** Runs that a thread takes at once. */
  private static final int RUNS_PER_TURN = 4;

  /** What each thread has for itself. */
  private static final class ThreadState {
    final WindowLearner window;
    final int[] rows = new int[WordChunk.MAX_RUN_WORDS];
    long unknown;

    ThreadState(WindowLearner window) {
      this.window = window;
    }
  }

  private final WordVocabulary vocabulary;
  private final WordChunk chunk;
  private final WorkerPool workers;
  private final List<ThreadState> threadStates;
  private long words;

  ChunkLearner(
      SkipGramConfig config,
      Supplier<Kernel> kernel,
      WordVocabulary vocabulary,
      EmbeddingTable inputs,
      EmbeddingTable contexts) {
    this.vocabulary = vocabulary;
    this.chunk = new WordChunk(config.capacity());
    this.workers = new WorkerPool("word-vectors", config.threads());
    this.threadStates =
        Stream.generate(() ->
                new ThreadState(
                    new WindowLearner(config, kernel.get(), inputs, contexts, vocabulary.noise())))
            .limit(config.threads())
            .toList();
  }

  /** Adds a run of words; learns from the chunk first if the run does not fit into it. */
  void add(List<String> run, long seed) {
    if (!chunk.fits(run.size())) {
      flush();
    }
    chunk.add(run, seed);
  }

  /** Learns from the runs that were added. */
  void flush() {
    lookUp();
    if (vocabulary.evictUnlessFits(unknownWords())) {
      lookUp();
    }
    countWords();
    workers.forEachChunk(
        chunk.runs(),
        RUNS_PER_TURN,
        (worker, from, to) -> {
          for (int run = from; run < to; run++) {
            learn(threadStates.get(worker), run);
          }
        });
    chunk.clear();
  }

  private void lookUp() {
    workers.forEachChunk(
        chunk.runs(),
        RUNS_PER_TURN,
        (_, from, to) -> {
          for (int run = from; run < to; run++) {
            lookUp(run);
          }
        });
  }

  private void lookUp(int run) {
    for (int at = chunk.begin(run); at < chunk.end(run); at++) {
      chunk.slot(at, vocabulary.slotOf(chunk.word(at)));
    }
  }

  private int unknownWords() {
    int unknown = 0;
    for (int at = 0; at < chunk.length(); at++) {
      unknown += chunk.slot(at) < 0 ? 1 : 0;
    }
    return unknown;
  }

  private void countWords() {
    for (int at = 0; at < chunk.length(); at++) {
      int slot = chunk.slot(at);
      if (slot >= 0) {
        vocabulary.countOccurrence(slot);
      } else {
        chunk.slot(at, vocabulary.countNewWord(chunk.word(at)));
      }
    }
    words += chunk.length();
    vocabulary.finishCounting(words);
  }

  private void learn(ThreadState worker, int run) {
    var random = new SplitMix64(chunk.seed(run));
    int length = 0;
    for (int at = chunk.begin(run); at < chunk.end(run); at++) {
      int slot = chunk.slot(at);
      int row = slot < 0 ? -1 : vocabulary.rowIn(slot);
      if (row < 0) {
        worker.unknown++;
      } else if (Subsampling.isKept(vocabulary.keepThresholdIn(slot), random)) {
        worker.rows[length++] = row;
      }
    }
    worker.window.learn(worker.rows, length, random);
  }

  /** Words counted, repeats included. */
  long words() {
    return words;
  }

  /** Words left out because they had no vector. */
  long unknown() {
    return threadStates.stream().mapToLong(worker -> worker.unknown).sum();
  }

  /** Pairs of target and context word learned from. */
  long pairs() {
    return threadStates.stream().mapToLong(worker -> worker.window.pairs()).sum();
  }

  /** The sum of the pairs' losses, nats, estimated from one pair in 64. */
  double loss() {
    double sum = 0;
    for (ThreadState worker : threadStates) {
      sum += worker.window.loss();
    }
    return sum;
  }

  /** Continues the sums of a restored model. */
  void restore(long words, long unknown, long pairs, double loss) {
    this.words = words;
    threadStates.getFirst().unknown = unknown;
    threadStates.getFirst().window.restore(loss, pairs);
  }

  @Override
  public void close() {
    workers.close();
  }
}
