package io.millrace.runtime.training;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.Transactions;
import io.millrace.runtime.metrics.LoopMetrics;
import io.millrace.runtime.models.StoredCheckpoint;
import io.millrace.runtime.models.StoredVersions;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import io.millrace.topics.Topic;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Begins a model with what was learned elsewhere, as its trainer would begin it: takes over the
 * model's transactional id, which fences a running trainer, and in one transaction writes the next
 * version, its checkpoint and the group's offsets, at the beginning of the log. The trainer goes on
 * from there.
 */
public final class ModelImport {

  private final Settings settings;
  private final String service;
  private final TrainerLoopConfig config;
  private final Topic<?, ?> input;

  /**
   * An import.
   *
   * @param service the service that trains the model
   * @param config of that service's loop
   * @param input what it is trained on
   */
  public ModelImport(
      Settings settings, String service, TrainerLoopConfig config, Topic<?, ?> input) {
    this.settings = settings;
    this.service = service;
    this.config = config;
    this.input = input;
  }

  /**
   * Begins the trainer's model; returns when it is committed.
   *
   * @param trainer initialises itself with what was learned elsewhere
   * @param anew whether a model that goes on already begins anew; its versions stay
   * @return the number of the version
   * @throws IncompatibleStateException if it goes on already and may not begin anew
   * @throws KafkaException if it did not commit; nothing was changed then, unless the brokers did
   *     not answer
   */
  public <E> long publish(Trainer<E> trainer, boolean anew) {
    var metrics =
        new LoopMetrics(new SimpleMeterRegistry(), service, settings.topics().deadLetters().name());
    var context =
        new TrainerContext<>(
            service,
            settings,
            config,
            input.name(),
            trainer,
            metrics,
            new TrainerMetrics(),
            moment -> {});
    String id = settings.common().transactionalId(context.model());
    try (var transactions =
        Transactions.fenceAndOpen(
            settings, id, config.transactionTimeout(), metrics, moment -> {})) {
      List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
      if (goesOn(context.model(), anew)) {
        records.addAll(StoredCheckpoint.tombstones(settings, service, context.model()));
      }
      InputPositions progress = beginning();
      VersionWriter writer = writer(context);
      trainer.initialise();
      records.addAll(
          writer.next(trainer.snapshot(), progress, progress.resumeMerge(config.mergeSlice())));
      transactions.commit(
          records,
          progress.committableOffsets(),
          new ConsumerGroupMetadata(settings.common().group(service)));
      return writer.version();
    }
  }

  private boolean goesOn(String model, boolean anew) {
    Optional<StoredCheckpoint> checkpoint = StoredCheckpoint.read(settings, service, model);
    if (checkpoint.isPresent() && !anew) {
      throw new IncompatibleStateException(
          "model %s goes on from version %d: an import would begin it anew"
              .formatted(model, checkpoint.get().manifest().getVersion()));
    }
    return checkpoint.isPresent();
  }

  private VersionWriter writer(TrainerContext<?> context) {
    StoredVersions versions = StoredVersions.read(settings, context.model());
    return new VersionWriter(context, versions.lastVersion(), versions.retained(), List.of());
  }

  private InputPositions beginning() {
    try (var consumer = KafkaClients.reader(settings)) {
      List<TopicPartition> partitions =
          CommittedReader.partitions(consumer, input.name()).stream()
              .sorted(Comparator.comparingInt(TopicPartition::partition))
              .toList();
      Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
      return InputPositions.beginning(
          partitions, partitions.stream().mapToLong(begins::get).toArray());
    }
  }
}
