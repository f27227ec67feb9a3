package io.millrace.runtime.training;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.TopicIds;
import io.millrace.runtime.lifecycle.RootCause;
import io.millrace.runtime.metrics.LoopMetrics;
import io.millrace.runtime.models.CheckpointWriter;
import io.millrace.runtime.models.ForgottenSubjects;
import io.millrace.runtime.models.KeptCheckpoint;
import io.millrace.runtime.models.StoredVersions;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.avro.CheckpointManifest;
import io.millrace.schemas.avro.InputRange;
import io.millrace.schemas.avro.ModelManifest;
import java.nio.BufferUnderflowException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * Learns again, from the log, what a trainer has learned from it: the same batches and steps, by
 * the same code, but without a consumer group, and without a record on any topic. The same log,
 * settings, build and kind of machine give the same bytes. What its kind has forgotten by now is
 * left out.
 */
public final class Retraining {

  private static final Duration WAIT = Duration.ofMillis(200);

  /** At the end of the log nothing more comes. */
  private static final Duration WAIT_AT_END = Duration.ofMillis(10);

  /** A trainer that waits for a cut needs some polls to see that a marker is missing. */
  private static final int IDLE_POLLS = 20;

  /**
   * A version that was learned again.
   *
   * @param snapshot what the trainer has learned
   * @param manifest as its trainer publishes it that begins with version 0, the seeded model, or
   *     goes on from the checkpoint that it was learned from
   * @param checkpoint as that trainer writes it: where reading continues
   * @param leftOut how many records were left out in all steps, since their subjects are forgotten
   * @param lastForgotten the highest number of the entries by which they were; 0 for none
   */
  public record Step(
      TrainerSnapshot snapshot,
      ModelManifest manifest,
      CheckpointManifest checkpoint,
      long leftOut,
      long lastForgotten) {}

  private Retraining() {}

  /**
   * Learns from the beginning of a version's input ranges, and on to the end of the log.
   *
   * @param ranges where the model has begun, and of which topic
   * @param more is called with each version, and says whether to go on
   * @return whether it was stopped; false if the log has ended before
   * @throws IncompatibleStateException if the log no longer has what the model was trained on; the
   *     message says what it has
   */
  public static <E> boolean run(
      Settings settings,
      TrainerLoop.Definition<E> definition,
      List<InputRange> ranges,
      Predicate<Step> more) {
    return run(settings, definition, Start.ofSeed(ranges), Map.of(), more);
  }

  /**
   * Learns on from a kept checkpoint, and on to the end of the log.
   *
   * @param checkpoint is whole, see {@link KeptCheckpoint#fault}
   * @param its the manifest of its version
   * @param to the input ranges of the version that is wanted
   * @param more is called with each version after that of the checkpoint, and says whether to go on
   * @return whether it was stopped; false if the log has ended before
   * @throws IncompatibleStateException if the log no longer has what comes after the checkpoint, or
   *     this build cannot read it
   */
  public static <E> boolean from(
      Settings settings,
      TrainerLoop.Definition<E> definition,
      KeptCheckpoint checkpoint,
      ModelManifest its,
      List<InputRange> to,
      Predicate<Step> more) {
    return run(settings, definition, Start.of(checkpoint, its, to), Map.of(), more);
  }

  /**
   * Learns from input ranges, and from nothing behind them. Records that do not fill the last step
   * are in no version, as with a trainer that waits for more.
   *
   * @param ranges where the model begins and ends, and of which topic
   * @param more is called with each version, and says whether to go on
   * @throws IncompatibleStateException if the log does not have them
   */
  public static <E> void within(
      Settings settings,
      TrainerLoop.Definition<E> definition,
      List<InputRange> ranges,
      Predicate<Step> more) {
    Map<TopicPartition, Long> limits = new HashMap<>();
    ranges.forEach(it -> limits.put(partition(it), it.getTo()));
    run(settings, definition, Start.ofSeed(ranges), limits, more);
  }

