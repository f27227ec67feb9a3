package io.millrace.topics;

import java.util.HashMap;
import java.util.Map;

/**
 * How many copies of a topic brokers keep, and how many must have a record before it counts as
 * written.
 *
 * @param factor the number of copies, at least 1; 0 chooses: 3 from three brokers on, else one for
 *     each broker
 * @param minInsync copies that must have a record, at most as many as there are; 0 chooses one less
 *     than there are, at least 1, so that one broker may be down
 */
public record Replication(int factor, int minInsync) {

  /** Chosen by the number of brokers. */
  public static final Replication CHOSEN = new Replication(0, 0);

  /** The setting of the number of copies. */
  public static final String FACTOR = "topics.replication.factor";

  /** The setting of the copies that must have a record. */
  public static final String MIN_INSYNC = "topics.min.insync.replicas";

  private static final String TOPIC_SETTING = "min.insync.replicas";
  private static final int ENOUGH = 3;

  public Replication {
    if (factor < 0 || minInsync < 0) {
      throw new IllegalArgumentException(
          "%s and %s must be >= 0, were %d and %d"
              .formatted(FACTOR, MIN_INSYNC, factor, minInsync));
    }
    if (factor > 0 && minInsync > factor) {
      throw new IllegalArgumentException(
          "%s must be at most %s, %d, was %d: nothing could be written"
              .formatted(MIN_INSYNC, FACTOR, factor, minInsync));
    }
  }

  /**
   * This with both numbers chosen.
   *
   * @param brokers the number of brokers, at least 1
   */
  public Replication on(int brokers) {
    int copies = factor > 0 ? factor : Math.max(1, Math.min(ENOUGH, brokers));
    int needed = minInsync > 0 ? Math.min(minInsync, copies) : Math.max(1, copies - 1);
    return new Replication(copies, needed);
  }

  /**
   * The settings of a topic.
   *
   * @param copies the number of its copies: with fewer than {@code factor}, no more must have a
   *     record than leave one of them free to be down
   */
  Map<String, String> settings(TopicSpec topic, int copies) {
    int needed = copies >= factor ? minInsync : Math.min(minInsync, Math.max(1, copies - 1));
    Map<String, String> settings = new HashMap<>(topic.settings());
    settings.put(TOPIC_SETTING, Integer.toString(needed));
    return settings;
  }

  /** Whether a topic's present setting is worse than the wanted one; more copies are no worse. */
  static boolean differs(String setting, String actual, String wanted) {
    if (setting.equals(TOPIC_SETTING) && actual.matches("\\d{1,5}")) {
      return Integer.parseInt(actual) < Integer.parseInt(wanted);
    }
    return !actual.equals(wanted);
  }
}
