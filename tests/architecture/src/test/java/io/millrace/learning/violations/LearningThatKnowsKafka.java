package io.millrace.learning.violations;

import org.apache.kafka.clients.consumer.Consumer;

/** A learner that reads topics itself. */
public final class LearningThatKnowsKafka {

  Consumer<byte[], byte[]> examples;
}
