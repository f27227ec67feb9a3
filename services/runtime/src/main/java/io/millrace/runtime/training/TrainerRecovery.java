package io.millrace.runtime.training;

import io.millrace.runtime.lifecycle.RootCause;
import io.millrace.runtime.kafka.Transactions;
import io.millrace.runtime.models.ModelRecords;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.models.StoredCheckpoint;
import io.millrace.runtime.models.StoredVersions;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.schemas.avro.InputRange;
import io.millrace.schemas.avro.Source;
import java.nio.BufferUnderflowException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a trainer to where the topics say it is, after its transactional id was taken over, so
 * that nobody else changes them any more. What does not go together is refused, nothing is reset.
 */
final class TrainerRecovery<E> {

  private static final Logger LOG = LoggerFactory.getLogger(TrainerRecovery.class);

  /** Where the trainer is, and what writes its next version. */
  record Recovered(InputPositions progress, VersionWriter writer) {}

  private final TrainerContext<E> context;
  private final Consumer<?, ?> consumer;
  private final String model;

  TrainerRecovery(TrainerContext<E> context, Consumer<?, ?> consumer) {
    this.context = context;
    this.consumer = consumer;
    this.model = context.model();
  }

  /**
   * Restores the trainer from its checkpoint; without one begins anew and publishes the seeded
   * model, with a version number of its own.
   *
   * @param partitions all partitions of the input, in ascending order
   * @throws IncompatibleStateException if checkpoint, settings, log and group do not go together
   */
  Recovered recover(List<TopicPartition> partitions, Transactions transactions) {
    var checkpoint = StoredCheckpoint.read(context.settings(), context.service(), model);
    var versions = StoredVersions.read(context.settings(), model);
    if (checkpoint.isPresent()) {
      return restore(partitions, checkpoint.get(), versions);
    }
    return beginNewModel(partitions, versions, transactions);
  }

  private Recovered beginNewModel(
      List<TopicPartition> partitions, StoredVersions versions, Transactions transactions) {
    var progress = InputPositions.beginning(partitions, begins(partitions));
    checkGroupReadNothing(progress);
    context.trainer().initialise();
    var writer = new VersionWriter(context, versions.lastVersion(), versions.retained(), List.of());
    RoundRobinMerge<BufferedRecord<E>> merge = progress.resumeMerge(context.config().mergeSlice());
    transactions.commit(
        writer.next(context.trainer().snapshot(), progress, merge),
        progress.committableOffsets(),
        consumer.groupMetadata());
    context.gauges().version(writer.version(), Instant.now());
    LOG.info("{} begins anew with version {} of {}", context.service(), writer.version(), model);
    return new Recovered(progress, writer);
  }

  private Recovered restore(
      List<TopicPartition> partitions, StoredCheckpoint checkpoint, StoredVersions versions) {
    checkFormatAndSettings(checkpoint);
    long version = checkpoint.manifest().getVersion();
    ModelVersion newest =
        versions
            .newest()
            .filter(complete -> complete.manifest().getVersion() == version)
            .orElseThrow(() ->
                IncompatibleStateException.resettable(
                    model,
                    "the checkpoint of model %s belongs to version %d, which is not on %s whole"
                        .formatted(model, version, context.settings().topics().models().name())));
    InputPositions progress = progress(partitions, checkpoint, newest);
    checkGroupOffsets(progress);
    checkLogRange(progress);
    restore(new TrainerState(newest.manifest(), newest.bytes(), checkpoint.parts()));
    context.gauges().version(version, newest.published());
    LOG.info("{} goes on from version {} of {}, {}", context.service(), version, model, progress);
    return new Recovered(
        progress,
        new VersionWriter(context, version, versions.retained(), checkpoint.parts().keySet()));
  }

  private void restore(TrainerState state) {
    try {
      context.trainer().restore(state);
    } catch (IllegalArgumentException | BufferUnderflowException e) {
      throw IncompatibleStateException.resettable(
          model,
          "the checkpoint of model %s, of %d parts, cannot be read: %s"
              .formatted(model, state.checkpoint().size(), RootCause.message(e)));
    }
  }