  /**
   * Where learning begins.
   *
   * @param ranges what of the log is needed, from where it begins
   * @param begins where the model has begun, which its versions say; in the order of the ranges
   * @param merge where the merge of partitions stands
   * @param state what the trainer is restored from; empty for the seeded model
   */
  private record Start(
      List<InputRange> ranges,
      long[] begins,
      RoundRobinMerge.Position merge,
      Optional<TrainerState> state) {

    static Start ofSeed(List<InputRange> ranges) {
      List<InputRange> sorted = sorted(ranges);
      return new Start(
          sorted,
          sorted.stream().mapToLong(InputRange::getFrom).toArray(),
          RoundRobinMerge.Position.BEGINNING,
          Optional.empty());
    }

    static Start of(KeptCheckpoint checkpoint, ModelManifest its, List<InputRange> to) {
      CheckpointManifest at = checkpoint.manifest().orElseThrow();
      Map<Integer, Long> ends = new HashMap<>();
      to.forEach(it -> ends.put(it.getPartition(), it.getTo()));
      List<InputRange> sorted = sorted(its.getInputs());
      return new Start(
          sorted.stream()
              .map(it ->
                  InputRange.newBuilder(it)
                      .setFrom(it.getTo())
                      .setTo(ends.getOrDefault(it.getPartition(), it.getTo()))
                      .build())
              .toList(),
          sorted.stream().mapToLong(InputRange::getFrom).toArray(),
          new RoundRobinMerge.Position(at.getTurn(), at.getTaken(), at.getLastCut()),
          Optional.of(new TrainerState(its, checkpoint.model(), checkpoint.parts())));
    }

    private static List<InputRange> sorted(List<InputRange> ranges) {
      return ranges.stream().sorted(Comparator.comparingInt(InputRange::getPartition)).toList();
    }

    InputPositions positions(List<TopicPartition> partitions) {
      long[] next = ranges.stream().mapToLong(InputRange::getFrom).toArray();
      return new InputPositions(partitions, begins, next, merge, List.of());
    }

    void prepare(Trainer<?> trainer) {
      if (state.isEmpty()) {
        trainer.initialise();
        return;
      }
      try {
        trainer.restore(state.get());
      } catch (IllegalArgumentException | BufferUnderflowException e) {
        throw new IncompatibleStateException("this build cannot read it: " + RootCause.message(e));
      }
    }
  }

  private static <E> boolean run(
      Settings settings,
      TrainerLoop.Definition<E> definition,
      Start start,
      Map<TopicPartition, Long> limits,
      Predicate<Step> more) {
    ExecutorService decoders =
        Executors.newFixedThreadPool(
            definition.config().decodeThreads(),
            Thread.ofPlatform().daemon().name("retrain-decode-", 0).factory());
    try (Trainer<E> trainer = definition.trainer().get();
        var consumer = KafkaClients.reader(settings)) {
      InputPositions positions = positions(settings, definition, start, consumer);
      start.prepare(trainer);
      TrainerContext<E> context = context(settings, definition, trainer);
      var steps = new Steps(context, positions, start.state(), more);
      if (start.state().isEmpty()) {
        steps.add("", positions.resumeMerge(definition.config().mergeSlice()));
      }
      if (steps.stopped) {
        return true;
      }
      Map<TopicPartition, Long> ends = ends(settings, positions.partitions());
      ends.replaceAll((partition, end) -> Math.min(end, limits.getOrDefault(partition, end)));
      try (var session = TrainingSession.offline(context, consumer, decoders, positions, steps)) {
        return learn(session, steps, consumer, ends, limits);
      }
    } finally {
      decoders.shutdownNow();
    }
  }

  private static boolean learn(
      TrainingSession<?> session,
      Steps steps,
      Consumer<byte[], byte[]> consumer,
      Map<TopicPartition, Long> ends,
      Map<TopicPartition, Long> limits) {
    boolean busy = true;
    for (int idle = 0; !steps.stopped && idle < IDLE_POLLS && !steps.haveReached(limits); ) {
      ConsumerRecords<byte[], byte[]> polled =
          upTo(
              limits,
              consumer,
              consumer.poll(busy ? Duration.ZERO : idle > 0 ? WAIT_AT_END : WAIT));
      session.buffer(polled);
      busy = session.runOnce();
      boolean over = !busy && polled.isEmpty() && CommittedReader.reached(consumer, ends);
      idle = over ? idle + 1 : 0;
    }
    return steps.stopped;
  }

  /** The records before the limits; of a partition that has some behind, reading stays there. */
  private static ConsumerRecords<byte[], byte[]> upTo(
      Map<TopicPartition, Long> limits,
      Consumer<byte[], byte[]> consumer,
      ConsumerRecords<byte[], byte[]> polled) {
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> before = new HashMap<>();
    for (TopicPartition partition : polled.partitions()) {
      long limit = limits.getOrDefault(partition, Long.MAX_VALUE);
      var records = polled.records(partition).stream().filter(it -> it.offset() < limit).toList();
      if (!records.isEmpty()) {
        before.put(partition, records);
      }
      if (records.size() < polled.records(partition).size()) {
        consumer.seek(partition, limit);
      }
    }
    return new ConsumerRecords<>(before, Map.of());
  }

  private static final class Steps implements TrainingSession.StepSink {
    private final Trainer<?> trainer;
    private final InputPositions positions;
    private final VersionWriter writer;
    private final Predicate<Step> more;
    private boolean stopped;
    private long leftOut;
    private long lastForgotten;

