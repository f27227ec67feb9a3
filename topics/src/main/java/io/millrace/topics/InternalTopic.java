package io.millrace.topics;

import java.util.Map;

/**
 * An internal topic of Kafka Streams: a changelog or a repartition topic.
 *
 * @param name the name without prefix
 * @param owner the service that has it
 * @param description one sentence
 */
public record InternalTopic(String name, String owner, String description) {

  /** Whether a topic is a repartition topic, by its full name. */
  public static boolean isRepartition(String name) {
    return name.endsWith("-repartition");
  }

  /** The settings of repartition topics, beside those that Kafka Streams gives them. */
  public static Map<String, String> repartitionSettings() {
    return Map.of(TopicSpec.TIMESTAMP_TYPE, TopicSpec.APPEND_TIME);
  }
}
