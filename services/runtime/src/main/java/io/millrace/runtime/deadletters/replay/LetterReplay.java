package io.millrace.runtime.deadletters.replay;

import io.millrace.runtime.administration.RefusedException;
import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.deadletters.replay.LetterStates.State;
import io.millrace.runtime.deadletters.replay.ReplaySummary.Outcome;
import io.millrace.schemas.input.InputDecoder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;

/**
 * Sends selected dead letters again. A round takes at most {@link #ROUND} letters, so that memory
 * stays bounded. Its steps:
 *
 * <ol>
 *   <li>Reads letters, and keeps of those that may be sent only coordinates and a digest of the
 *       key.
 *   <li>Reads their topics, and leaves out those that would undo a newer record.
 *   <li>Reads the letters again, and sends the others in transactions of a few megabytes. Before
 *       each, looks once more for what has come to their topics meanwhile.
 * </ol>
 */
final class LetterReplay {

  /** Letters of a round; each is kept in about 200 bytes. */
  static final int ROUND = 100_000;

  private static final int MOST_IN_TRANSACTION = 500;
  private static final long MOST_BYTES_IN_TRANSACTION = 16 << 20;

  /**
   * What is to be done with the letters.
   *
   * @param selected by the command line
   * @param again whether also those that were sent again before
   * @param superseded whether also those that would undo a newer record
   * @param compacted the full names of compacted topics
   * @param topicIds the present ids of topics by their full names
   * @param prefix of all topics
   */
  record Plan(
      Predicate<Letter> selected,
      boolean again,
      boolean superseded,
      Set<String> compacted,
      Map<String, String> topicIds,
      String prefix) {}

  private final LetterReader letters;
  private final NewerRecords newer;
  private final Optional<ReplayTransactions> transactions;
  private final Plan plan;
  private final ReplaySummary summary;

  /**
   * A replay.
   *
   * @param transactions empty for a dry run
   */
  LetterReplay(
      LetterReader letters,
      NewerRecords newer,
      Optional<ReplayTransactions> transactions,
      Plan plan,
      ReplaySummary summary) {
    this.letters = letters;
    this.newer = newer;
    this.transactions = transactions;
    this.plan = plan;
    this.summary = summary;
  }

  void run() {
    Map<TopicPartition, Long> from = new HashMap<>(letters.beginnings());
    boolean more = true;
    while (more) {
      Map<TopicPartition, Long> begin = Map.copyOf(from);
      List<ReplayCandidate> candidates = new ArrayList<>();
      more = choose(from, candidates);
      newer.begin(candidates);
      send(begin, new ArrayDeque<>(candidates));
    }
  }

  /** Fills a round; moves on to where the next one begins. Returns whether there is a next one. */
  private boolean choose(Map<TopicPartition, Long> from, List<ReplayCandidate> candidates) {
    letters.forEach(
        "choosing",
        Map.copyOf(from),
        (letter, state) -> {
          var record = letter.record();
          from.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
          if (state != State.RETURNED && plan.selected().test(letter)) {
            Optional<Outcome> leftOut = leftOut(letter, state);
            leftOut.ifPresent(outcome -> summary.add(outcome, line(letter)));
            if (leftOut.isEmpty()) {
              candidates.add(ReplayCandidate.of(letter, plan.topicIds()));
            }
          }
          return candidates.size() < ROUND;
        });
    return candidates.size() == ROUND;
  }

  private Optional<Outcome> leftOut(Letter letter, State state) {
    byte[] value = letter.record().value();
    if (state == State.FORGOTTEN) {
      return Optional.of(Outcome.FORGOTTEN);
    }
    if (state == State.REPLAYED && !plan.again()) {
      return Optional.of(Outcome.REPLAYED);
    }
    // A compressed record can exceed the limit, and of a longer one not all is kept.
    if (letter.record().headers().lastHeader(DeadLetters.CUT) != null
        || (value != null && value.length > InputDecoder.MAX_VALUE_BYTES)) {
      return Optional.of(Outcome.TOO_LARGE);
    }
    return letter.record().key() == null && plan.compacted().contains(letter.topic())
        ? Optional.of(Outcome.KEYLESS)
        : Optional.empty();
  }

  /** Reads the candidates again, in their order, and sends them. */
  private void send(Map<TopicPartition, Long> from, Deque<ReplayCandidate> candidates) {
    List<ReplayTransactions.Sending> chunk = new ArrayList<>();
    List<ReplayCandidate> chosen = new ArrayList<>();
    long[] bytes = {0};
    if (candidates.isEmpty()) {
      return;
    }
    letters.forEach(
        "sending",
        from,
        (letter, _) -> {
          if (isNext(letter, candidates.element())) {
            chosen.add(candidates.remove());
            chunk.add(new ReplayTransactions.Sending(letter, letters.place(letter)));
            byte[] value = letter.record().value();
            bytes[0] += value == null ? 0 : value.length;
          }
          if (candidates.isEmpty()
              || chunk.size() == MOST_IN_TRANSACTION
              || bytes[0] >= MOST_BYTES_IN_TRANSACTION) {
            commit(chunk, chosen);
            bytes[0] = 0;
          }
          return !candidates.isEmpty();
        });
    if (!candidates.isEmpty()) {
      throw new RefusedException(
          "dead letters were deleted while they were read; "
              + summary.count(Outcome.SENT)
              + " records were sent again, which is remembered: run it again");
    }
  }

  private static boolean isNext(Letter letter, ReplayCandidate candidate) {
    return letter.record().partition() == candidate.letterPartition()
        && letter.record().offset() == candidate.letterOffset();
  }

  /** Sends a chunk without those that are superseded by now, and empties it. */
  private void commit(List<ReplayTransactions.Sending> chunk, List<ReplayCandidate> candidates) {
    newer.update();
    List<ReplayTransactions.Sending> sending = new ArrayList<>();
    for (int i = 0; i < chunk.size(); i++) {
      Letter letter = chunk.get(i).letter();
      Optional<String> by =
          plan.superseded() ? Optional.empty() : newer.supersededBy(candidates.get(i));
      by.ifPresent(
          place -> summary.add(Outcome.SUPERSEDED, line(letter) + ", by " + withoutPrefix(place)));
      if (by.isEmpty()) {
        sending.add(chunk.get(i));
      }
    }
    if (!sending.isEmpty()) {
      transactions.ifPresent(it -> it.commit(sending, summary.count(Outcome.SENT)));
    }
    sending.forEach(it -> summary.add(Outcome.SENT, line(it.letter())));
    chunk.clear();
    candidates.clear();
  }

  private String line(Letter letter) {
    return letter.place(plan.prefix())
        + letter.key().map(key -> ", key " + key).orElse(", no key")
        + ": "
        + letter.reason();
  }

  private String withoutPrefix(String place) {
    return place.startsWith(plan.prefix()) ? place.substring(plan.prefix().length()) : place;
  }
}
