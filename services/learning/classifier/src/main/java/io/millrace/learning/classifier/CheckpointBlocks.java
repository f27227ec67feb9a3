package io.millrace.learning.classifier;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a classifier needs to continue besides its weights, as named blocks, little-endian. {@code
 * rows/NNNNNN} has for each of its rows the count (-1: free), and for a row in use the batch that
 * last had the term and the optimizer's state; only blocks with a changed row are written. {@code
 * dense/NNNNNN} together are the optimizer's state of the other layers.
 */
final class CheckpointBlocks {

  private static final String ROWS = "rows";
  private static final String DENSE = "dense";
  private static final int MAX_BLOCK_BYTES = 512 * 1024;
  private static final int MAX_BLOCK_ROWS = 1_024;
  private static final int ROW_BYTES = Integer.BYTES + Long.BYTES;
  private static final int FREE = -1;

  private final TermVocabulary vocabulary;
  private final ClassifierNetwork network;
  private final int rowBytes;
  private final int blockRows;

  CheckpointBlocks(TermVocabulary vocabulary, ClassifierNetwork network) {
    this.vocabulary = vocabulary;
    this.network = network;
    this.rowBytes = ROW_BYTES + network.fc1().stateBytes();
    this.blockRows =
        Integer.highestOneBit(Math.clamp(MAX_BLOCK_BYTES / rowBytes, 1, MAX_BLOCK_ROWS));
  }

  /** The blocks that changed since the last call. */
  SortedMap<String, byte[]> takeChanges() {
    SortedMap<String, byte[]> blocks = new TreeMap<>();
    BitSet changed = vocabulary.changed();
    for (int row = changed.nextSetBit(0); row >= 0; ) {
      int block = row / blockRows;
      blocks.put(name(ROWS, block), rows(block));
      row = changed.nextSetBit((block + 1) * blockRows);
    }
    changed.clear();
    byte[] dense = dense();
    for (int from = 0; from < dense.length; from += MAX_BLOCK_BYTES) {
      int to = Math.min(dense.length, from + MAX_BLOCK_BYTES);
      blocks.put(name(DENSE, from / MAX_BLOCK_BYTES), Arrays.copyOfRange(dense, from, to));
    }
    return blocks;
  }

  private byte[] rows(int block) {
    ByteBuffer out = buffer(blockRows * rowBytes);
    for (int row = block * blockRows; row < (block + 1) * blockRows; row++) {
      if (row >= vocabulary.limit() || !vocabulary.isRowUsed(row)) {
        out.putInt(FREE);
      } else {
        out.putInt(vocabulary.count(row)).putLong(vocabulary.lastSeen(row));
        network.fc1().writeState(row, out);
      }
    }
    return Arrays.copyOf(out.array(), out.position());
  }

  private byte[] dense() {
    ByteBuffer out = buffer(denseBytes());
    network
        .dense()
        .forEach((parameters, rows) -> {
          for (int row = 0; row < rows; row++) {
            parameters.writeState(row, out);
          }
        });
    return out.array();
  }

  private int denseBytes() {
    return network.dense().entrySet().stream()
        .mapToInt(entry -> entry.getKey().stateBytes() * entry.getValue())
        .sum();
  }

  /**
   * Restores a fresh vocabulary and network.
   *
   * @param blocks the newest block of each name
   * @param weights the model file of the same version
   * @throws IllegalArgumentException if the blocks are not whole, or do not belong to the weights
   */
  void restore(SortedMap<String, byte[]> blocks, ClassifierWeights weights) {
    network.restoreDense(weights);
    ByteBuffer dense = buffer(denseBytes());
    List<byte[]> rowBlocks = new ArrayList<>();
    blocks.forEach((name, bytes) -> {
      if (name.equals(name(ROWS, rowBlocks.size()))) {
        rowBlocks.add(bytes);
      } else if (name.startsWith(DENSE + "/") && bytes.length <= dense.remaining()) {
        dense.put(bytes);
      } else {
        throw new IllegalArgumentException(
            "the checkpoint has a block too many for a classifier: " + name);
      }
    });
    restoreDense(dense);
    restoreRows(rowBlocks, weights);
  }

  private void restoreDense(ByteBuffer dense) {
    if (dense.hasRemaining()) {
      throw new IllegalArgumentException("the checkpoint lacks blocks of " + DENSE);
    }
    dense.flip();
    network
        .dense()
        .forEach((parameters, rows) -> {
          for (int row = 0; row < rows; row++) {
            parameters.readState(row, dense);
          }
        });
  }

  private void restoreRows(List<byte[]> rowBlocks, ClassifierWeights weights) {
    Iterator<String> terms = weights.vocabulary().iterator();
    int column = 0;
    for (int block = 0; block < rowBlocks.size(); block++) {
      ByteBuffer in = ByteBuffer.wrap(rowBlocks.get(block)).order(ByteOrder.LITTLE_ENDIAN);
      for (int row = block * blockRows; in.hasRemaining(); row++) {
        int count = in.getInt();
        if (count != FREE) {
          if (!terms.hasNext()) {
            throw new IllegalArgumentException(
                "the checkpoint has more rows than the model has terms");
          }
          vocabulary.restore(row, terms.next(), count, in.getLong());
          int from = column * weights.hidden();
          network.fc1().set(row, Arrays.copyOfRange(weights.fc1(), from, from + weights.hidden()));
          network.fc1().readState(row, in);
          column++;
        }
      }
    }
    if (terms.hasNext()) {
      throw new IllegalArgumentException("the checkpoint lacks blocks of " + ROWS);
    }
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static String name(String table, int block) {
    return String.format(Locale.ROOT, "%s/%06d", table, block);
  }

  /** The blocks named rows and dense in a checkpoint. */
  static SortedMap<String, byte[]> of(Map<String, byte[]> state) {
    SortedMap<String, byte[]> blocks = new TreeMap<>();
    state.forEach((name, bytes) -> {
      if (name.indexOf('/') >= 0) {
        blocks.put(name, bytes);
      }
    });
    return blocks;
  }
}
