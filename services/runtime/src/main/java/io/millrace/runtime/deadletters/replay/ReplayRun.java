package io.millrace.runtime.deadletters.replay;

import io.millrace.runtime.administration.RefusedException;
import io.millrace.runtime.deadletters.replay.LetterStates.State;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.KafkaFutures;
import io.millrace.runtime.kafka.TopicIds;
import io.millrace.runtime.settings.Settings;
import io.millrace.topics.Catalogue;
import io.millrace.topics.TopicSpec;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;

/**
 * A replay from its beginning to its end, whoever asks for it.
 *
 * @param dryRun whether nothing is sent, and only counted
 * @param again whether also letters that were sent again before
 * @param superseded whether also letters that would undo a newer record
 * @param progress is told how far it is
 */
public record ReplayRun(
    boolean dryRun, boolean again, boolean superseded, ReadingProgress progress) {

  /**
   * Sends letters again.
   *
   * @param selection which ones, once all were read
   * @return what was done with each
   * @throws RefusedException if it cannot be done; what was sent before is remembered
   */
  public ReplaySummary of(Settings settings, Function<LetterReader, Predicate<Letter>> selection) {
    var summary = new ReplaySummary(dryRun);
    String prefix = settings.topics().prefix();
    Set<String> compacted = names(prefix, TopicSpec::compacted);
    // First the transactional id: what another replay commits after this would not be seen.
    Optional<ReplayTransactions> transactions =
        dryRun ? Optional.empty() : Optional.of(ReplayTransactions.begin(settings));
    try (var letters = LetterReader.open(settings, progress);
        var newer = new NewerRecords(settings, compacted, progress)) {
      Predicate<Letter> selected = selection.apply(letters);
      requireKnownTopics(prefix, letters, selected);
      var plan =
          new LetterReplay.Plan(
              selected, again, superseded, compacted, topicIds(settings, prefix), prefix);
      new LetterReplay(letters, newer, transactions, plan, summary).run();
    } finally {
      transactions.ifPresent(ReplayTransactions::close);
    }
    return summary;
  }

  private static void requireKnownTopics(
      String prefix, LetterReader letters, Predicate<Letter> selected) {
    Set<String> known = names(prefix, _ -> true);
    letters.forEach(
        "checking their topics",
        (letter, state) -> {
          if (state == State.OPEN && selected.test(letter) && !known.contains(letter.topic())) {
            throw new RefusedException(
                ("the dead letter %s is from a topic that is not in the catalogue, so nothing was"
                        + " sent: leave it out, by --topic or --where")
                    .formatted(letter.place(prefix)));
          }
          return true;
        });
  }

  /** Of the topics that exist. */
  private static Map<String, String> topicIds(Settings settings, String prefix) {
    try (Admin admin = KafkaClients.admin(settings)) {
      Set<String> existing = new TreeSet<>(KafkaFutures.await(admin.listTopics().names()));
      existing.retainAll(names(prefix, _ -> true));
      return TopicIds.of(admin, existing);
    }
  }

  private static Set<String> names(String prefix, Predicate<TopicSpec> which) {
    return Catalogue.load().topics().stream()
        .filter(which)
        .map(topic -> prefix + topic.name())
        .collect(Collectors.toSet());
  }
}
