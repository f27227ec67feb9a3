package io.millrace.runtime.models;

import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.ServingDecision;
import io.millrace.schemas.avro.ServingReason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * The old versions of a model whose parts its trainer must not delete, since they answer or may be
 * rolled back to. Reads {@code serving-events}, some bytes for each decision, and not the models
 * topic, on which the pointer lies among megabytes for each version. A variant's are named by the
 * decisions about its kind. The trainer learns nothing from it. For one thread.
 *
 * <ol>
 *   <li>{@link #begin} notes where the events end.
 *   <li>{@link #inForce} is given the pointer, which is read after that: no decision is missed.
 *   <li>{@link #get} reads the events since, up to the present end.
 * </ol>
 */
public final class RetainedVersions implements Supplier<Set<Long>>, AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(100);

  private final String model;

  /** Decisions are about all models of a kind. */
  private final String kind;

  private final KafkaConsumer<byte[], byte[]> events;
  private Set<Long> kept = Set.of();

  private RetainedVersions(String model, KafkaConsumer<byte[], byte[]> events) {
    this.model = model;
    this.kind = ModelName.kindOf(model);
    this.events = events;
  }

  /**
   * Begins at the present end of the events.
   *
   * @throws KafkaException if they cannot be read
   */
  public static RetainedVersions begin(Settings settings, String model) {
    KafkaConsumer<byte[], byte[]> events = KafkaClients.reader(settings);
    try {
      var partitions = CommittedReader.partitions(events, settings.topics().servingEvents().name());
      events.assign(partitions);
      events.endOffsets(partitions).forEach(events::seek);
      return new RetainedVersions(model, events);
    } catch (RuntimeException e) {
      events.close();
      throw e;
    }
  }

  /** Takes what the pointer keeps, read after {@link #begin}. */
  public RetainedVersions inForce(Set<Long> versions) {
    kept = Set.copyOf(versions);
    return this;
  }

  /**
   * The versions to keep now.
   *
   * @throws KafkaException if the events cannot be read
   */
  @Override
  public Set<Long> get() {
    Map<TopicPartition, Long> ends = events.endOffsets(events.assignment());
    while (!CommittedReader.reached(events, ends)) {
      events.poll(POLL).forEach(this::accept);
    }
    return kept;
  }

  private void accept(ConsumerRecord<byte[], byte[]> event) {
    if (event.key() == null
        || event.value() == null
        || !new String(event.key(), StandardCharsets.UTF_8).equals(kind)) {
      return;
    }
    if (ServingPointer.decision(kind, event.value())
            instanceof Decoded.Valid<ServingDecision>(ServingDecision decision)
        && decision.getReason() != ServingReason.PASSED_OVER) {
      kept = ServingPointer.keeps(decision, model);
    }
  }

  @Override
  public void close() {
    events.close();
  }
}
