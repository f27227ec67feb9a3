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
 * What goes out of a model and comes back: words to be published, and the parts of a checkpoint
 * that hold all else. See docs/design-embedding.md, "State". Not thread-safe.
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

  /** A word has got a row. */
  public void rowAssigned(int row, String word) {
    published.forget(row);
    evicted.remove(word);
  }

  /** A word has lost its row. */
  public void rowReleased(int row, String word) {
    published.forget(row);
    evicted.add(word);
  }

  /**
   * Tells what changed since the last call, and marks this moment as the next beginning.
   *
   * @param version what is published is part of
   * @param threshold a vector is published if it moved by more than this share of its length
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
   * The model's own summary among the parts of a state, which counts the others.
   *
   * @throws IllegalArgumentException if it is not there or has another length
   */
  public static ByteBuffer summary(Map<String, byte[]> parts, int bytes) {
    byte[] summary = parts.get(SUMMARY);
    if (summary == null || summary.length != bytes + Integer.BYTES) {
      throw new IllegalArgumentException("the state has no part summary that can be read");
    }
    ByteBuffer in = ByteBuffer.wrap(summary);
    int count = in.getInt();
    if (count != parts.size()) {
      throw new IllegalArgumentException(
          "the state has %d parts, its summary says %d".formatted(parts.size(), count));
    }
    return in;
  }

  /**
   * Takes all from the parts of a state and what was published.
   *
   * @param topic calls its argument with what was published, at least the last record of each word
   * @throws IllegalArgumentException if these are not a whole state
   */
  public void restore(Map<String, byte[]> parts, Consumer<Consumer<PublishedWord>> topic) {
    new TreeMap<>(parts).forEach(this::restorePart);
    vocabulary.rebuildIndex(slotRows.positions());
    topic.accept(this::restoreVector);
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
      throw new IllegalArgumentException("no part of a Skip-Gram model: " + name);
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
          "the vectors of %d words do not stand where they were published, like that of %s"
              .formatted(missing, example));
    }
  }
}
