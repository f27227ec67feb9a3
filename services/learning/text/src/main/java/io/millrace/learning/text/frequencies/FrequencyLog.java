package io.millrace.learning.text.frequencies;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Tells the {@link DocumentFrequencyTable} of one partition to others: a log of batches, each
 * stating the absolute counts of the terms that have changed. The state is what the live batches
 * say, the latest where several state a term. A batch is withdrawn once all that it still says is
 * said again in a later one: the cleaning of a log-structured store (Rosenblum and Ousterhout 1992,
 * "The Design and Implementation of a Log-Structured File System"), oldest first.
 *
 * <p>Cost: a publication states each changed term once and at most {@value #CLEANING} times as many
 * others; a change costs O(1) in the long run, whatever the size of the vocabulary. The live
 * batches state at most about {@value #LIVE} times the vocabulary. Not thread-safe.
 */
public final class FrequencyLog {

  private static final int LIVE = 2;
  private static final int CLEANING = 2;

  /** So much is left to lie: there is no need to clean a small log. */
  private static final int SLACK = 4096;

  /** A batch ends when its terms may have so many bytes; records on topics are larger. */
  private static final int BATCH_BYTES = 524_288;

  /** The length of a term and its count have at most so many. */
  private static final int OVERHEAD_BYTES = 14;

  /** What is sent: batches in their order, then the numbers of those that are withdrawn. */
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
   * Goes on with a log whose batches another has written. What they state is not known here: the
   * first publication states everything anew and withdraws them.
   *
   * @param frequencies the counts, none of them published here yet
   * @param first the sequence number of the oldest live batch
   * @param nextSequence the sequence number that comes next; the same as {@code first} if there is
   *     none
   */
  public FrequencyLog(DocumentFrequencyTable frequencies, long first, long next) {
    this.frequencies = frequencies;
    this.inheritedFrom = first;
    this.inheritedTo = next;
    this.nextSequence = next;
  }

  /** Whether everything has been said. */
  public boolean isUpToDate() {
    return !frequencies.hasChanges() && inheritedFrom == inheritedTo;
  }

  /** The sequence number of the oldest live batch, or the next one if there is none. */
  public long firstSequence() {
    if (inheritedFrom < inheritedTo) {
      return inheritedFrom;
    }
    LiveBlock oldest = live.peekFirst();
    return oldest == null ? nextSequence : oldest.sequence();
  }

  /** The sequence number that comes next. */
  public long nextSequence() {
    return nextSequence;
  }

  /** Says what has changed since the last time: at least one batch. */
  public Publication publish() {
    List<Term> stating = frequencies.drainChanged();
    stating.removeIf(this::needsNoPublication);
    List<Long> withdrawn = new ArrayList<>();
    LongStream.range(inheritedFrom, inheritedTo).forEach(withdrawn::add);
    inheritedFrom = inheritedTo;
    clean(stating, withdrawn);
    return new Publication(toBlocks(stating), withdrawn);
  }

  /** A term that is gone and was never stated, or came again as another, which is stated too. */
  private boolean needsNoPublication(Term term) {
    return term.docFreq == 0
        && (term.publishedIn == Term.NOT_PUBLISHED || frequencies.isCounted(term));
  }

  private void clean(List<Term> stating, List<Long> withdrawn) {
    int limit = (1 + CLEANING) * stating.size();
    while (publishedCounts + stating.size() > LIVE * (long) frequencies.terms() + SLACK
        && stating.size() < limit
        && !live.isEmpty()) {
      LiveBlock oldest = live.removeFirst();
      publishedCounts -= oldest.terms().size();
      withdrawn.add(oldest.sequence());
      for (Term term : oldest.terms()) {
        if (term.publishedIn == oldest.sequence() && !term.changed && term.docFreq > 0) {
          term.changed = true;
          stating.add(term);
        }
      }
    }
  }

  private List<FrequencyBlock> toBlocks(List<Term> stating) {
    List<FrequencyBlock> batches = new ArrayList<>();
    int from = 0;
    do {
      int to = end(stating, from);
      batches.add(toBlock(stating.subList(from, to)));
      from = to;
    } while (from < stating.size());
    return batches;
  }

  private static int end(List<Term> terms, int from) {
    int to = from;
    long bytes = 0;
    while (to < terms.size() && bytes < BATCH_BYTES) {
      bytes += terms.get(to).bytes() + OVERHEAD_BYTES;
      to++;
    }
    return to;
  }

  private FrequencyBlock toBlock(List<Term> stated) {
    long sequence = nextSequence++;
    byte[][] terms = new byte[stated.size()][];
    long[] counts = new long[terms.length];
    for (int place = 0; place < terms.length; place++) {
      Term term = stated.get(place);
      term.changed = false;
      term.publishedIn = sequence;
      terms[place] = term.utf8();
      counts[place] = term.docFreq;
    }
    live.addLast(new LiveBlock(sequence, List.copyOf(stated)));
    publishedCounts += stated.size();
    return new FrequencyBlock(sequence, frequencies.summary(), terms, counts);
  }
}
