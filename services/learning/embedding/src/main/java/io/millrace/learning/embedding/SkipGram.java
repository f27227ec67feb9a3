package io.millrace.learning.embedding;

import io.millrace.learning.core.Fnv1a;
import io.millrace.learning.core.SplitMix64;
import io.millrace.learning.embedding.checkpoint.PublishedWord;
import io.millrace.learning.embedding.checkpoint.SkipGramChanges;
import io.millrace.learning.embedding.checkpoint.SkipGramState;
import io.millrace.learning.embedding.kernel.Kernel;
import io.millrace.learning.embedding.neighbours.ExactVectorIndex;
import io.millrace.learning.embedding.neighbours.Neighbour;
import io.millrace.learning.embedding.table.EmbeddingTable;
import io.millrace.learning.embedding.vocabulary.WordVocabulary;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Learns word vectors from a stream in one pass, new words included: Skip-Gram or CBOW with
 * negative sampling (Mikolov et al. 2013, "Distributed Representations of Words and Phrases and
 * their Compositionality"), made incremental by Kaji and Kobayashi 2017 ("Incremental Skip-gram
 * Model with Negative Sampling"): the noise distribution and the subsampling of frequent words come
 * from running counts, and the vocabulary is bounded ({@link WordVocabulary}). The published
 * vectors are word2vec's input vectors: those of words as context.
 *
 * <p>{@link #learn} does the following with a batch of documents:
 *
 * <ol>
 *   <li>Each document is cut into runs of at most 1,000 words, and each run gets a seed for all
 *       that is random in it, drawn in the order of the documents.
 *   <li>Runs are collected into chunks ({@link WordChunk}); a chunk that is full, and the last one
 *       of the batch, is learned from:
 *   <li>All words are looked up. Where new words do not fit into the vocabulary, it evicts the
 *       rarest words, and all are looked up again.
 *   <li>All words are counted, in their order. Words that have reached the least count get a row in
 *       both tables. The counted words get new weights in the noise distribution and new keep
 *       probabilities.
 *   <li>Words without a row are left out of their run, and frequent words at random.
 *   <li>Each remaining word is a target in turn: it is predicted from its context words, against
 *       noise words, and an update moves the rows of all of them ({@link WindowLearner}).
 * </ol>
 *
 * <p>With one thread the model is a function of configuration, seed and the documents in their
 * batches: equal ones give equal bytes. {@link #takeChanges} returns the state as named parts, only
 * those that changed; {@link #restore} continues from them as if learning had never stopped.
 * O(window · (1 + negatives) · dimensions) a word. Not thread-safe.
 *
 * {@snippet :
 * try (var model = new SkipGram(SkipGramConfig.defaults(), 42)) {
 *   model.learn(documents); // List<List<String>>, each document's words in their order
 *   List<Neighbour> nearest = model.nearest("ship", 5);
 * }
 * }
 */
public final class SkipGram implements AutoCloseable {

  private static final int FORMAT = 4;
  private static final int SUMMARY_BYTES = 3 * Integer.BYTES + 8 * Long.BYTES;

  private final SkipGramConfig config;
  private final long seed;
  private final SplitMix64 random;
  private final WordVocabulary vocabulary;
  private final EmbeddingTable inputs;
  private final EmbeddingTable contexts;
  private final ChunkLearner learner;
  private final SkipGramState state;
  private long documents;

  /** A model that has learned nothing, on the fastest kernel of this process. */
  public SkipGram(SkipGramConfig config, long seed) {
    this(config, seed, SplitMix64.mix(seed), Kernel::fastest);
  }

  SkipGram(SkipGramConfig config, long seed, long randomState, Supplier<Kernel> kernel) {
    this.config = config;
    this.seed = seed;
    this.random = new SplitMix64(randomState);
    this.inputs = table(config);
    this.contexts = table(config);
    this.vocabulary =
        new WordVocabulary(
            config.capacity(),
            config.headroom(),
            config.minCount(),
            config.sample(),
            new RowLifecycle());
    this.state = new SkipGramState(config.dimensions(), vocabulary, inputs, contexts);
    this.learner = new ChunkLearner(config, kernel, vocabulary, inputs, contexts);
  }

  private static EmbeddingTable table(SkipGramConfig config) {
    return new EmbeddingTable(
        config.dimensions(),
        config.learningRate(),
        config.adagradDecay(),
        config.adagradMinWindow());
  }

  /** Initializes the rows of both tables when a word gets one, and clears them when it loses it. */
  private final class RowLifecycle implements WordVocabulary.RowListener {
    @Override
    public void rowAssigned(int row, String word) {
      inputs.initialise(row, new SplitMix64(seed ^ Fnv1a.hash(word)));
      contexts.clear(row);
      state.rowAssigned(row, word);
    }

    @Override
    public void rowReleased(int row, String word) {
      inputs.clear(row);
      contexts.clear(row);
      state.rowReleased(row, word);
    }
  }

  /**
   * Learns from documents, each the list of its words in their order. With several threads ({@link
   * SkipGramConfig#threads}) the same documents do not give the same bytes.
   */
  public void learn(List<List<String>> batch) {
    for (List<String> document : batch) {
      for (int from = 0; from < document.size(); from += WordChunk.MAX_RUN_WORDS) {
        int to = Math.min(document.size(), from + WordChunk.MAX_RUN_WORDS);
        learner.add(document.subList(from, to), random.nextLong());
      }
    }
    learner.flush();
    documents += batch.size();
  }

  /** A word's vector, {@code float[dimensions]}, a copy; empty if the word has none. */
  public Optional<float[]> vector(String word) {
    int row = vocabulary.rowOf(word);
    return row < 0 ? Optional.empty() : Optional.of(inputs.vector(row));
  }

  /** The count of a word, never too high, too low after evictions; 0 if the word is not counted. */
  public long count(String word) {
    return vocabulary.count(word);
  }

  /** The words with the most similar vectors, the most similar first; none if it has no vector. */
  public List<Neighbour> nearest(String word, int limit) {
    return vector(word)
        .map(vector -> neighbours().nearest(vector, limit, word::equals))
        .orElse(List.of());
  }

  /** An index of all vectors as they are now. */
  public ExactVectorIndex neighbours() {
    Map<String, float[]> vectors = new TreeMap<>();
    for (int row = 0; row < vocabulary.rowLimit(); row++) {
      if (vocabulary.isRowUsed(row)) {
        vectors.put(vocabulary.wordAt(row), inputs.vector(row));
      }
    }
    return ExactVectorIndex.of(vectors);
  }

  /** The statistics of the model's whole life. */
  public SkipGramStats statistics() {
    return new SkipGramStats(
        documents,
        learner.words(),
        learner.unknown(),
        vocabulary.size(),
        vocabulary.rowsInUse(),
        vocabulary.evicted(),
        vocabulary.evictedMass(),
        learner.pairs(),
        learner.loss());
  }

  /**
   * Returns what changed since the last call.
   *
   * @param version the version that the published vectors belong to, higher than the last one
   * @param threshold a vector is published if it moved by more than this share of its length since
   *     it was last published; 0 publishes every one that moved
   */
  public SkipGramChanges takeChanges(long version, double threshold) {
    return state.takeChanges(version, threshold, summary());
  }

  /**
   * Restores a model from the newest part of each name that {@link #takeChanges} returned, and from
   * the published vectors.
   *
   * @param published calls its argument with every published vector in the order of publication; of
   *     each word at least the last one
   * @throws IllegalArgumentException if the parts and vectors are not the whole state of a model
   *     with this configuration
   */
  public static SkipGram restore(
      SkipGramConfig config,
      long seed,
      Map<String, byte[]> parts,
      Consumer<Consumer<PublishedWord>> published) {
    ByteBuffer in = SkipGramState.summary(parts, SUMMARY_BYTES);
    requireEqual("format", FORMAT, in.getInt());
    requireEqual("dimensions", config.dimensions(), in.getInt());
    requireEqual("capacity", config.capacity(), in.getInt());
    var model = new SkipGram(config, seed, in.getLong(), Kernel::fastest);
    model.documents = in.getLong();
    model.learner.restore(in.getLong(), in.getLong(), in.getLong(), in.getDouble());
    model.vocabulary.restoreEvicted(in.getLong(), in.getLong());
    model.state.restore(parts, published);
    return model;
  }

  private byte[] summary() {
    return ByteBuffer.allocate(SUMMARY_BYTES)
        .putInt(FORMAT)
        .putInt(config.dimensions())
        .putInt(config.capacity())
        .putLong(random.state())
        .putLong(documents)
        .putLong(learner.words())
        .putLong(learner.unknown())
        .putLong(learner.pairs())
        .putDouble(learner.loss())
        .putLong(vocabulary.evicted())
        .putLong(vocabulary.evictedMass())
        .array();
  }

  /** Ends the threads that learn. */
  @Override
  public void close() {
    learner.close();
  }

  private static void requireEqual(String what, int configured, int stored) {
    if (configured != stored) {
      throw new IllegalArgumentException(
          "the checkpoint has " + what + " " + stored + ", configured is " + configured);
    }
  }
}
