package io.millrace.learning.text.frequencies;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;

/**
 * A block of a {@link FrequencyLog}: document frequencies of some terms. Immutable; its arrays are
 * not copied, since there is one text for each term of a vocabulary.
 */
public final class FrequencyBlock {

  private final long sequence;
  private final PartitionSummary summary;
  private final byte[][] terms;
  private final long[] counts;

  /**
   * A block.
   *
   * @param sequence its number in the log, from 0; later blocks override earlier ones
   * @param summary of the partition at this moment
   * @param terms the terms in UTF-8, each once; must not be changed
   * @param counts df of each term, which may be 0; must not be changed
   */
  public FrequencyBlock(long sequence, PartitionSummary figures, byte[][] terms, long[] counts) {
    if (terms.length != counts.length) {
      throw new IllegalArgumentException(
          "there must be one count for each term, was " + counts.length + " for " + terms.length);
    }
    this.sequence = sequence;
    this.summary = figures;
    this.terms = terms;
    this.counts = counts;
  }

  /** A block of a partition that has evicted nothing and keeps no stream time. */
  public FrequencyBlock(long sequence, long documents, List<String> terms, List<Long> counts) {
    this(
        sequence,
        new PartitionSummary(documents, 0, PartitionSummary.NO_STREAM_TIME),
        terms.stream().map(term -> term.getBytes(UTF_8)).toArray(byte[][]::new),
        counts.stream().mapToLong(Long::longValue).toArray());
  }

  /** The number in the log. */
  public long sequence() {
    return sequence;
  }

  /** The summary of the partition. */
  public PartitionSummary summary() {
    return summary;
  }

  /** How many terms it has. */
  public int size() {
    return terms.length;
  }

  /** The text in UTF-8 of the term at a place; must not be changed. */
  public byte[] term(int place) {
    return terms[place];
  }

  /** df of the term at a place. */
  public long count(int place) {
    return counts[place];
  }

  /** The texts of the terms. */
  public List<String> terms() {
    return Arrays.stream(terms).map(term -> new String(term, UTF_8)).toList();
  }

  /** The counts of the terms. */
  public List<Long> counts() {
    return Arrays.stream(counts).boxed().toList();
  }

  /** How many live documents there are. */
  public long documents() {
    return summary.documents();
  }
}
