package io.millrace.search;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Up to where an index has read {@code document-vectors}. It is kept with each commit of the index,
 * so that both are always of the same moment.
 *
 * @param topic the ids of cluster and topic, see {@link VectorTopic}
 * @param next the offset of the next record of each partition
 * @param caughtUpAtMillis when the index last had all records, or was created: milliseconds since
 *     1970
 */
record IndexCheckpoint(String topic, Map<Integer, Long> next, long caughtUpAtMillis) {

  /** An index of another format is rebuilt. */
  private static final String FORMAT = "1";

  private static final String OFFSET = "offset.";

  IndexCheckpoint {
    next = Map.copyOf(next);
  }

  /** As commit data of the index. */
  Map<String, String> toMap() {
    Map<String, String> map = new TreeMap<>();
    map.put("format", FORMAT);
    map.put("log", topic);
    map.put("complete.at", Long.toString(caughtUpAtMillis));
    next.forEach((partition, offset) -> map.put(OFFSET + partition, Long.toString(offset)));
    return map;
  }

  /** Reads commit data; empty if there is none or it cannot be read. */
  static Optional<IndexCheckpoint> from(Map<String, String> map) {
    String topic = map.get("log");
    if (topic == null || !FORMAT.equals(map.get("format"))) {
      return Optional.empty();
    }
    try {
      Map<Integer, Long> next = new HashMap<>();
      map.forEach((name, value) -> {
        if (name.startsWith(OFFSET)) {
          next.put(Integer.parseInt(name.substring(OFFSET.length())), Long.parseLong(value));
        }
      });
      long completeAt = Long.parseLong(map.getOrDefault("complete.at", ""));
      return Optional.of(new IndexCheckpoint(topic, next, completeAt));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