  private void checkFormatAndSettings(StoredCheckpoint checkpoint) {
    int format = checkpoint.manifest().getFormat();
    if (format != ModelRecords.FORMAT) {
      throw IncompatibleStateException.resettable(
          model,
          "the checkpoint of model %s has format %d, this build has %d"
              .formatted(model, format, ModelRecords.FORMAT));
    }
    Map<String, String> then = checkpoint.manifest().getSettings();
    Map<String, String> now = context.fingerprint();
    Set<String> names = new TreeSet<>(then.keySet());
    names.addAll(now.keySet());
    for (String name : names) {
      String was = then.getOrDefault(name, "not set");
      String is = now.getOrDefault(name, "not set");
      if (!was.equals(is)) {
        throw IncompatibleStateException.resettable(
            model,
            "the setting %s is %s, but model %s was trained with %s"
                .formatted(name, is, model, was));
      }
    }
  }

  private InputPositions progress(
      List<TopicPartition> partitions, StoredCheckpoint checkpoint, ModelVersion newest) {
    Map<TopicPartition, Long> positions = new HashMap<>();
    for (Source position : checkpoint.manifest().getPositions()) {
      positions.put(
          new TopicPartition(position.getTopic(), position.getPartition()), position.getOffset());
    }
    if (!positions.keySet().equals(new HashSet<>(partitions))) {
      throw IncompatibleStateException.resettable(
          model,
          "the input of model %s has the partitions %s, its checkpoint %s"
              .formatted(model, partitions, positions.keySet()));
    }
    Map<TopicPartition, Long> froms = new HashMap<>(positions);
    for (InputRange range : newest.manifest().getInputs()) {
      froms.put(new TopicPartition(range.getTopic(), range.getPartition()), range.getFrom());
    }
    return new InputPositions(
        partitions,
        partitions.stream().mapToLong(froms::get).toArray(),
        partitions.stream().mapToLong(positions::get).toArray(),
        checkpoint.manifest().getTurn(),
        checkpoint.manifest().getTaken());
  }

  private void checkGroupReadNothing(InputPositions progress) {
    Map<TopicPartition, Long> committed = committed(progress.partitions());
    for (int i = 0; i < progress.partitions().size(); i++) {
      TopicPartition partition = progress.partitions().get(i);
      long offset = committed.getOrDefault(partition, 0L);
      if (offset > progress.nextOffset(i)) {
        throw IncompatibleStateException.resettable(
            model,
            "the checkpoint of model %s is missing, but its group %s has read %s to offset %d"
                .formatted(model, consumer.groupMetadata().groupId(), partition, offset));
      }
    }
  }

  /** They commit together, so that a difference means that somebody else has set the group's. */
  private void checkGroupOffsets(InputPositions progress) {
    Map<TopicPartition, Long> committed = committed(progress.partitions());
    for (int i = 0; i < progress.partitions().size(); i++) {
      TopicPartition partition = progress.partitions().get(i);
      long position = progress.nextOffset(i);
      long offset = committed.getOrDefault(partition, position);
      if (offset != position) {
        throw IncompatibleStateException.resettable(
            model,
            "the checkpoint of model %s is at offset %d of %s, its consumer group %s at %d"
                .formatted(model, position, partition, consumer.groupMetadata().groupId(), offset));
      }
    }
  }

  private void checkLogRange(InputPositions progress) {
    long[] begins = begins(progress.partitions());
    long[] ends = inOrder(progress.partitions(), consumer.endOffsets(progress.partitions()));
    for (int i = 0; i < begins.length; i++) {
      long position = progress.nextOffset(i);
      if (position < begins[i] || position > ends[i]) {
        throw IncompatibleStateException.resettable(
            model,
            "model %s goes on at offset %d of %s, but the log has only %d to %d"
                .formatted(model, position, progress.partitions().get(i), begins[i], ends[i]));
      }
    }
  }

  private long[] begins(List<TopicPartition> partitions) {
    return inOrder(partitions, consumer.beginningOffsets(partitions));
  }

  private static long[] inOrder(
      List<TopicPartition> partitions, Map<TopicPartition, Long> offsets) {
    return partitions.stream().mapToLong(offsets::get).toArray();
  }

  /** The group's offsets; none for a partition of which it has none, or where they expired. */
  private Map<TopicPartition, Long> committed(List<TopicPartition> partitions) {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    Map<TopicPartition, OffsetAndMetadata> committed =
        consumer.committed(new HashSet<>(partitions));
    committed.forEach((partition, offset) -> {
      if (offset != null) {
        offsets.put(partition, offset.offset());
      }
    });
    return offsets;
  }
}
