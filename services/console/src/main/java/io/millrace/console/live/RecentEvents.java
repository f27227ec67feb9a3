package io.millrace.console.live;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The newest events, for clients that connect again: each has a number, and clients say the last
 * that they have got. Knows what it does not have any more. For one thread at a time.
 */
final class RecentEvents {

  /**
   * About what a prediction takes, and each of its classes; to write each prediction for its length
   * would cost more than it tells.
   */
  private static final int PREDICTION_BYTES = 1024;

  private static final int CLASS_BYTES = 512;

  /** An event that is kept. */
  record Kept(long number, EventType type, ObjectNode json, long bytes) {}

  private final MemoryBounds bounds;
  private final String epoch;
  private final ArrayDeque<Kept> events = new ArrayDeque<>();
  private final Map<EventType, Long> lost = new EnumMap<>(EventType.class);
  private long bytes;
  private long number;

  /**
   * Has no events.
   *
   * @param epoch tells the numbers of this process from those of another
   */
  RecentEvents(MemoryBounds bounds, String epoch) {
    this.bounds = bounds;
    this.epoch = epoch;
  }

  /** The id of the last event. */
  String id() {
    return epoch + "-" + number;
  }

  /** The id of an event. */
  String id(Kept event) {
    return epoch + "-" + event.number();
  }

  /** Keeps an event, which is the last one now. */
  void add(EventType type, ObjectNode json) {
    long size = size(type, json);
    events.add(new Kept(++number, type, json, size));
    bytes += size;
    while (!events.isEmpty() && (events.size() > bounds.records() || bytes > bounds.bytes())) {
      Kept oldest = events.remove();
      bytes -= oldest.bytes();
      lost.put(oldest.type(), oldest.number());
    }
  }

  private static long size(EventType type, ObjectNode json) {
    return type == EventType.PREDICTION
        ? PREDICTION_BYTES + CLASS_BYTES * (long) json.path("classes").size()
        : 2L * json.toString().length();
  }

  /** Notes that there was an event which is not kept. */
  void lost(EventType type) {
    lost.put(type, ++number);
  }

  /** Forgets the events about a subject: nobody is to get them any more. */
  void forget(String subject) {
    String id = subject.substring(subject.indexOf('/') + 1);
    events.removeIf(event -> {
      boolean isAbout =
          event.json().path("subject").asText().equals(subject)
              || (event.type() == EventType.DEAD_LETTER
                  && event.json().path("key").asText().equals(id));
      bytes -= isAbout ? event.bytes() : 0;
      return isAbout;
    });
  }

  /**
   * The events of some types after one.
   *
   * @param id of that one
   * @return empty if some are not kept, or the id is not of this process
   */
  Optional<List<Kept>> after(String id, Set<EventType> types) {
    int dash = id.lastIndexOf('-');
    if (dash < 0 || !id.substring(0, dash).equals(epoch) || !id.matches(".*-\\d{1,18}")) {
      return Optional.empty();
    }
    long last = Long.parseLong(id.substring(dash + 1));
    if (last > number || types.stream().anyMatch(it -> lost.getOrDefault(it, 0L) > last)) {
      return Optional.empty();
    }
    return Optional.of(
        events.stream().filter(it -> it.number() > last && types.contains(it.type())).toList());
  }
}
