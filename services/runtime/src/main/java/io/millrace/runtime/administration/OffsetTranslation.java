package io.millrace.runtime.administration;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.TopicIds;
import io.millrace.runtime.kafka.Transactions;
import io.millrace.runtime.metrics.LoopMetrics;
import io.millrace.runtime.models.ModelName;
import io.millrace.runtime.models.ModelRecords;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.models.StoredCheckpoint;
import io.millrace.runtime.models.StoredVersions;
import io.millrace.runtime.records.RecordDigest;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.avro.CheckpointManifest;
import io.millrace.schemas.avro.InputRange;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.ReadRecord;
import io.millrace.schemas.avro.Source;
import io.millrace.topics.Catalogue;
import io.millrace.topics.Topic;
import io.millrace.topics.TopicSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Lets a trainer go on with a copy of its input that has other offsets, as MirrorMaker makes them:
 * translates the positions in its checkpoint.
 *
 * <ol>
 *   <li>Takes over the model's transactional id, which fences a running trainer.
 *   <li>Reads checkpoint and newest version, which were copied too. The checkpoint has digests of
 *       the last records before each position.
 *   <li>Reads the copy from beginning to end and looks for these records, see {@link
 *       CopiedPosition}. Where a position is not certain, changes nothing.
 *   <li>Writes the positions into the checkpoint, the version's input ranges and the consumer
 *       group, and the ids of the copy into the version, in one transaction. The version keeps its
 *       number and bytes.
 * </ol>
 */
public final class OffsetTranslation {

  private static final Duration TRANSACTION_TIMEOUT = Duration.ofMinutes(1);
  private static final Duration POLL = Duration.ofMillis(100);

  /**
   * The position of a partition.
   *
   * @param was the next offset in the original
   * @param is the next offset in the copy
   * @param found how many of the last records before it the copy has
   * @param lost how many of them the copy lacks, and should have
   */
  public record Position(TopicPartition partition, long was, long is, int found, int lost) {}

  private final Settings settings;
  private final String model;
  private final String input;
  private final TopicSpec spec;

  /**
   * A translation.
   *
   * @param model the model
   * @param input the topic that it is trained on: the copy
   */
  public OffsetTranslation(Settings settings, String model, Topic<?, ?> input) {
    this.settings = settings;
    this.model = model;
    this.input = input.name();
    String name = input.name().substring(settings.topics().prefix().length());
    this.spec =
        Catalogue.load().topics().stream()
            .filter(topic -> topic.name().equals(name))
            .findFirst()
            .orElseThrow();
  }

  /**
   * Finds the positions and changes nothing.
   *
   * @throws IncompatibleStateException if a position is not certain, or there is nothing to
   *     translate
   */
  public List<Position> preview() {
    return positions(state());
  }

  /**
   * Translates the positions; returns when that is committed.
   *
   * @param acceptLost whether to go on where the copy lacks records that the model learned from
   * @throws IncompatibleStateException if a position is not certain, or there is nothing to
   *     translate; nothing was changed then
   * @throws KafkaException if it did not commit; nothing was changed then, unless the brokers did
   *     not answer
   */
  public List<Position> translate(boolean acceptLost) {
    var metrics =
        LoopMetrics.ofSteps(
            new SimpleMeterRegistry(), model, settings.topics().deadLetters().name());
    String id = settings.common().transactionalId(model);
    try (var transactions =
        Transactions.fenceAndOpen(settings, id, TRANSACTION_TIMEOUT, metrics, moment -> {})) {
      State state = state();
      List<Position> positions = positions(state);
      if (!acceptLost) {
        requireNothingLost(positions);
      }
      Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
      positions.forEach(it -> offsets.put(it.partition(), new OffsetAndMetadata(it.is())));
      transactions.commit(
          records(state, positions),
          offsets,
          new ConsumerGroupMetadata(settings.common().group(model)));
      return positions;
    }
  }

  private void requireNothingLost(List<Position> positions) {
    positions.stream()
        .filter(position -> position.lost() > 0)
        .findFirst()
        .ifPresent(position -> {
          throw new IncompatibleStateException(
              ("%s lacks the last %d records or more that model %s has learned from: let the"
                      + " copying finish. If they are lost for good, --allow-lost goes on after the"
                      + " last one that the copy has")
                  .formatted(position.partition(), position.lost(), model));
        });
  }

  /** What was copied, and the id of the copy. */
  private record State(StoredCheckpoint checkpoint, ModelVersion version, String topicId) {
    CheckpointManifest manifest() {
      return checkpoint.manifest();
    }
  }

