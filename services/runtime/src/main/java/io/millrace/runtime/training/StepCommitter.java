package io.millrace.runtime.training;

import io.millrace.runtime.kafka.Transactions;
import io.millrace.runtime.models.RetainedVersions;
import io.millrace.runtime.records.ControlRecords;
import io.millrace.runtime.records.StepMarker;
import io.millrace.runtime.records.StepSpans;
import io.millrace.runtime.records.TracedVersion;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;

/**
 * Commits what a {@link TrainingSession} has learned, while the session goes on: each step in one
 * transaction, with its version, checkpoint and positions. Used by one thread.
 */
final class StepCommitter implements TrainingSession.StepSink {

  private final TrainerContext<?> context;
  private final Consumer<?, ?> consumer;
  private final Transactions transactions;
  private final AsyncCommitter commits;
  private final InputPositions progress;
  private final VersionWriter writer;
  private final RetainedVersions kept;

  StepCommitter(
      TrainerContext<?> context,
      Consumer<?, ?> consumer,
      Transactions transactions,
      TrainerRecovery.Recovered recovered) {
    this.context = context;
    this.consumer = consumer;
    this.transactions = transactions;
    this.commits = new AsyncCommitter(context.service());
    this.progress = recovered.progress();
    this.writer = recovered.writer();
    this.kept = recovered.kept();
  }

  @Override
  public void pollCompleted() {
    commits.pollCompleted();
  }

  @Override
  public void commitVersion(StepInProgress.Totals step, RoundRobinMerge<?> merge) {
    List<ProducerRecord<byte[], byte[]>> outputs =
        writer.next(context.trainer().snapshot(), step.examples(), progress, merge);
    long version = writer.version();
    Optional<TracedVersion> traced = writer.manifest().map(TracedVersion::of);
    int manifests = writer.manifests();
    int keptCheckpoints = writer.keptCheckpoints();
    commit(
        step,
        outputs,
        () -> {
          context.gauges().version(version, Instant.now(), manifests);
          context.gauges().keptCheckpoints(keptCheckpoints);
          traced.ifPresent(it ->
              StepSpans.learned(
                  context.model(),
                  context.settings().topics().models().name(),
                  it,
                  step.inputTimes().length,
                  step.traced(),
                  step.age().toNanos()));
        });
  }

  @Override
  public void commitPositions(StepInProgress.Totals step, RoundRobinMerge<?> merge) {
    commit(step, writer.positions(progress, merge), () -> {});
  }

  private void commit(
      StepInProgress.Totals step,
      List<ProducerRecord<byte[], byte[]>> outputs,
      Runnable committed) {
    Map<TopicPartition, OffsetAndMetadata> offsets = progress.committableOffsets();
    ConsumerGroupMetadata group = consumer.groupMetadata();
    commits.submit(
        () -> transactions.commit(outputs, offsets, group),
        () -> {
          context
              .metrics()
              .committed(step.inputTimes(), step.contexts(), step.skipped(), outputs, step.age());
          committed.run();
        });
  }

  /**
   * In a transaction of the model's own transactional id: an instance that was replaced cannot
   * write one.
   */
  @Override
  public void writeMarker(StepMarker marker) {
    List<ProducerRecord<byte[], byte[]>> markers =
        progress.partitions().stream()
            .map(partition -> ControlRecords.of(partition.topic(), partition.partition(), marker))
            .toList();
    ConsumerGroupMetadata group = consumer.groupMetadata();
    commits.submit(() -> commitMarkers(markers, group), () -> {});
  }

  private void commitMarkers(
      List<ProducerRecord<byte[], byte[]>> markers, ConsumerGroupMetadata group) {
    try {
      transactions.commit(markers, Map.of(), group);
    } catch (KafkaException e) {
      throw explained(e, context.service(), context.input());
    }
  }

  /** Says what a trainer needs that has no right to write to its input. */
  static KafkaException explained(KafkaException e, String service, String input) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof TopicAuthorizationException) {
        return new TopicAuthorizationException(
            ("%s may not write to its input %s, where it marks the end of a step when the stream is"
                    + " quiet: give it the right WRITE there, or set %s.step.idle.ms=0")
                .formatted(service, input, service));
      }
    }
    return e;
  }

  @Override
  public void abandonCommit() {
    transactions.close();
    commits.interrupt();
  }

  @Override
  public void close() {
    commits.close();
    transactions.close();
    kept.close();
  }
}
