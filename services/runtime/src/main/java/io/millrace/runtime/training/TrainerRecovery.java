package io.millrace.runtime.training;

import io.millrace.runtime.kafka.TopicIds;
import io.millrace.runtime.kafka.Transactions;
import io.millrace.runtime.lifecycle.RootCause;
import io.millrace.runtime.models.CheckpointWriter;
import io.millrace.runtime.models.ForgottenSubjects;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.models.RetainedVersions;
import io.millrace.runtime.models.StoredCheckpoint;
import io.millrace.runtime.models.StoredVersions;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.schemas.avro.InputRange;
import java.nio.BufferUnderflowException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Restores a trainer from the topics, after its transactional id was taken over, so that nobody
 * else changes them any more. State that does not match is refused; nothing is ever reset here.
 */
final class TrainerRecovery<E> {

  private static final Logger LOG = LoggerFactory.getLogger(TrainerRecovery.class);

  /**
   * The trainer's positions in its input, the writer of its next version, and what that asks which
   * old versions stay; who gets it closes it. And the subjects whose records it leaves out.
   */
  record Recovered(
      InputPositions progress,
      VersionWriter writer,
      RetainedVersions kept,
      ForgottenSubjects forgotten) {}

  private TrainerContext<E> context;
  private final Consumer<?, ?> consumer;
  private final String model;
  private final LogContinuity log;

  TrainerRecovery(TrainerContext<E> context, Consumer<?, ?> consumer) {
    this.context = context;
    this.consumer = consumer;
    this.model = context.model();
    this.log = new LogContinuity(model, consumer);
  }

  /**
   * Restores the trainer from its checkpoint:
   *
   * <ol>
   *   <li>Reads checkpoint, forgotten subjects and versions, waiting for open transactions on their
   *       topics to end.
   *   <li>Without a checkpoint, requires that the group has read nothing, initialises the trainer
   *       and publishes the seeded model, with the next free version number.
   *   <li>Otherwise requires that build, settings, version and partitions are those of the
   *       checkpoint, see {@link CheckpointCompatibility}.
   *   <li>Requires that group and log go on at the checkpoint's positions, see {@link
   *       LogContinuity}.
   *   <li>Hands model and checkpoint to the trainer.
   * </ol>
   *
   * @param partitions all partitions of the input, in ascending order
   * @throws IncompatibleStateException if a requirement is not met; the message names it
   */
  Recovered recover(List<TopicPartition> partitions, Transactions transactions) {
    var kept = RetainedVersions.begin(context.settings(), model);
    try {
      var stored = StoredCheckpoint.find(context.settings(), context.service(), model);
      context = context.leavingOut(stored.forgotten());
      var checkpoint = stored.checkpoint();
      var versions = StoredVersions.read(context.settings(), model);
      kept.inForce(versions.kept());
      return checkpoint.isPresent()
          ? restore(partitions, stored, checkpoint.get(), versions, kept)
          : beginNewModel(partitions, stored, versions, kept, transactions);
    } catch (RuntimeException e) {
      kept.close();
      throw e;
    }
  }

  private Recovered beginNewModel(
      List<TopicPartition> partitions,
      StoredCheckpoint.CheckpointLookup stored,
      StoredVersions versions,
      RetainedVersions kept,
      Transactions transactions) {
    var progress = InputPositions.beginning(partitions, log.beginnings(partitions));
    log.requireNothingRead(progress);
    context.trainer().initialise();
    var writer =
        new VersionWriter(
            context,
            inputTopic(),
            versions.lastVersion(),
            Optional.empty(),
            versions,
            checkpoints(stored, versions, true),
            kept);
    RoundRobinMerge<BufferedRecord<E>> merge = progress.resumeMerge(context.config().mergeSlice());
    transactions.commit(
        writer.next(context.trainer().snapshot(), "", progress, merge),
        progress.committableOffsets(),
        consumer.groupMetadata());
    context.gauges().version(writer.version(), Instant.now(), writer.manifests());
    LOG.info("{} begins model {} with version {}", context.service(), model, writer.version());
    return new Recovered(progress, writer, kept, context.forgotten());
  }

  private CheckpointWriter checkpoints(
      StoredCheckpoint.CheckpointLookup stored, StoredVersions versions, boolean digested) {
    return new CheckpointWriter(
        context.settings().topics().checkpoints().name(),
        context.service(),
        context.config().checkpoints(),
        stored,
        versions.lineBegin(),
        digested);
  }

  private Recovered restore(
      List<TopicPartition> partitions,
      StoredCheckpoint.CheckpointLookup stored,
      StoredCheckpoint checkpoint,
      StoredVersions versions,
      RetainedVersions kept) {
    var compatibility = new CheckpointCompatibility(context, checkpoint.manifest());
    compatibility.requireSameFormat();
    compatibility.requireSameSettings();
    ModelVersion newest = compatibility.requireVersion(versions);
    String topic = inputTopic();
    compatibility.requireInput(newest.manifest(), topic);
    InputPositions progress =
        progress(partitions, compatibility.requirePartitions(partitions), checkpoint, newest);
    log.requireGroupAt(progress);
    log.requireLogAt(progress);
    restore(new TrainerState(newest.manifest(), newest.bytes(), checkpoint.parts()));
    long version = newest.manifest().getVersion();
    context.gauges().version(version, newest.published(), versions.manifests().size());
    context.gauges().keptCheckpoints(stored.kept().size());
    LOG.info(
        "{} continues model {} from version {}, {}", context.service(), model, version, progress);
    return new Recovered(
        progress,
        new VersionWriter(
            context,
            topic,
            version,
            Optional.of(newest.manifest()),
            versions,
            checkpoints(stored, versions, newest.bytes().length > 0),
            kept),
        kept,
        context.forgotten());
  }

  private String inputTopic() {
    return new TopicIds(context.settings()).apply(context.input());
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

  private static InputPositions progress(
      List<TopicPartition> partitions,
      Map<TopicPartition, Long> positions,
      StoredCheckpoint checkpoint,
      ModelVersion newest) {
    Map<TopicPartition, Long> froms = new HashMap<>(positions);
    for (InputRange range : newest.manifest().getInputs()) {
      froms.put(new TopicPartition(range.getTopic(), range.getPartition()), range.getFrom());
    }
    return new InputPositions(
        partitions,
        partitions.stream().mapToLong(froms::get).toArray(),
        partitions.stream().mapToLong(positions::get).toArray(),
        new RoundRobinMerge.Position(
            checkpoint.manifest().getTurn(),
            checkpoint.manifest().getTaken(),
            checkpoint.manifest().getLastCut()),
        checkpoint.manifest().getRecent());
  }
}
