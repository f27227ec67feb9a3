package io.millrace.runtime.training;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.TopicIds;
import io.millrace.runtime.kafka.Transactions;
import io.millrace.runtime.metrics.LoopMetrics;
import io.millrace.runtime.models.CheckpointWriter;
import io.millrace.runtime.models.ForgottenSubjects;
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
 * Begins a model with weights that were learned elsewhere. Takes over the model's transactional id,
 * which fences a running trainer, and writes the next version, its checkpoint and the group's
 * offsets, set to the beginning of the log, in one transaction. The trainer continues from there.
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
   * @param input the topic that it is trained on
   */
  public ModelImport(
      Settings settings, String service, TrainerLoopConfig config, Topic<?, ?> input) {
    this.settings = settings;
    this.service = service;
    this.config = config;
    this.input = input;
  }

  /**
   * Publishes the trainer's model; returns when it is committed.
   *
   * @param trainer initialises itself with the imported weights
   * @param anew whether to replace a model that is being trained already; its versions stay
   * @return the number of the version
   * @throws IncompatibleStateException if the model is being trained already and is not to be
   *     replaced
   * @throws KafkaException if it did not commit; nothing was changed then, unless the brokers did
   *     not answer
   */
  public <E> long publish(Trainer<E> trainer, boolean anew) {
    var metrics =
        LoopMetrics.ofSteps(
            new SimpleMeterRegistry(), service, settings.topics().deadLetters().name());
    var context =
        new TrainerContext<>(
            service,
            settings,
            config,
            input.name(),
            trainer,
            metrics,
            new TrainerMetrics(),
            moment -> {},
            ForgottenSubjects.read(settings, service));
    String id = settings.common().transactionalId(context.model());
    try (var transactions =
        Transactions.fenceAndOpen(
            settings, id, config.transactionTimeout(), metrics, moment -> {})) {
      requireNew(context.model(), anew);
      List<ProducerRecord<byte[], byte[]>> records =
          new ArrayList<>(StoredCheckpoint.deletion(settings, service, context.model()).records());
      InputPositions progress = beginning();
      VersionWriter writer = writer(context);
      trainer.initialise();
      records.addAll(
          writer.next(trainer.snapshot(), "", progress, progress.resumeMerge(config.mergeSlice())));
      transactions.commit(
          records,
          progress.committableOffsets(),
          new ConsumerGroupMetadata(settings.common().group(context.model())));
      return writer.version();
    }
  }

  private void requireNew(String model, boolean anew) {
    Optional<StoredCheckpoint> checkpoint = StoredCheckpoint.read(settings, service, model);
    if (checkpoint.isPresent() && !anew) {
      throw new IncompatibleStateException(
          "model %s is trained already, up to version %d: an import would begin it again"
              .formatted(model, checkpoint.get().manifest().getVersion()));
    }
  }

  private VersionWriter writer(TrainerContext<?> context) {
    StoredVersions versions = StoredVersions.read(settings, context.model());
    return new VersionWriter(
        context,
        new TopicIds(context.settings()).apply(context.input()),
        versions.lastVersion(),
        Optional.empty(),
        versions,
        CheckpointWriter.ofDigests(Map.of()),
        versions::kept);
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
