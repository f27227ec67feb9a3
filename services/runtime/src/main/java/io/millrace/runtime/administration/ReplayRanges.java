package io.millrace.runtime.administration;

import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.TopicIds;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.avro.InputRange;
import io.millrace.schemas.avro.ModelManifest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * The part of the log that a replay learns from.
 *
 * @param ranges one for each partition
 * @param notes what does not begin where it was asked to, for people
 */
public record ReplayRanges(List<InputRange> ranges, List<String> notes) {

  /** A place in the log. */
  public sealed interface LogPosition {
    /** The first records at or after a time. */
    record AtTime(Instant time) implements LogPosition {}

    /**
     * Offsets.
     *
     * @param byPartition for partitions that are named
     */
    record Offsets(Map<Integer, Long> byPartition) implements LogPosition {
      public Offsets {
        byPartition = Map.copyOf(byPartition);
      }
    }

    /** An offset of a topic with one partition. */
    record Offset(long offset) implements LogPosition {}
  }

  public ReplayRanges {
    ranges = List.copyOf(ranges);
    notes = List.copyOf(notes);
  }

  /**
   * Finds the ranges.
   *
   * @param live the newest version of the live model: where it has begun and ends, the replay does
   *     so too unless it is said otherwise
   * @throws IncompatibleStateException if there are no such ranges
   */
  public static ReplayRanges find(
      Settings settings, ModelManifest live, Optional<LogPosition> from, Optional<LogPosition> to) {
    if (live.getInputs().isEmpty()) {
      throw new IncompatibleStateException(
          "version %d of %s does not say what it was learned from"
              .formatted(live.getVersion(), live.getModel()));
    }
    try (var consumer = KafkaClients.reader(settings)) {
      return new Search(settings, live, consumer).ranges(from, to);
    }
  }

  private static final class Search {
    private final ModelManifest live;
    private final Consumer<byte[], byte[]> consumer;
    private final String topic;
    private final String id;
    private final List<TopicPartition> partitions;
    private final Map<TopicPartition, Long> begins;
    private final Map<TopicPartition, Long> ends;
    private final List<String> notes = new ArrayList<>();

    Search(Settings settings, ModelManifest live, Consumer<byte[], byte[]> consumer) {
      this.live = live;
      this.consumer = consumer;
      this.topic = live.getInputs().getFirst().getTopic();
      this.id = new TopicIds(settings).apply(topic);
      this.partitions = CommittedReader.partitions(consumer, topic);
      this.begins = consumer.beginningOffsets(partitions);
      this.ends = CommittedReader.ends(settings, partitions, IsolationLevel.READ_COMMITTED);
    }

    ReplayRanges ranges(Optional<LogPosition> from, Optional<LogPosition> to) {
      Map<TopicPartition, Long> starts =
          new TreeMap<>(Comparator.comparingInt(TopicPartition::partition));
      Map<TopicPartition, Long> stops = new HashMap<>();
      for (InputRange range : live.getInputs()) {
        var partition = new TopicPartition(range.getTopic(), range.getPartition());
        starts.put(partition, range.getFrom());
        stops.put(partition, range.getTo());
      }
      from.ifPresent(place -> starts.putAll(offsets(place, "--from")));
      to.ifPresent(place -> stops.putAll(offsets(place, "--to")));
      from.ifPresent(this::noteLaterBeginning);
      // Without --from the ids in the live model's manifest count: its topic may be gone.
      Map<TopicPartition, String> ids = new HashMap<>();
      live.getInputs()
          .forEach(it ->
              ids.put(
                  new TopicPartition(it.getTopic(), it.getPartition()),
                  from.isPresent() ? id : it.getTopicId()));
      List<InputRange> ranges = new ArrayList<>();
      starts.forEach((partition, start) -> {
        long end = Math.min(stops.getOrDefault(partition, start), endOf(partition));
        if (start > end) {
          throw new IncompatibleStateException(
              "partition %d of %s: from offset %d to %d there is nothing"
                  .formatted(partition.partition(), topic, start, end));
        }
        ranges.add(
            new InputRange(
                topic, partition.partition(), start, end, ids.getOrDefault(partition, id)));
      });
      return new ReplayRanges(ranges, notes);
    }

    private long endOf(TopicPartition partition) {
      return ends.getOrDefault(partition, 0L);
    }

    private Map<TopicPartition, Long> offsets(LogPosition place, String option) {
      return switch (place) {
        case LogPosition.Offset(long offset) -> {
          if (partitions.size() != 1) {
            throw new IncompatibleStateException(
                "%s has %d partitions: give %s PARTITION:OFFSET, or a time"
                    .formatted(topic, partitions.size(), option));
          }
          yield Map.of(partitions.getFirst(), offset);
        }
        case LogPosition.Offsets(Map<Integer, Long> byPartition) -> {
          Map<TopicPartition, Long> offsets = new HashMap<>();
          byPartition.forEach((partition, offset) -> {
            if (partition >= partitions.size()) {
              throw new IncompatibleStateException(
                  "%s: %s has the partitions 0 to %d"
                      .formatted(option, topic, partitions.size() - 1));
            }
            offsets.put(new TopicPartition(topic, partition), offset);
          });
          yield offsets;
        }
        case LogPosition.AtTime(Instant time) -> at(time);
      };
    }

    private Map<TopicPartition, Long> at(Instant time) {
      Map<TopicPartition, Long> offsets = new HashMap<>();
      found(time)
          .forEach((partition, found) ->
              offsets.put(
                  partition,
                  found.map(OffsetAndTimestamp::offset).orElseGet(() -> endOf(partition))));
      return offsets;
    }

    private Map<TopicPartition, Optional<OffsetAndTimestamp>> found(Instant time) {
      Map<TopicPartition, Long> asked = new HashMap<>();
      partitions.forEach(partition -> asked.put(partition, time.toEpochMilli()));
      Map<TopicPartition, OffsetAndTimestamp> answers = consumer.offsetsForTimes(asked);
      Map<TopicPartition, Optional<OffsetAndTimestamp>> found = new HashMap<>();
      partitions.forEach(
          partition -> found.put(partition, Optional.ofNullable(answers.get(partition))));
      return found;
    }

    /** Deleted records have no times any more: whether some are missing, nobody can say. */
    private void noteLaterBeginning(LogPosition from) {
      if (!(from instanceof LogPosition.AtTime(Instant time))) {
        return;
      }
      found(time)
          .forEach((partition, first) ->
              first.ifPresent(it -> {
                long begin = begins.getOrDefault(partition, 0L);
                if (begin > 0 && it.offset() == begin && it.timestamp() > time.toEpochMilli()) {
                  notes.add(
                      "the log of partition %d of %s begins only at %s (offset %d): earlier records are deleted"
                          .formatted(
                              partition.partition(),
                              topic,
                              Instant.ofEpochMilli(it.timestamp()),
                              begin));
                }
              }));
    }
  }
}
