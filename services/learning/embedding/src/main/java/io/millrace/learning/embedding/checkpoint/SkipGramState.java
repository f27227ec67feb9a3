package io.millrace.learning.embedding.checkpoint;

import io.millrace.learning.embedding.table.EmbeddingTable;
import io.millrace.learning.embedding.vocabulary.WordVocabulary;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The state of a model that leaves it at each step and restores it: vectors to publish, and the
 * parts of a checkpoint with all else. See docs/design-embedding.md, "State".
 *
 * <p>{@link #takeChanges}: the input vectors that changed are published if they are due; each table
 * writes the rows that changed into its {@link BlockLog}; a summary counts the parts, so that a
 * missing one is noticed.
 *
 * <p>{@link #restore}:
 *
 * <ol>
 *   <li>All parts are read into the vocabulary and the tables.
 *   <li>The vocabulary's index and the noise distribution are completed.
 *   <li>The published vectors are read; the one that a row expects by version and checksum becomes
 *       the row's vector, where the checkpoint does not have a newer one.
 *   <li>If a row's vector was not found, the state is refused.
 * </ol>
 *
 * <p>Not thread-safe.
 */
public final class SkipGramState {

  private static final String SUMMARY = "summary";
  private static final String WORDS = "words";
  private static final String INPUTS = "inputs";
  private static final String CONTEXTS = "contexts";

  /** Rows in a block: 53 KB at 100 dimensions, at most 535 KB. */
  private static final int BLOCK_ROWS = 128;

  /** Slots in a block: at most 152 KB, commonly 30 KB. */
  private static final int BLOCK_SLOTS = 1_024;

  private final WordVocabulary vocabulary;
  private final EmbeddingTable inputs;
  private final EmbeddingTable contexts;
  private final PublishedRows published;
  private final VocabularySlots slotRows;
  private final InputVectorRows inputRows;
  private final Map<String, BlockLog> logs;
  private final SortedSet<String> evicted = new TreeSet<>();

  public SkipGramState(
      int dimensions, WordVocabulary vocabulary, EmbeddingTable inputs, EmbeddingTable contexts) {
    this.vocabulary = vocabulary;
    this.inputs = inputs;
    this.contexts = contexts;
    this.published = new PublishedRows(dimensions);
    this.slotRows = new VocabularySlots(vocabulary);
    this.inputRows = new InputVectorRows(vocabulary, inputs, published);
    int capacity = vocabulary.capacity();
    int inputBytes = InputVectorRows.maxBytes(dimensions);
    int contextBytes = ContextVectorRows.maxBytes(dimensions);
    var contextRows = new ContextVectorRows(vocabulary, contexts);
    this.logs =
        Map.of(
            WORDS, new BlockLog(WORDS, capacity, BLOCK_SLOTS, VocabularySlots.MAX_BYTES, slotRows),
            INPUTS, new BlockLog(INPUTS, capacity, BLOCK_ROWS, inputBytes, inputRows),
            CONTEXTS, new BlockLog(CONTEXTS, capacity, BLOCK_ROWS, contextBytes, contextRows));
  }

  /** Notes that a word got a row. */
  public void rowAssigned(int row, String word) {
    published.forget(row);
    evicted.remove(word);
  }

  /** Notes that a word lost its row. */
  public void rowReleased(int row, String word) {
    published.forget(row);
    evicted.add(word);
  }

  /**
   * Returns what changed since the last call.
   *
   * @param version the version that the published vectors belong to
   * @param threshold a vector is published if it moved by more than this share of its length
   * @param summary the model's own numbers, for the part named summary
   */
  public SkipGramChanges takeChanges(long version, double threshold, byte[] summary) {
    List<PublishedWord> words = new ArrayList<>();
    double moved = 0;
    int republished = 0;
    for (int row = 0; row < vocabulary.rowLimit(); row++) {
      if (vocabulary.isRowUsed(row) && inputs.changed().isMarked(row)) {
        float[] vector = inputs.vector(row);
        long count = vocabulary.countAt(row);
        boolean known = published.version(row) != PublishedRows.NEVER;
        double distance = known ? published.distance(row, vector) : 0;
        if (published.isDue(row, distance, threshold, count)) {
          var word = new PublishedWord(vocabulary.wordAt(row), vector, count, version);
          published.published(row, word);
          words.add(word);
          moved += distance;
          republished += known ? 1 : 0;
        }
      }
    }
    SortedMap<String, Optional<byte[]>> parts = new TreeMap<>();
    int rows = logs.values().stream().mapToInt(log -> log.takeChanges(parts)).sum();
    parts.put(SUMMARY, Optional.of(counted(summary)));
    var changes = new SkipGramChanges(words, List.copyOf(evicted), parts, rows, moved, republished);
    evicted.clear();
    forgetChanges();
    return changes;
  }

  private byte[] counted(byte[] summary) {
    int count = 1 + logs.values().stream().mapToInt(BlockLog::partCount).sum();
    return ByteBuffer.allocate(Integer.BYTES + summary.length).putInt(count).put(summary).array();
  }

  private void forgetChanges() {
    vocabulary.changedSlots().clear();
    inputs.changed().clear();
    contexts.changed().clear();
  }

  /**
   * Returns the model's own numbers from the part named summary.
   *
   * @param bytes how many bytes of them there must be
   * @throws IllegalArgumentException if the part is missing, has another length, or counts other
   *     parts than there are
   */
  public static ByteBuffer summary(Map<String, byte[]> parts, int bytes) {
    byte[] summary = parts.get(SUMMARY);
    if (summary == null || summary.length != bytes + Integer.BYTES) {
      throw new IllegalArgumentException(
          "the checkpoint's part summary is missing or has another length");
    }
    ByteBuffer in = ByteBuffer.wrap(summary);
    int count = in.getInt();
    if (count != parts.size()) {
      throw new IllegalArgumentException(
          "the checkpoint has %d parts, but its summary says %d".formatted(parts.size(), count));
    }
    return in;
  }

  /**
   * Restores all tables from the parts of a checkpoint and the published vectors.
   *
   * @param publishedVectors calls its argument with the published vectors, at least the last one of
   *     each word
   * @throws IllegalArgumentException if these are not a whole state
   */
  public void restore(
      Map<String, byte[]> parts, Consumer<Consumer<PublishedWord>> publishedVectors) {
    new TreeMap<>(parts).forEach(this::restorePart);
    vocabulary.rebuildIndex(slotRows.positions());
    publishedVectors.accept(this::restoreVector);
    requireAllFound();
    forgetChanges();
    published.overwritten().stream().forEach(inputs.changed()::mark);
  }

  private void restorePart(String name, byte[] bytes) {
    int slash = name.indexOf('/');
    BlockLog log = slash < 0 ? null : logs.get(name.substring(0, slash));
    if (log != null) {
      log.restore(name.substring(slash + 1), bytes);
    } else if (!name.equals(SUMMARY)) {
      throw new IllegalArgumentException(
          "the checkpoint's part " + name + " does not belong to a Skip-Gram model");
    }
  }

  private void restoreVector(PublishedWord word) {
    int row = vocabulary.rowOf(word.word());
    if (row >= 0 && published.verify(row, word) && inputRows.missing().get(row)) {
      inputs.set(row, word.vector());
    }
  }

  private void requireAllFound() {
    int missing = 0;
    String example = "";
    for (int row = 0; row < vocabulary.rowLimit(); row++) {
      if (vocabulary.isRowUsed(row) && !published.isFound(row)) {
        example = "'" + vocabulary.wordAt(row) + "' by version " + published.version(row);
        missing++;
      }
    }
    if (missing > 0) {
      throw new IllegalArgumentException(
          "the published vectors of %d words are missing, such as that of %s"
              .formatted(missing, example));
    }
  }
}