  private State state() {
    StoredCheckpoint checkpoint =
        StoredCheckpoint.read(settings, ModelName.kindOf(model), model)
            .orElseThrow(() ->
                new IncompatibleStateException(
                    ("model %s has no checkpoint on %s: copy the topics checkpoints and models as"
                            + " well, or let its trainer begin a new model")
                        .formatted(model, settings.topics().checkpoints().name())));
    ModelVersion version =
        StoredVersions.read(settings, model)
            .newest()
            .filter(it -> it.manifest().getVersion() == checkpoint.manifest().getVersion())
            .orElseThrow(() ->
                new IncompatibleStateException(
                    ("the checkpoint of model %s belongs to version %d, which is not the newest"
                            + " complete one on %s: copy both topics to the same moment")
                        .formatted(
                            model,
                            checkpoint.manifest().getVersion(),
                            settings.topics().models().name())));
    String topicId = new TopicIds(settings).apply(input);
    String was = version.manifest().getEnvironment().get(ModelRecords.INPUT_TOPIC);
    if (topicId.equals(was)) {
      throw new IncompatibleStateException(
          ("model %s was trained on this very topic %s, with the id %s: there is nothing to"
                  + " translate")
              .formatted(model, input, topicId));
    }
    if (checkpoint.manifest().getRecent().isEmpty()) {
      throw IncompatibleStateException.resettable(
          model,
          ("the checkpoint of model %s does not say which records it read last: it has read none,"
               + " or an earlier build or one with upgrade.from wrote it. Where the original still"
               + " is, run this build there until it has published a version, and copy again")
              .formatted(model));
    }
    return new State(checkpoint, version, topicId);
  }

  private List<Position> positions(State state) {
    Map<Integer, Long> was = new TreeMap<>();
    state.manifest().getPositions().forEach(it -> was.put(it.getPartition(), it.getOffset()));
    try (var consumer = KafkaClients.reader(settings)) {
      List<TopicPartition> partitions = CommittedReader.partitions(consumer, input);
      if (partitions.size() != was.size()) {
        throw new IncompatibleStateException(
            "%s has %d partitions, but model %s was trained on %d: a copy must have the same number"
                .formatted(input, partitions.size(), model, was.size()));
      }
      Map<Integer, CopiedPosition> searches = search(consumer, partitions, state);
      List<Position> positions = new ArrayList<>();
      for (TopicPartition partition : partitions) {
        long before =
            Objects.requireNonNull(was.get(partition.partition()), "one of each partition");
        switch (of(partition.partition(), searches).find()) {
          case CopiedPosition.Result.Certain(long offset, int found, int lost) ->
              positions.add(new Position(partition, before, offset, found, lost));
          case CopiedPosition.Result.Uncertain(String reason) ->
              throw IncompatibleStateException.resettable(
                  model,
                  "it is not certain where model %s continues in %s: %s"
                      .formatted(model, partition, reason));
        }
      }
      return positions;
    }
  }

  /** Records of producers may be equal but for their time; what is derived names its source. */
  private Map<Integer, CopiedPosition> search(
      Consumer<byte[], byte[]> consumer, List<TopicPartition> partitions, State state) {
    Map<Integer, CopiedPosition> searches = new HashMap<>();
    for (TopicPartition partition : partitions) {
      List<ReadRecord> before =
          state.manifest().getRecent().stream()
              .filter(record -> record.getPartition() == partition.partition())
              .toList();
      searches.put(
          partition.partition(), new CopiedPosition(before, spec.compacted(), !spec.derived()));
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends =
        CommittedReader.ends(settings, partitions, IsolationLevel.READ_COMMITTED);
    while (!CommittedReader.reached(consumer, ends)) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        of(record.partition(), searches).add(RecordDigest.of(record));
      }
    }
    return searches;
  }

  private static CopiedPosition of(int partition, Map<Integer, CopiedPosition> searches) {
    return Objects.requireNonNull(searches.get(partition), "one of each partition");
  }

  private List<ProducerRecord<byte[], byte[]>> records(State state, List<Position> positions) {
    Map<String, String> environment = new TreeMap<>(state.version().manifest().getEnvironment());
    environment.put(ModelRecords.INPUT_TOPIC, state.topicId());
    ModelManifest version =
        ModelManifest.newBuilder(state.version().manifest())
            .setInputs(ranges(positions, state.topicId()))
            .setEnvironment(environment)
            .build();
    CheckpointManifest checkpoint =
        CheckpointManifest.newBuilder(state.manifest())
            .setPositions(
                positions.stream()
                    .map(it -> new Source(input, it.partition().partition(), it.is()))
                    .toList())
            .build();
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    // With its parts: a manifest without new parts before it would complete nothing.
    records.addAll(
        ModelRecords.version(settings.topics().models().name(), version, state.version().bytes()));
    records.addAll(
        StoredCheckpoint.records(
            settings.topics().checkpoints().name(),
            ModelName.kindOf(model),
            checkpoint,
            Map.<String, Optional<byte[]>>of()));
    return records;
  }

  /** All that the copy has before the positions was learned from. */
  private List<InputRange> ranges(List<Position> positions, String topicId) {
    try (var consumer = KafkaClients.reader(settings)) {
      Map<TopicPartition, Long> begins =
          consumer.beginningOffsets(positions.stream().map(Position::partition).toList());
      return positions.stream()
          .map(it ->
              new InputRange(
                  input, it.partition().partition(), begins.get(it.partition()), it.is(), topicId))
          .toList();
    }
  }
}
