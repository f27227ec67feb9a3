package io.millrace.learning.text.frequencies;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;

/**
 * A batch of statements of a {@link FrequencyLog}. Not changed once it is made: arrays are not
 * copied, as there is one text for each term of a vocabulary.
 */
public final class FrequencyBlock {

  private final long sequence;
  private final PartitionSummary summary;
  private final byte[][] terms;
  private final long[] counts;

  /**
   * A batch.
   *
   * @param sequence its place in the log, from 0; later batches overrule earlier ones
   * @param summary what the partition says of itself at this moment
   * @param terms the terms that it states in UTF-8, each once; not to be changed
   * @param counts how many of the documents hold each term, 0 included; not to be changed
   */
  public FrequencyBlock(long sequence, PartitionSummary figures, byte[][] terms, long[] counts) {
    if (terms.length != counts.length) {
      throw new IllegalArgumentException(
          "as many counts as terms, was " + counts.length + " for " + terms.length);
    }
    this.sequence = sequence;
    this.summary = figures;
    this.terms = terms;
    this.counts = counts;
  }

  /** Of a partition that has evicted nothing and keeps no time. */
  public FrequencyBlock(long sequence, long documents, List<String> terms, List<Long> counts) {
    this(
        sequence,
        new PartitionSummary(documents, 0, PartitionSummary.NO_STREAM_TIME),
        terms.stream().map(term -> term.getBytes(UTF_8)).toArray(byte[][]::new),
        counts.stream().mapToLong(Long::longValue).toArray());
  }

  /** Its place in the log. */
  public long sequence() {
    return sequence;
  }

  /** What the partition says of itself. */
  public PartitionSummary summary() {
    return summary;
  }

  /** How many terms it states. */
  public int size() {
    return terms.length;
  }

  /** The text in UTF-8 of the term at a place; not to be changed. */
  public byte[] term(int place) {
    return terms[place];
  }

  /** How many documents hold the term at a place. */
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
