package io.millrace.runtime.administration;

import io.millrace.runtime.records.RecordDigest;
import io.millrace.schemas.avro.ReadRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Finds a position of a log again in a copy that has other offsets, by the last records before it:
 *
 * <ol>
 *   <li>{@link #add} takes all records of the copy in their order.
 *   <li>If the records before the position occur in the copy exactly once, all of them and side by
 *       side, the position is behind them.
 *   <li>Else some are missing. Those that were found must differ from each other, occur once, and
 *       lie side by side: a copy keeps the order, so whatever else was before the position in the
 *       original lies before them.
 *   <li>Records missing behind the last one that was found may still be copied, or are lost.
 *       Control records among them do not matter: they would be skipped.
 *   <li>In all other cases the position is not certain.
 * </ol>
 *
 * <p>Needs memory for the records before the position alone. Not thread-safe.
 */
final class CopiedPosition {

  /** What was found. */
  sealed interface Result {

    /**
     * The position in the copy.
     *
     * @param offset the next offset to read
     * @param found how many of the records before it the copy has
     * @param lost how many it lacks behind the last one that it has
     */
    record Certain(long offset, int found, int lost) implements Result {}

    /** No position is certain. */
    record Uncertain(String reason) implements Result {}
  }

  /** A record of the copy that is one of those before the position. */
  private record Match(long ordinal, long offset) {}

  private final List<ReadRecord> before;
  private final boolean compacted;
  private final boolean timed;
  private final ArrayDeque<ReadRecord> window = new ArrayDeque<>();
  private final List<List<Match>> matches = new ArrayList<>();
  private long records;
  private int wholeMatches;
  private long wholeEnd;

  /**
   * A search.
   *
   * @param before the last records before the position, in the order of the log
   * @param compacted whether a later record of a key may have replaced an earlier one
   * @param timed whether the records differ by their time alone: then it must be the same
   */
  CopiedPosition(List<ReadRecord> before, boolean compacted, boolean timed) {
    this.before = List.copyOf(before);
    this.compacted = compacted;
    this.timed = timed;
    before.forEach(_ -> matches.add(new ArrayList<>()));
  }

  /** Adds the next record of the copy. */
  void add(ReadRecord record) {
    long ordinal = records++;
    for (int i = 0; i < before.size(); i++) {
      // Two are enough to know that it does not occur once.
      if (isSame(before.get(i), record) && matches.get(i).size() < 2) {
        matches.get(i).add(new Match(ordinal, record.getOffset()));
      }
    }
    window.add(record);
    if (window.size() > before.size()) {
      window.remove();
    }
    if (window.size() == before.size() && isWhole()) {
      wholeMatches++;
      wholeEnd = record.getOffset() + 1;
    }
  }

  private boolean isWhole() {
    Iterator<ReadRecord> copied = window.iterator();
    return before.stream().allMatch(record -> isSame(record, copied.next()));
  }

  private boolean isSame(ReadRecord original, ReadRecord copy) {
    boolean sameTime = original.getTimestamp() == copy.getTimestamp();
    boolean noTime =
        original.getTimestamp() == RecordDigest.APPEND_TIME
            || copy.getTimestamp() == RecordDigest.APPEND_TIME;
    return original.getSha256().equals(copy.getSha256())
        && (timed ? sameTime && !noTime : sameTime || noTime);
  }

  /** The position, if it is certain. */
  Result find() {
    if (before.isEmpty()) {
      return new Result.Uncertain("nothing of it was read, so the copy's beginning may be another");
    }
    if (wholeMatches == 1) {
      return new Result.Certain(wholeEnd, before.size(), 0);
    }
    if (wholeMatches > 1) {
      return new Result.Uncertain(
          "the last %d records that were read occur more than once in the copy"
              .formatted(before.size()));
    }
    int[] found =
        IntStream.range(0, before.size()).filter(i -> !matches.get(i).isEmpty()).toArray();
    if (found.length == 0) {
      return new Result.Uncertain(
          "the copy has none of the last %d records that were read%s"
              .formatted(before.size(), timed ? ", or not with the times of the original" : ""));
    }
    return findPart(found);
  }

  private Result findPart(int[] found) {
    for (int k = 0; k < found.length; k++) {
      if (matches.get(found[k]).size() > 1) {
        return new Result.Uncertain("the copy lacks some of the last records and has others twice");
      }
      boolean sideBySide =
          k == 0
              || match(found[k]).ordinal() == match(found[k - 1]).ordinal() + 1
                  && (compacted || found[k] == found[k - 1] + 1);
      if (!sideBySide) {
        return new Result.Uncertain(
            "the last records that were read do not lie side by side in the copy");
      }
    }
    int last = found[found.length - 1];
    long lost =
        before.subList(last + 1, before.size()).stream()
            .filter(record -> !record.getMarker())
            .count();
    return new Result.Certain(match(last).offset() + 1, found.length, (int) lost);
  }

  private Match match(int i) {
    return matches.get(i).getFirst();
  }
}
