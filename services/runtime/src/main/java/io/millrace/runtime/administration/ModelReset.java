package io.millrace.runtime.administration;

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
 * Has a model trained from the beginning of its log. Takes over the model's transactional id, which
 * fences a running trainer; one transaction deletes the checkpoint, and those kept of older
 * versions, and sets the group's offsets to the beginning of the log. The trainer then finds no
 * checkpoint and begins with the seeded model. Published versions stay, and version numbers
 * continue.
 */
public final class ModelReset {

  private static final Duration TRANSACTION_TIMEOUT = Duration.ofMinutes(1);

  private ModelReset() {}

  /**
   * Resets a model; returns when that is committed.
   *
   * @param service the service that trains the model: its own name, or that of a variant's kind
   * @param input the topic that it is trained on
   * @throws KafkaException if it was not committed; nothing was changed then, unless the brokers
   *     did not answer
   */
  public static void reset(Settings settings, String service, String model, Topic<?, ?> input) {
    CommonConfig common = settings.common();
    var metrics =
        LoopMetrics.ofSteps(
            new SimpleMeterRegistry(), service, settings.topics().deadLetters().name());
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
      // A transaction that names no member may set the group's offsets, whether the group has
      // members or not.
      transactions.commit(
          StoredCheckpoint.deletion(settings, service, model).records(),
          beginnings,
          new ConsumerGroupMetadata(common.group(model)));
    }
  }
}
