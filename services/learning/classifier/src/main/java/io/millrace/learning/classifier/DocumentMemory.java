package io.millrace.learning.classifier;

import io.millrace.learning.core.ClassBalancedReservoir;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A bounded sample of the documents learned from, to learn from again. {@link
 * ClassBalancedReservoir} decides which are stored; {@link #sample} draws evenly from all that are
 * stored. Equal seeds and documents give equal memories. The state is written as named blocks, only
 * those that changed. Not thread-safe.
 */
public final class DocumentMemory {

  /** Documents with more terms are not stored, so that a block is at most 800 KB long. */
  public static final int MAX_TERMS = 1_000;

  private static final String SUMMARY = "summary";
  private static final int BLOCK_DOCUMENTS = 8;
  private static final int MAX_BLOCK_BYTES = 800_000;
  private static final int MAX_DOCUMENT_BYTES = MAX_BLOCK_BYTES / BLOCK_DOCUMENTS;

  /** Three for a UTF-16 unit, the length of the label, and the number of terms. */
  private static final int MAX_LABEL_BYTES = 3 * NameListCodec.MAX_LABEL_LENGTH + 6;

  private final int capacity;
  private final ClassBalancedReservoir reservoir;
  private final List<LabelledDocument> slots = new ArrayList<>();
  private final BitSet changed = new BitSet();

  /**
   * An empty memory.
   *
   * @param capacity the most documents stored; 0 stores none
   * @throws IllegalArgumentException if the capacity is negative
   */
  public DocumentMemory(int capacity, long seed) {
    this(capacity, new ClassBalancedReservoir(capacity, seed));
  }

  private DocumentMemory(int capacity, ClassBalancedReservoir reservoir) {
    this.capacity = capacity;
    this.reservoir = reservoir;
  }

  /** Documents that are stored. */
  public int size() {
    return slots.size();
  }

  /** Offers a document, which may be stored or not. */
  public void add(LabelledDocument document) {
    if (document.terms().size() == 0
        || document.terms().size() > MAX_TERMS
        || isTooLong(document)) {
      return;
    }
    OptionalInt offered = reservoir.offer(Optional.of(document.label()));
    if (offered.isEmpty()) {
      return;
    }
    int slot = offered.getAsInt();
    if (slot == slots.size()) {
      slots.add(document);
    } else {
      slots.set(slot, document);
    }
    changed.set(slot / BLOCK_DOCUMENTS);
  }

  /**
   * Whether its encoding would be; of most it is clear without one, as no text is twice as long.
   */
  private static boolean isTooLong(LabelledDocument document) {
    int bound = 2 * document.terms().utf8Bytes() + 16 * document.terms().size() + MAX_LABEL_BYTES;
    return bound > MAX_DOCUMENT_BYTES && encode(document).length > MAX_DOCUMENT_BYTES;
  }

  /** Draws a document at random, each with the same probability; at least one must be stored. */
  public LabelledDocument sample() {
    return slots.get(reservoir.random().nextBelow(slots.size()));
  }

  /** The blocks of the state that changed since the last call, by name. */
  public SortedMap<String, byte[]> takeChangedBlocks() {
    SortedMap<String, byte[]> blocks = new TreeMap<>();
    if (capacity > 0) {
      blocks.put(SUMMARY, reservoir.summary());
      changed.stream().forEach(block -> blocks.put(Integer.toString(block), write(block)));
      changed.clear();
    }
    return blocks;
  }

  private byte[] write(int block) {
    var bytes = new ByteArrayOutputStream();
    int from = block * BLOCK_DOCUMENTS;
    int to = Math.min(slots.size(), from + BLOCK_DOCUMENTS);
    slots.subList(from, to).forEach(document -> bytes.writeBytes(encode(document)));
    return bytes.toByteArray();
  }

  private static byte[] encode(LabelledDocument document) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      out.writeUTF(document.label());
      out.writeInt(document.terms().size());
      for (int i = 0; i < document.terms().size(); i++) {
        document.terms().writeTerm(i, out);
        out.writeDouble(document.terms().weight(i));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * Restores a memory from the newest blocks of each name that {@link #takeChangedBlocks} returned;
   * without any, an empty one, as checkpoints of builds without a memory have none.
   *
   * @throws IllegalArgumentException if they are not the state of such a memory
   */
  public static DocumentMemory restore(int capacity, long seed, Map<String, byte[]> blocks) {
    byte[] summary = blocks.get(SUMMARY);
    if (capacity == 0 || summary == null) {
      return new DocumentMemory(capacity, seed);
    }
    List<LabelledDocument> documents = new ArrayList<>();
    int size = ClassBalancedReservoir.sizeOf(summary);
    while (documents.size() < size) {
      read(blocks.get(Integer.toString(documents.size() / BLOCK_DOCUMENTS)), size, documents);
    }
    List<Optional<String>> labels =
        documents.stream().map(document -> Optional.of(document.label())).toList();
    var memory =
        new DocumentMemory(capacity, ClassBalancedReservoir.restore(capacity, summary, labels));
    memory.slots.addAll(documents);
    return memory;
  }

  private static void read(byte @Nullable [] block, int size, List<LabelledDocument> documents) {
    if (block == null) {
      throw new IllegalArgumentException(
          "the checkpoint of the document memory lacks documents from number " + documents.size());
    }
    try (var in = new DataInputStream(new ByteArrayInputStream(block))) {
      int end = Math.min(size, documents.size() + BLOCK_DOCUMENTS);
      while (documents.size() < end) {
        String label = in.readUTF();
        int count = in.readInt();
        var terms = new TermVector.Builder(block.length / BLOCK_DOCUMENTS);
        for (int i = 0; i < count; i++) {
          terms.addTerm(in.readUTF());
          terms.addWeight(in.readDouble());
        }
        documents.add(new LabelledDocument(terms.build(), label));
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("a block of the document memory is damaged", e);
    }
  }
}
