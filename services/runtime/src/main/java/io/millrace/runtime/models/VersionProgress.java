package io.millrace.runtime.models;

import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.KafkaFutures;
import io.millrace.runtime.records.ControlRecords;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.topics.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.jspecify.annotations.Nullable;

/**
 * How far a trainer's next version is, as the topics tell it:
 *
 * <ol>
 *   <li>Takes the offsets that the trainer's group committed with its last version; the beginning
 *       of the input if there are none.
 *   <li>Reads from there and counts the committed records, control records not included: offsets
 *       alone would count those of transactions too. Stops when a version is due.
 * </ol>
 *
 * @param waiting records that are in no version yet, at most as many as make one
 * @param needed records that make a version
 * @param begun whether the trainer has ever committed, be it version 0
 */
public record VersionProgress(long waiting, long needed, boolean begun) {

  /** The number in the manifests of models whose steps grow: the records of the next step. */
  public static final String NEXT_STEP_RECORDS = "nextStepRecords";

  private static final Duration POLL = Duration.ofMillis(100);

  /** Reading stops here: large images would take long, and what was counted is enough to tell. */
  private static final long MAX_BYTES = 64L << 20;

  /**
   * Reads it from the topics.
   *
   * @param service the service that trains the model
   * @param input the topic that it is trained on
   * @param needed records that make a version, see {@link #needed}
   * @throws IncompatibleStateException if the input does not exist
   * @throws KafkaException if the brokers refuse
   */
  public static VersionProgress read(
      Settings settings, String service, Topic<?, ?> input, long needed) {
    Map<TopicPartition, OffsetAndMetadata> committed = committed(settings, service);
    try (var consumer = KafkaClients.reader(settings)) {
      List<TopicPartition> partitions = CommittedReader.partitions(consumer, input.name());
      consumer.assign(partitions);
      Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions);
      for (TopicPartition partition : partitions) {
        OffsetAndMetadata next = committed.get(partition);
        long begin = beginnings.getOrDefault(partition, 0L);
        consumer.seek(partition, next == null ? begin : Math.max(begin, next.offset()));
      }
      long waiting = count(consumer, consumer.endOffsets(partitions), needed);
      return new VersionProgress(waiting, needed, !committed.isEmpty());
    }
  }

  /**
   * How many records make a version of a model.
   *
   * @param newest the manifest of its newest version, which says what its trainer has; null if
   *     there is none
   * @param configured how many a trainer with the settings at hand would need
   */
  public static long needed(@Nullable ModelManifest newest, long configured) {
    if (newest != null) {
      Double next = newest.getMetrics().get(NEXT_STEP_RECORDS);
      if (next != null) {
        return next.longValue();
      }
      String batch = newest.getSettings().get("batch.size");
      String batches = newest.getSettings().get("step.batches");
      if (batch != null && batches != null) {
        return Long.parseLong(batch) * Long.parseLong(batches);
      }
    }
    return configured;
  }

  private static Map<TopicPartition, OffsetAndMetadata> committed(
      Settings settings, String service) {
    String group = settings.common().group(service);
    try (var admin = KafkaClients.admin(settings)) {
      return KafkaFutures.await(
          admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    } catch (GroupIdNotFoundException e) {
      return Map.of();
    }
  }

  private static long count(
      Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends, long needed) {
    long count = 0;
    long sizeBytes = 0;
    while (count < needed && sizeBytes < MAX_BYTES && !CommittedReader.reached(consumer, ends)) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        sizeBytes += Math.max(0, record.serializedValueSize());
        if (!ControlRecords.isMarker(record.headers(), record.value())) {
          count++;
        }
      }
    }
    return Math.min(count, needed);
  }
}