    Steps(
        TrainerContext<?> context,
        InputPositions positions,
        Optional<TrainerState> from,
        Predicate<Step> more) {
      this.trainer = context.trainer();
      this.positions = positions;
      this.more = more;
      this.writer =
          new VersionWriter(
              context,
              new TopicIds(context.settings()).apply(context.input()),
              from.map(it -> it.manifest().getVersion()).orElse(-1L),
              from.map(TrainerState::manifest),
              new StoredVersions(
                  Optional.empty(), -1, new TreeMap<>(), new TreeSet<>(), 0, Set.of()),
              CheckpointWriter.ofDigests(from.map(TrainerState::checkpoint).orElse(Map.of())),
              Set::of);
    }

    @Override
    public void commitVersion(StepInProgress.Totals step, RoundRobinMerge<?> merge) {
      leftOut += step.leftOut();
      lastForgotten = Math.max(lastForgotten, step.lastForgotten());
      add(step.examples(), merge);
    }

    /** A batch may still be learned after the caller has had enough. */
    private void add(String examples, RoundRobinMerge<?> merge) {
      if (!stopped) {
        TrainerSnapshot snapshot = trainer.snapshot();
        writer.next(snapshot, examples, positions, merge);
        stopped =
            !more.test(
                new Step(
                    snapshot,
                    writer.manifest().orElseThrow(),
                    writer.checkpointManifest(positions, merge),
                    leftOut,
                    lastForgotten));
      }
    }

    /** Whether the last step has ended where all limits are; without limits never. */
    boolean haveReached(Map<TopicPartition, Long> limits) {
      return !limits.isEmpty()
          && writer.manifest().orElseThrow().getInputs().stream()
              .allMatch(it -> it.getTo() >= limits.getOrDefault(partition(it), Long.MAX_VALUE));
    }
  }

  private static <E> TrainerContext<E> context(
      Settings settings, TrainerLoop.Definition<E> definition, Trainer<E> trainer) {
    return new TrainerContext<>(
        definition.service(),
        settings,
        definition.config(),
        definition.input().name(),
        trainer,
        LoopMetrics.ofSteps(
            new SimpleMeterRegistry(),
            definition.service(),
            settings.topics().deadLetters().name()),
        new TrainerMetrics(),
        moment -> {},
        ForgottenSubjects.read(settings, definition.service()));
  }

  private static TopicPartition partition(InputRange range) {
    return new TopicPartition(range.getTopic(), range.getPartition());
  }

  /** The positions at which learning begins; the consumer stands there. */
  private static InputPositions positions(
      Settings settings,
      TrainerLoop.Definition<?> definition,
      Start start,
      Consumer<?, ?> consumer) {
    String topic = definition.input().name();
    String id = new TopicIds(settings).apply(topic);
    List<TopicPartition> partitions =
        CommittedReader.partitions(consumer, topic).stream()
            .sorted(Comparator.comparingInt(TopicPartition::partition))
            .toList();
    if (partitions.size() != start.ranges().size()) {
      throw new IncompatibleStateException(
          "the model was trained on %d partitions of %s, and it has %d"
              .formatted(start.ranges().size(), topic, partitions.size()));
    }
    consumer.assign(partitions);
    Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
    for (int i = 0; i < partitions.size(); i++) {
      InputRange range = start.ranges().get(i);
      requireSame(range, topic, id);
      long begin = begins.getOrDefault(partitions.get(i), 0L);
      requireReaches(range, begin, start.state().isPresent());
      // Of a partition that the model has learned nothing from, the log may begin later.
      consumer.seek(partitions.get(i), Math.max(begin, range.getFrom()));
    }
    return start.positions(partitions);
  }

  private static void requireSame(InputRange range, String topic, String id) {
    if (!range.getTopic().equals(topic) || !range.getTopicId().equals(id)) {
      throw new IncompatibleStateException(
          "the model was trained on the topic %s with the id %s, and %s has the id %s: it was deleted"
                  .formatted(range.getTopic(), range.getTopicId(), topic, id)
              + " and created again, or copied from another cluster");
    }
  }

  private static void requireReaches(InputRange range, long begin, boolean onFrom) {
    if (range.getFrom() < begin && range.getFrom() < range.getTo()) {
      throw new IncompatibleStateException(
          ("the log no longer reaches: partition %d of %s begins at offset %d, and %s from offset"
                  + " %d on; a longer retention.ms of the topic keeps what later versions need")
              .formatted(
                  range.getPartition(),
                  range.getTopic(),
                  begin,
                  onFrom ? "what comes after it was learned" : "the model was trained",
                  range.getFrom()));
    }
  }

  private static Map<TopicPartition, Long> ends(
      Settings settings, List<TopicPartition> partitions) {
    return CommittedReader.ends(settings, partitions, IsolationLevel.READ_COMMITTED);
  }
}
