package io.millrace.search;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Up to where in {@code document-vectors} an index has taken records in: kept with each of its
 * commits, so that both are always of the same moment.
 *
 * @param log which log it was: the cluster's id and the topic's
 * @param next the offset of the next record of each partition
 * @param caughtUpAtMillis when the index last had all that there was, or was begun: milliseconds
 *     since 1970
 */
record IndexCheckpoint(String log, Map<Integer, Long> next, long caughtUpAtMillis) {

  /** Another form of index is made anew. */
  private static final String FORMAT = "1";

  private static final String OFFSET = "offset.";

  IndexCheckpoint {
    next = Map.copyOf(next);
  }

  /** As it is kept. */
  Map<String, String> toMap() {
    Map<String, String> map = new TreeMap<>();
    map.put("format", FORMAT);
    map.put("log", log);
    map.put("complete.at", Long.toString(caughtUpAtMillis));
    next.forEach((partition, offset) -> map.put(OFFSET + partition, Long.toString(offset)));
    return map;
  }

  /** Reads what was kept; empty if there is nothing, or nothing that is understood. */
  static Optional<IndexCheckpoint> from(Map<String, String> map) {
    String log = map.get("log");
    if (log == null || !FORMAT.equals(map.get("format"))) {
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
      return Optional.of(new IndexCheckpoint(log, next, completeAt));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
