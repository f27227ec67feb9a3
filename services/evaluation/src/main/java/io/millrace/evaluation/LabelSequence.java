package io.millrace.evaluation;

import io.millrace.runtime.records.SourceTopic;
import io.millrace.runtime.streams.StoreExpiry;
import io.millrace.runtime.streams.TaskTime;
import io.millrace.schemas.avro.Judgement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;

/**
 * How often the no-change classifier is correct, which names the label before (Bifet et al. 2015,
 * "Efficient online evaluation of big data stream classifiers"). The label before a judged
 * prediction is that of its predecessor: of the predictions judged for the same version and scope
 * whose records lie before it in the same partition of the input, the one nearest to it. So the
 * order is that of the input's log, though labels come in any other.
 *
 * <p>A prediction that is judged late comes between two others, and becomes the predecessor of the
 * later one:
 *
 * <ol>
 *   <li>Find its predecessor, and the one whose predecessor it becomes.
 *   <li>Count it, if it has a predecessor.
 *   <li>Count the later one by its new predecessor instead of its old one.
 * </ol>
 *
 * <p>A record that the same version predicted twice has one place. The newest place of a partition
 * is remembered: a judgement after it, the usual case, needs no look-up, any other one two range
 * look-ups. The store has no cache, which would copy all cached keys of a range. Not thread-safe.
 */
final class LabelSequence {

  /** The label and window of every judged prediction, in the order of their sources. */
  static final String STORE = "label-sequence";

  /** Sorts after the digits of offsets. */
  private static final String END = "~";

  private static final int REMEMBERED = 1_000;

  private final TaskTime time;
  private final TimestampedKeyValueStore<String, String> labels;

  /** The newest place by version, scope and partition of the input; those asked for last. */
  private final Map<String, LatestLabel> newest =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, LatestLabel> eldest) {
          return size() > REMEMBERED;
        }
      };

  /** The newest place of a partition, and its key. */
  private record LatestLabel(String key, WindowLabel place) {}

  /**
   * A change of what the no-change classifier has answered in a window.
   *
   * @param count by how much the predictions with a predecessor become more
   * @param correct by how much those with its label become more, or less
   */
  record Change(WindowKey window, long count, long correct) {}

  /** The label in a window, stored as the window's start, a space, and the label. */
  private record WindowLabel(long windowStartMillis, String label) {

    private static WindowLabel parse(String text) {
      int space = text.indexOf(' ');
      return new WindowLabel(Long.parseLong(text.substring(0, space)), text.substring(space + 1));
    }

    private String text() {
      return windowStartMillis + " " + label;
    }
  }

  LabelSequence(ProcessorContext<?, ?> context, TaskTime time) {
    this.time = time;
    this.labels = context.getStateStore(STORE);
  }

  /** Puts a judged prediction at its place; returns what changes, at most two windows. */
  List<Change> add(Judgement judgement, WindowKey window) {
    var source = judgement.getSource();
    String partition =
        "%s/%s/"
            .formatted(
                window.versionTotal(),
                SourceTopic.key(
                    source.getTopic() + "-" + source.getPartition(), judgement.getSourceTopicId()));
    String key = partition + "%020d".formatted(source.getOffset());
    var place = new WindowLabel(window.windowStartMillis(), judgement.getLabel());
    LatestLabel last = newest.get(partition);
    if (last != null && last.key.compareTo(key) < 0) {
      put(partition, key, place);
      return List.of(new Change(window, 1, isSame(last.place, place.label)));
    }
    if (labels.get(key) != null) {
      return List.of();
    }
    Optional<WindowLabel> before = first(labels.reverseRange(partition, key));
    Optional<WindowLabel> after = first(labels.range(key, partition + END));
    if (after.isEmpty()) {
      put(partition, key, place);
    } else {
      store(key, place);
    }
    return changes(window, place.label, before, after);
  }

  private void put(String partition, String key, WindowLabel place) {
    store(key, place);
    newest.put(partition, new LatestLabel(key, place));
  }

  private void store(String key, WindowLabel place) {
    labels.put(key, ValueAndTimestamp.make(place.text(), time.millis()));
  }

  private static List<Change> changes(
      WindowKey window, String label, Optional<WindowLabel> before, Optional<WindowLabel> after) {
    List<Change> changes = new ArrayList<>();
    before.ifPresent(it -> changes.add(new Change(window, 1, isSame(it, label))));
    after.ifPresent(it ->
        changes.add(
            new Change(
                window.at(it.windowStartMillis),
                before.isPresent() ? 0 : 1,
                isSame(it, label) - before.map(old -> isSame(old, it.label)).orElse(0))));
    return changes;
  }

  /** Removes what was stored up to a time of the task. */
  void evict(long upToMillis) {
    StoreExpiry.evict(labels, upToMillis, () -> {});
    newest.clear();
  }

  private static Optional<WindowLabel> first(
      KeyValueIterator<String, ValueAndTimestamp<String>> iterator) {
    try (iterator) {
      if (!iterator.hasNext()) {
        return Optional.empty();
      }
      KeyValue<String, ValueAndTimestamp<String>> entry = iterator.next();
      return Optional.of(WindowLabel.parse(entry.value.value()));
    }
  }

  private static int isSame(WindowLabel place, String label) {
    return place.label.equals(label) ? 1 : 0;
  }
}
