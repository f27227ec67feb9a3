package io.millrace.runtime.administration;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.runtime.kafka.Transactions;
import io.millrace.runtime.metrics.LoopMetrics;
import io.millrace.runtime.models.ForgottenSubjects;
import io.millrace.runtime.models.ManifestChain;
import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.models.ModelRecords;
import io.millrace.runtime.models.StoredCheckpoint;
import io.millrace.runtime.models.StoredVersions;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.training.Retraining;
import io.millrace.runtime.training.TrainerLoop;
import io.millrace.schemas.avro.CheckpointManifest;
import io.millrace.schemas.avro.InputRange;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Learns a variant of a model from the log beside the live model:
 *
 * <ol>
 *   <li>{@link #run} learns input ranges from the seeded model on, by the classes of the trainer,
 *       without a consumer group and without a record on any topic. Each version has the manifest
 *       that a trainer would have published which had begun there with these settings; the metrics
 *       are those of each example before it was learned from.
 *   <li>{@link #join} publishes the last of these versions and its checkpoint, if that is wanted. A
 *       trainer of the variant goes on from exactly there.
 * </ol>
 *
 * <p>Not thread-safe.
 */
public final class ModelReplay {

  private final Settings settings;
  private final TrainerLoop.Definition<?> definition;
  private final String model;
  private final Map<String, Optional<byte[]>> parts = new TreeMap<>();
  private Retraining.@Nullable Step last;

  /**
   * A replay.
   *
   * @param settings of the process
   * @param definition the trainer of the variant
   */
  public ModelReplay(Settings settings, TrainerLoop.Definition<?> definition) {
    this.settings = settings;
    this.model = definition.model();
    this.definition = definition;
  }

  /**
   * Learns from the ranges.
   *
   * @param progress is given the manifest of each version
   * @return the manifests of all versions, the seeded model's first
   * @throws IncompatibleStateException if the log does not have the ranges
   */
  public List<ModelManifest> run(List<InputRange> ranges, Consumer<ModelManifest> progress) {
    List<ModelManifest> manifests = new ArrayList<>();
    parts.clear();
    Retraining.within(
        settings,
        definition,
        ranges,
        step -> {
          last = step;
          parts.putAll(step.snapshot().checkpoint());
          parts.values().removeIf(Optional::isEmpty);
          manifests.add(step.manifest());
          progress.accept(step.manifest());
          return true;
        });
    return manifests;
  }

  /**
   * Publishes the last version with its checkpoint, in one transaction of the variant's own
   * transactional id, which fences a trainer of that name. Its manifest has no parent, since the
   * versions before it are not published.
   *
   * @param replace whether to take the place of a model of that name; its versions stay
   * @return the manifest as it was published
   * @throws IncompatibleStateException if there is such a model and it is not to be replaced, or
   *     subjects were forgotten since it began to learn
   * @throws KafkaException if it did not commit; nothing was changed then, unless the brokers did
   *     not answer
   */
  public ModelManifest join(boolean replace) {
    return publish((learned, newest, hasCheckpoint) -> {
      if (!replace && (hasCheckpoint || newest >= 0)) {
        throw new IncompatibleStateException(
            newest < 0
                ? "there is a checkpoint of a model " + model
                : "there is a model %s, with versions up to %d".formatted(model, newest));
      }
    });
  }

  /**
   * The same, in the place of a model that has only gone on meanwhile.
   *
   * @param began its newest version when this was begun
   * @param hadCheckpoint whether it had a checkpoint then
   * @throws IncompatibleStateException if the model was begun anew since, or replaced, or subjects
   *     were forgotten
   */
  ModelManifest replace(ModelManifest began, boolean hadCheckpoint) {
    return publish((learned, newest, hasCheckpoint) -> {
      // The last attempt may have been committed without an answer.
      boolean anew =
          hasCheckpoint != hadCheckpoint
              || newest < began.getVersion()
              || ModelReader.manifests(settings).stream()
                  .filter(it -> it.getModel().equals(model))
                  .filter(it -> it.getVersion() > began.getVersion())
                  .anyMatch(
                      it -> it.getParent() == null && !it.getSha256().equals(learned.getSha256()));
      if (anew) {
        throw new IncompatibleStateException(
            "%s was begun anew or replaced while it was learned: begin again".formatted(model));
      }
    });
  }

  /** Throws if a model must not be published in the place of what is there. */
  private interface Check {
    void require(ModelManifest learned, long newest, boolean hasCheckpoint);
  }

  private ModelManifest publish(Check check) {
    if (last == null) {
      throw new IllegalStateException("run first");
    }
    String service = definition.service();
    var metrics =
        LoopMetrics.ofSteps(
            new SimpleMeterRegistry(), service, settings.topics().deadLetters().name());
    try (var transactions =
        Transactions.fenceAndOpen(
            settings,
            settings.common().transactionalId(model),
            definition.config().transactionTimeout(),
            metrics,
            moment -> {})) {
      StoredVersions versions = StoredVersions.read(settings, model);
      StoredCheckpoint.Deletion before = StoredCheckpoint.deletion(settings, service, model);
      List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(before.records());
      ModelManifest learned = last.manifest();
      check.require(learned, versions.lastVersion(), before.exists());
      if (ForgottenSubjects.read(settings, service).last()
          != ForgottenSubjects.leftOutBy(learned)) {
        throw new IncompatibleStateException(
            "further subjects were forgotten while %s was learned: begin again".formatted(model));
      }
      ModelManifest manifest = published(learned, versions.lastVersion());
      records.addAll(
          ModelRecords.version(
              settings.topics().models().name(), manifest, last.snapshot().model()));
      CheckpointManifest checkpoint =
          CheckpointManifest.newBuilder(last.checkpoint())
              .setVersion(manifest.getVersion())
              .build();
      records.addAll(
          StoredCheckpoint.records(
              settings.topics().checkpoints().name(), service, checkpoint, parts));
      transactions.commit(
          records, offsets(checkpoint), new ConsumerGroupMetadata(settings.common().group(model)));
      return manifest;
    }
  }

  /** Numbers are never used twice. */
  private static ModelManifest published(ModelManifest learned, long newest) {
    return ManifestChain.chained(
        Optional.empty(),
        ModelManifest.newBuilder(learned)
            .setVersion(Math.max(learned.getVersion(), newest + 1))
            .setParent(null)
            .build());
  }

  private static Map<TopicPartition, OffsetAndMetadata> offsets(CheckpointManifest checkpoint) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (Source position : checkpoint.getPositions()) {
      offsets.put(
          new TopicPartition(position.getTopic(), position.getPartition()),
          new OffsetAndMetadata(position.getOffset()));
    }
    return offsets;
  }
}
