package io.millrace.runtime.administration;

import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.models.StoredCheckpoint;
import io.millrace.runtime.records.ControlRecords;
import io.millrace.runtime.records.StepMarker;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import io.millrace.topics.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Asks a trainer to learn from the records that it holds back because they do not fill a batch: it
 * closes its step where the close-step records lie in its log and publishes a version.
 *
 * <p>The log alone decides the bytes of a model, so the request is part of the log: one close-step
 * record at the end of every partition of the input. They are written in one transaction, since a
 * trainer that has reached one in some partitions waits for those of the others.
 */
public final class CloseStep {

  private static final Duration TRANSACTION_TIMEOUT = Duration.ofMinutes(1);

  private CloseStep() {}

  /**
   * Writes a close-step record to every partition of a topic; returns when they are committed.
   *
   * @param model the model that has the name of its service; its variants close their steps too
   * @param input the topic from which the model is trained
   * @return how many records were written: one for each partition
   * @throws IncompatibleStateException if the topic does not exist
   * @throws KafkaException if they were not committed; no trainer sees any of them then, unless the
   *     brokers did not answer
   */
  public static int write(Settings settings, String model, Topic<?, ?> input) {
    // A transactional id for each topic: who asks at the same time is fenced and has to ask again.
    String id = settings.common().transactionalId("close-step-" + input.name());
    try (var consumer = KafkaClients.reader(settings);
        var producer = KafkaClients.transactional(settings, id, TRANSACTION_TIMEOUT)) {
      List<TopicPartition> partitions = CommittedReader.partitions(consumer, input.name());
      Map<TopicPartition, Long> ends =
          CommittedReader.ends(settings, partitions, IsolationLevel.READ_COMMITTED);
      long offsets = ends.values().stream().mapToLong(Long::longValue).sum();
      long lastCut =
          StoredCheckpoint.read(settings, model, model)
              .map(checkpoint -> checkpoint.manifest().getLastCut())
              .orElse(-1L);
      var marker = new StepMarker(StepMarker.next(offsets, lastCut), 0, true);
      producer.initTransactions();
      producer.beginTransaction();
      for (TopicPartition partition : partitions) {
        producer.send(ControlRecords.of(partition.topic(), partition.partition(), marker));
      }
      producer.commitTransaction();
      return partitions.size();
    }
  }
}
