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
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the models topic on a thread of its own and tells a listener what comes: first, when it
 * has read up to the end, the pointer of each kind and the newest complete version of each model of
 * these kinds, their variants included, then each new pointer and each newer version. Pointers and
 * versions that are superseded while it reads are skipped.
 */
public final class ModelFollower implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ModelFollower.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(5);

  /** Is called on the follower's thread; an exception of its own ends following. */
  public interface Listener {

    /**
     * Whether the versions of a model are wanted, such as those of a variant. No others are
     * assembled.
     */
    default boolean wants(ModelName model) {
      return true;
    }

    /** The pointer of a kind: at the start, present or not, and whenever it has changed. */
    default void pointerChanged(String kind, Optional<ServingPointer> pointer) {}

    /**
     * The newest version of a model cannot be used: it is incomplete, does not match its digest, or
     * has a format that this build does not know. Told after the newest that is complete.
     *
     * @param reason a clause that says why, after the version
     */
    default void unusable(String model, long version, String reason) {}

    /** The newest complete version of a model. */
    void published(ModelVersion version);

    /** All was told that the topic had when following began, and all that has come since. */
    default void caughtUp() {}
  }

  private final String topic;
  private final Listener listener;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Set<String> kinds;
  private final ModelAssembler assembler;
  private final Thread thread;
  private final Map<String, ModelVersion> newest = new LinkedHashMap<>();
  private final Map<String, Optional<ServingPointer>> pointers = new LinkedHashMap<>();

  /** The last version of each model that cannot be used, if no newer one has come since. */
  private final Map<String, Rejected> rejected = new LinkedHashMap<>();

  private volatile boolean closing;
  private volatile String failure = "";

  /** A version that cannot be used, and why. */
  private record Rejected(long version, String reason) {}

  private ModelFollower(Settings settings, Set<String> kinds, Listener listener) {
    this.kinds = Set.copyOf(kinds);
    this.topic = settings.topics().models().name();
    this.listener = listener;
    this.consumer = KafkaClients.reader(settings);
    this.assembler =
        new ModelAssembler(
            (model, version) -> isWanted(model),
            (manifest, reason) ->
                rejected.put(manifest.getModel(), new Rejected(manifest.getVersion(), reason)));
    this.thread = Thread.ofPlatform().daemon().name("models-follower").unstarted(this::run);
  }

  /**
   * Starts following.
   *
   * @param kinds the kinds of models to follow, such as {@code vision}
   * @param listener is told what comes
   */
  public static ModelFollower start(Settings settings, Set<String> kinds, Listener listener) {
    var follower = new ModelFollower(settings, kinds, listener);
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
      kinds.forEach(kind -> pointers.put(kind, Optional.empty()));
      boolean caughtUp = false;
      while (!closing) {
        consumer.poll(POLL).forEach(this::accept);
        caughtUp = caughtUp || CommittedReader.reached(consumer, ends);
        if (caughtUp) {
          notifyListeners();
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

  private boolean isWanted(String model) {
    String kind = ModelName.kindOf(model);
    return kinds.contains(kind) && listener.wants(ModelName.parse(model));
  }

  private void accept(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null) {
      return;
    }
    var key = new String(record.key(), StandardCharsets.UTF_8);
    String pointed = ServingPointer.modelOf(key).filter(kinds::contains).orElse(null);
    if (pointed != null) {
      pointerChanged(pointed, record.value(), record.timestamp());
      return;
    }
    assembler
        .accept(key, record.value(), record.timestamp())
        .ifPresent(version -> {
          newest.put(version.manifest().getModel(), version);
          rejected.remove(version.manifest().getModel());
        });
  }

  private void pointerChanged(String model, byte @Nullable [] value, long timestamp) {
    if (value == null) {
      pointers.put(model, Optional.empty());
    } else {
      ServingPointer.decode(model, value, timestamp)
          .ifPresent(pointer -> pointers.put(model, Optional.of(pointer)));
    }
  }

  /** Tells what has come since the last time. */
  private void notifyListeners() {
    pointers.forEach(listener::pointerChanged);
    pointers.clear();
    newest.values().forEach(listener::published);
    newest.clear();
    rejected.forEach((model, it) -> listener.unusable(model, it.version(), it.reason()));
    rejected.clear();
    listener.caughtUp();
  }
}
