package io.millrace.runtime.batch;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.topics.Topics;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Answers every image and label with its own value on {@code predictions}; a value that begins with
 * an exclamation mark cannot be used, one that begins with a hash is too much.
 */
public final class EchoProcessor implements BatchProcessor {

  private final Topics topics;
  private final Predicate<String> ready;
  private final AtomicInteger answered;
  private final boolean beginsAtEnd;

  public EchoProcessor(Topics topics, Predicate<String> ready) {
    this(topics, ready, new AtomicInteger(), false);
  }

  /** Counts what it has answered; begins at the beginning of the topics, or at their end. */
  EchoProcessor(
      Topics topics, Predicate<String> ready, AtomicInteger answered, boolean beginsAtEnd) {
    this.topics = topics;
    this.ready = ready;
    this.answered = answered;
    this.beginsAtEnd = beginsAtEnd;
  }

  @Override
  public Set<String> topics() {
    return Set.of(topics.images().name(), topics.labels().name());
  }

  @Override
  public boolean beginsAtEnd() {
    return beginsAtEnd;
  }

  @Override
  public boolean ready(String topic) {
    return ready.test(topic);
  }

  @Override
  public List<ProducerRecord<byte[], byte[]>> process(
      String topic, List<ConsumerRecord<byte[], byte[]>> records) {
    List<ProducerRecord<byte[], byte[]>> answers = records.stream().map(this::answer).toList();
    answered.addAndGet(records.size());
    return answers;
  }

  private ProducerRecord<byte[], byte[]> answer(ConsumerRecord<byte[], byte[]> record) {
    return switch (record.value()[0]) {
      case '!' -> DeadLetters.of(topics, "echo", record, "", "an exclamation mark");
      case '#' -> throw new IllegalStateException("too much");
      default -> new ProducerRecord<>(topics.predictions().name(), record.key(), record.value());
    };
  }

  @Override
  public void bindTo(MeterRegistry registry) {}

  @Override
  public void close() {}
}
