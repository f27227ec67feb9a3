package io.millrace.topics;

/**
 * An internal topic of Kafka Streams: a changelog or a repartition topic.
 *
 * @param name the name without prefix
 * @param owner the service that has it
 * @param description one sentence
 */
public record InternalTopic(String name, String owner, String description) {}
