package io.millrace.topics;

/**
 * A topic that Kafka Streams makes for itself.
 *
 * @param name the name without prefix
 * @param owner the service whose it is
 * @param description one sentence
 */
public record InternalTopic(String name, String owner, String description) {}
