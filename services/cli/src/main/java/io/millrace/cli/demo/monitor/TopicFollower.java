package io.millrace.cli.demo.monitor;

import io.millrace.cli.kafka.ByteClients;
import io.millrace.runtime.lifecycle.RootCause;
import io.millrace.runtime.settings.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads topics on a thread of its own, committed records only. */
public final class TopicFollower implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TopicFollower.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(5);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Consumer<ConsumerRecord<byte[], byte[]>> listener;
  private final Thread thread;
  private volatile boolean closing;
  private volatile String failure = "";

  private TopicFollower(
      KafkaConsumer<byte[], byte[]> consumer, Consumer<ConsumerRecord<byte[], byte[]>> listener) {
    this.consumer = consumer;
    this.listener = listener;
    this.thread = Thread.ofPlatform().daemon().name("demo-follower").unstarted(this::run);
  }

  /**
   * Starts reading from the beginning.
   *
   * @param topics their full names; they must exist
   * @param listener receives each record, on the thread of the follower
   */
  public static TopicFollower start(
      Settings settings, List<String> topics, Consumer<ConsumerRecord<byte[], byte[]>> listener) {
    return started(ByteClients.consumer(settings, topics), listener);
  }

  /**
   * Starts reading from the present end: what is written after the call is read.
   *
   * @param topic its full name; it must exist
   * @param listener receives each record, on the thread of the follower
   */
  public static TopicFollower startAtEnd(
      Settings settings, String topic, Consumer<ConsumerRecord<byte[], byte[]>> listener) {
    KafkaConsumer<byte[], byte[]> consumer = ByteClients.consumer(settings, List.of(topic));
    try {
      consumer.seekToEnd(consumer.assignment());
      // Otherwise the end is looked up by the first poll, some time later.
      consumer.assignment().forEach(consumer::position);
    } catch (RuntimeException | Error e) {
      consumer.close();
      throw e;
    }
    return started(consumer, listener);
  }

  private static TopicFollower started(
      KafkaConsumer<byte[], byte[]> consumer, Consumer<ConsumerRecord<byte[], byte[]>> listener) {
    var follower = new TopicFollower(consumer, listener);
    follower.thread.start();
    return follower;
  }

  /** The error that ended reading; empty while it goes on. */
  public Optional<String> failure() {
    return failure.isEmpty() ? Optional.empty() : Optional.of(failure);
  }

  @Override
  public void close() {
    closing = true;
    consumer.wakeup();
    try {
      thread.join(STOP_WITHIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try (consumer) {
      while (!closing) {
        consumer.poll(POLL).forEach(listener);
      }
    } catch (WakeupException e) {
      LOG.debug("woken up to stop");
    } catch (Throwable e) {
      failure = RootCause.message(e);
      LOG.error("the demonstration cannot read its topics", e);
    }
  }
}
