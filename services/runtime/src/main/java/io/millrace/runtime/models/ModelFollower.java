package io.millrace.runtime.models;

import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.lifecycle.RootCause;
import io.millrace.runtime.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the models topic on a thread of its own and gives complete versions to a listener: first
 * the newest of each model, then newer ones. Versions that are superseded while it reads are
 * skipped.
 */
public final class ModelFollower implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ModelFollower.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(5);

  private final String topic;
  private final Consumer<ModelVersion> listener;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final ModelAssembler assembler;
  private final Thread thread;
  private volatile boolean closing;
  private volatile String failure = "";

  private ModelFollower(Settings settings, Set<String> models, Consumer<ModelVersion> listener) {
    Set<String> wanted = Set.copyOf(models);
    this.topic = settings.topics().models().name();
    this.listener = listener;
    this.consumer = KafkaClients.reader(settings);
    this.assembler = new ModelAssembler((model, version) -> wanted.contains(model));
    this.thread = Thread.ofPlatform().daemon().name("models-follower").unstarted(this::run);
  }

  /**
   * Starts following.
   *
   * @param models the names of the models to follow
   * @param listener is given each version on the follower's thread; its exception ends following
   */
  public static ModelFollower start(
      Settings settings, Set<String> models, Consumer<ModelVersion> listener) {
    var follower = new ModelFollower(settings, models, listener);
    follower.thread.start();
    return follower;
  }

  /** Why following ended; empty while it follows. */
  public Optional<String> failure() {
    return failure.isEmpty() ? Optional.empty() : Optional.of(failure);
  }

  /** Stops following; returns when the thread has ended, or after five seconds. */
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
      var partitions = CommittedReader.partitions(consumer, topic);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions);
      Map<String, ModelVersion> newest = new LinkedHashMap<>();
      boolean caughtUp = false;
      while (!closing) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          accept(record).ifPresent(version -> newest.put(version.manifest().getModel(), version));
        }
        caughtUp = caughtUp || CommittedReader.reached(consumer, ends);
        if (caughtUp) {
          newest.values().forEach(listener);
          newest.clear();
        }
      }
    } catch (WakeupException e) {
      LOG.debug("stopped");
    } catch (Throwable e) {
      // A listener may load native libraries. The owner must learn of every failure.
      failure = RootCause.message(e);
      LOG.error("stopped following {}: {}", topic, failure, e);
    }
  }

  private Optional<ModelVersion> accept(ConsumerRecord<byte[], byte[]> record) {
    return record.key() == null
        ? Optional.empty()
        : assembler.accept(
            new String(record.key(), StandardCharsets.UTF_8), record.value(), record.timestamp());
  }
}
