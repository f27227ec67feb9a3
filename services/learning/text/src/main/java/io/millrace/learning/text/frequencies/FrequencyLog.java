package io.millrace.learning.text.frequencies;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Publishes the {@link DocumentFrequencyTable} of one partition as a log of blocks. A block has the
 * absolute counts of terms; where several live blocks have a term, the latest one counts. A
 * publication takes these steps:
 *
 * <ol>
 *   <li>Collect the terms whose counts have changed.
 *   <li>Clean: while the live blocks have more than {@value #LIVE} times the vocabulary, withdraw
 *       the oldest block and collect the terms that no later block has.
 *   <li>Write the collected terms into new blocks.
 * </ol>
 *
 * <p>This is the cleaning of a log-structured store (Rosenblum and Ousterhout 1992, "The Design and
 * Implementation of a Log-Structured File System").
 *
 * <p>Cost: a publication has each changed term once and at most {@value #CLEANING} times as many
 * others; a change costs O(1) in the long run, whatever the size of the vocabulary. Not
 * thread-safe.
 */
public final class FrequencyLog {

  private static final int LIVE = 2;
  private static final int CLEANING = 2;

  /** A log with fewer counts than this is not cleaned. */
  private static final int SLACK = 4096;

  /** A block ends at this size; records on topics may be larger. */
  private static final int BLOCK_BYTES = 524_288;

  /** The most bytes of a term's length and count. */
  private static final int OVERHEAD_BYTES = 14;

  /**
   * What is to be sent: new blocks in their order, then the sequence numbers of those withdrawn.
   */
  public record Publication(List<FrequencyBlock> blocks, List<Long> withdrawn) {
    public Publication {
      blocks = List.copyOf(blocks);
      withdrawn = List.copyOf(withdrawn);
    }
  }

  private record LiveBlock(long sequence, List<Term> terms) {}

  private final DocumentFrequencyTable frequencies;
  private final Deque<LiveBlock> live = new ArrayDeque<>();
  private long inheritedFrom;
  private long inheritedTo;
  private long publishedCounts;
  private long nextSequence;

  /**
   * Continues a log whose blocks another owner has written. Their content is not known here: the
   * first publication has all counts, and withdraws them.
   *
   * @param frequencies the counts
   * @param first the sequence number of the oldest live block
   * @param next the next sequence number; the same as {@code first} if there is no block
   */
  public FrequencyLog(DocumentFrequencyTable frequencies, long first, long next) {
    this.frequencies = frequencies;
    this.inheritedFrom = first;
    this.inheritedTo = next;
    this.nextSequence = next;
  }

  /** Whether everything is published. */
  public boolean isUpToDate() {
    return !frequencies.hasChanges() && inheritedFrom == inheritedTo;
  }

  /** The sequence number of the oldest live block, or the next one if there is none. */
  public long firstSequence() {
    if (inheritedFrom < inheritedTo) {
      return inheritedFrom;
    }
    LiveBlock oldest = live.peekFirst();
    return oldest == null ? nextSequence : oldest.sequence();
  }

  /** The next sequence number. */
  public long nextSequence() {
    return nextSequence;
  }

  /** Publishes what has changed since the last time; at least one block. */
  public Publication publish() {
    List<Term> collected = frequencies.drainChanged();
    collected.removeIf(this::needsNoPublication);
    List<Long> withdrawn = new ArrayList<>();
    LongStream.range(inheritedFrom, inheritedTo).forEach(withdrawn::add);
    inheritedFrom = inheritedTo;
    clean(collected, withdrawn);
    return new Publication(toBlocks(collected), withdrawn);
  }

  /**
   * Whether a term has gone without being published, or came again as another that is published.
   */
  private boolean needsNoPublication(Term term) {
    return term.docFreq == 0
        && (term.publishedIn == Term.NOT_PUBLISHED || frequencies.isCounted(term));
  }

  private void clean(List<Term> collected, List<Long> withdrawn) {
    int limit = (1 + CLEANING) * collected.size();
    while (publishedCounts + collected.size() > LIVE * (long) frequencies.terms() + SLACK
        && collected.size() < limit
        && !live.isEmpty()) {
      LiveBlock oldest = live.removeFirst();
      publishedCounts -= oldest.terms().size();
      withdrawn.add(oldest.sequence());
      for (Term term : oldest.terms()) {
        if (term.publishedIn == oldest.sequence() && !term.changed && term.docFreq > 0) {
          term.changed = true;
          collected.add(term);
        }
      }
    }
  }

  private List<FrequencyBlock> toBlocks(List<Term> collected) {
    List<FrequencyBlock> blocks = new ArrayList<>();
    int from = 0;
    do {
      int to = end(collected, from);
      blocks.add(toBlock(collected.subList(from, to)));
      from = to;
    } while (from < collected.size());
    return blocks;
  }

  private static int end(List<Term> terms, int from) {
    int to = from;
    long bytes = 0;
    while (to < terms.size() && bytes < BLOCK_BYTES) {
      bytes += terms.get(to).bytes() + OVERHEAD_BYTES;
      to++;
    }
    return to;
  }

  private FrequencyBlock toBlock(List<Term> published) {
    long sequence = nextSequence++;
    byte[][] terms = new byte[published.size()][];
    long[] counts = new long[terms.length];
    for (int place = 0; place < terms.length; place++) {
      Term term = published.get(place);
      term.changed = false;
      term.publishedIn = sequence;
      terms[place] = term.utf8();
      counts[place] = term.docFreq;
    }
    live.addLast(new LiveBlock(sequence, List.copyOf(published)));
    publishedCounts += published.size();
    return new FrequencyBlock(sequence, frequencies.summary(), terms, counts);
  }
}
