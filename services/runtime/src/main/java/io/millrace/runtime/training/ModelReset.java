package io.millrace.runtime.training;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.Transactions;
import io.millrace.runtime.metrics.LoopMetrics;
import io.millrace.runtime.models.StoredCheckpoint;
import io.millrace.runtime.settings.CommonConfig;
import io.millrace.runtime.settings.Settings;
import io.millrace.topics.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Makes a trainer begin anew. Takes over the model's transactional id, which fences a running
 * trainer; it restores itself from the topics and finds nothing. One transaction removes the
 * checkpoint and puts the group to the beginning of the log. Published versions stay, and their
 * numbers go on.
 */
public final class ModelReset {

  private static final Duration TRANSACTION_TIMEOUT = Duration.ofMinutes(1);

  private ModelReset() {}

  /**
   * Resets a model; returns when it is committed.
   *
   * @param service the service that trains it
   * @param input what it is trained on
   * @throws KafkaException if it could not be; nothing was changed then, unless the brokers did not
   *     answer
   */
  public static void reset(Settings settings, String service, String model, Topic<?, ?> input) {
    CommonConfig common = settings.common();
    var metrics =
        new LoopMetrics(new SimpleMeterRegistry(), service, settings.topics().deadLetters().name());
    try (var transactions =
            Transactions.fenceAndOpen(
                settings,
                common.transactionalId(model),
                TRANSACTION_TIMEOUT,
                metrics,
                moment -> {});
        var consumer = KafkaClients.reader(settings)) {
      Map<TopicPartition, OffsetAndMetadata> beginnings = new HashMap<>();
      consumer
          .beginningOffsets(CommittedReader.partitions(consumer, input.name()))
          .forEach((partition, offset) -> beginnings.put(partition, new OffsetAndMetadata(offset)));
      // The group's offsets are set from outside of it: that is allowed to a transaction which
      // names no member, whether the group has members or not.
      transactions.commit(
          StoredCheckpoint.tombstones(settings, service, model),
          beginnings,
          new ConsumerGroupMetadata(common.group(service)));
    }
  }
}
