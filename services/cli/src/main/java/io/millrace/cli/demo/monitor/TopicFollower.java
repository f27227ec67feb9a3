package io.millrace.cli.demo.monitor;

import io.millrace.runtime.settings.Settings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows topics on a thread of its own, from their beginning, committed records only. */
public final class TopicFollower implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TopicFollower.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(5);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Consumer<ConsumerRecord<byte[], byte[]>> listener;
  private final Thread thread;
  private volatile boolean closing;
  private volatile String failure = "";

  private TopicFollower(Settings settings, Consumer<ConsumerRecord<byte[], byte[]>> listener) {
    Map<String, Object> client = new HashMap<>(settings.kafkaClient());
    client.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    client.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    client.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
    this.consumer =
        new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.listener = listener;
    this.thread = Thread.ofPlatform().daemon().name("demo-watch").unstarted(this::run);
  }

  /**
   * Begins to follow.
   *
   * @param topics their full names; they must exist
   * @param listener gets each record, on the thread of the watch
   */
  public static TopicFollower start(
      Settings settings, List<String> topics, Consumer<ConsumerRecord<byte[], byte[]>> listener) {
    var watch = new TopicFollower(settings, listener);
    List<TopicPartition> partitions =
        topics.stream()
            .flatMap(topic -> watch.consumer.partitionsFor(topic).stream())
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    watch.consumer.assign(partitions);
    watch.thread.start();
    return watch;
  }

  /** Why following ended; empty while it goes on. */
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
    } catch (KafkaException | IllegalArgumentException e) {
      failure = String.valueOf(e.getMessage());
      LOG.error("the demonstration cannot follow its topics", e);
    }
  }
}
