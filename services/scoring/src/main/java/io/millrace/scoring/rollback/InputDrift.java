package io.millrace.scoring.rollback;

import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/**
 * A drift of what is scored, found without labels.
 *
 * @param index the population stability index of the window that showed it
 * @param threshold the index above which it is one
 * @param window records of a window
 * @param since the first record of each partition that may have drifted: those of the window that
 *     showed it, and of the one before, of which a part may have
 */
public record InputDrift(
    double index, double threshold, int window, Map<TopicPartition, Long> since) {

  public InputDrift {
    since = Map.copyOf(since);
  }

  /** Where it may have begun, in words: {@code images 0@17, images 2@9}. */
  String place() {
    return since.entrySet().stream()
        .map(
            it -> "%s %d@%d".formatted(it.getKey().topic(), it.getKey().partition(), it.getValue()))
        .sorted()
        .limit(4)
        .collect(Collectors.joining(", "));
  }
}
