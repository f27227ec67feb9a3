package io.millrace.runtime.records;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Which incarnation of a topic the source coordinates of a record belong to: a header with the ids
 * of cluster and topic. A topic that was deleted and created again has another id, and its offsets
 * begin anew.
 */
public final class SourceTopic {

  /** The header's name. */
  public static final String HEADER = "millrace-source-topic-id";

  private static final int MAX_LENGTH = 200;
  private static final char SEPARATOR = '@';

  private SourceTopic() {}

  /** Adds an id, or replaces it; an empty one is left out. */
  public static void put(Headers headers, String id) {
    headers.remove(HEADER);
    if (!id.isEmpty()) {
      headers.add(HEADER, id.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** The id; empty if the record has none, as those of earlier builds. */
  public static String of(@Nullable Headers headers) {
    return EventHeaders.text(headers, HEADER).filter(id -> id.length() <= MAX_LENGTH).orElse("");
  }

  /**
   * A key that tells the incarnations of a topic apart; without an id, the key of earlier builds.
   */
  public static String key(String key, String id) {
    return id.isEmpty() ? key : key + SEPARATOR + id;
  }

  /** The id in a key of {@link #key}, of which the key before has no {@code @}. */
  public static String idIn(String key) {
    int at = key.indexOf(SEPARATOR);
    return at < 0 ? "" : key.substring(at + 1);
  }
}
