package io.millrace.runtime.administration;

import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.TopicIds;
import io.millrace.runtime.kafka.TransactionFailure;
import io.millrace.runtime.models.StoredCheckpoint;
import io.millrace.runtime.settings.FingerprintHistory;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.training.TrainerLoop;
import io.millrace.schemas.avro.InputRange;
import io.millrace.schemas.avro.ModelManifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Learns a live model again from what its log has, without the records of forgotten subjects, and
 * puts that in its place:
 *
 * <ol>
 *   <li>Learns from the beginning of the newest version's input ranges to the present end of the
 *       log, beside the live trainer; where the log begins later, from there.
 *   <li>Takes the model's transactional id over, which fences the trainer, and in one transaction
 *       publishes the next version without a parent, its checkpoint in place of the old ones, and
 *       the group's offsets. The trainer restores that and goes on from there.
 * </ol>
 *
 * <p>The parts of older versions stay. Not thread-safe.
 */
public final class ModelRebuild {

  /**
   * A trainer that was fenced takes its model over again, perhaps before the commit. Each attempt
   * reads anew what is there, so that one whose end is unknown can be repeated.
   */
  private static final int ATTEMPTS = 10;

  private final ModelManifest newest;
  private final boolean hadCheckpoint;
  private final ModelReplay replay;
  private final List<InputRange> ranges;
  private final List<InputRange> missing;

  private ModelRebuild(
      ModelManifest newest,
      boolean hadCheckpoint,
      ModelReplay replay,
      List<InputRange> ranges,
      List<InputRange> missing) {
    this.newest = newest;
    this.hadCheckpoint = hadCheckpoint;
    this.replay = replay;
    this.ranges = List.copyOf(ranges);
    this.missing = List.copyOf(missing);
  }

  /**
   * Finds what there is to learn from.
   *
   * @param newest the newest version of the model
   * @param definition its trainer, with the settings of that version
   * @throws IncompatibleStateException if it cannot be learned from the log
   */
  public static ModelRebuild of(
      Settings settings, ModelManifest newest, TrainerLoop.Definition<?> definition) {
    if (newest.getEnvironment().containsKey("origin")) {
      throw new IncompatibleStateException(
          "%s began with imported weights, which are not in the log: import them again with `millrace models import %s --reset`, and its trainer learns what the log has"
              .formatted(newest.getModel(), newest.getModel()));
    }
    FingerprintHistory.OF_THIS_BUILD
        .difference(
            definition.service(), newest.getSettings(), ManifestSettings.fingerprint(definition))
        .ifPresent(difference -> {
          throw new IncompatibleStateException(
              "version %d of %s was learned with other settings: %s"
                  .formatted(newest.getVersion(), newest.getModel(), difference));
        });
    String topic = definition.input().name();
    String id = new TopicIds(settings).apply(topic);
    List<InputRange> ranges = new ArrayList<>();
    List<InputRange> missing = new ArrayList<>();
    try (var consumer = KafkaClients.reader(settings)) {
      List<TopicPartition> partitions = CommittedReader.partitions(consumer, topic);
      Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
      Map<TopicPartition, Long> ends =
          CommittedReader.ends(settings, partitions, IsolationLevel.READ_COMMITTED);
      for (TopicPartition partition : partitions) {
        long begin = begins.getOrDefault(partition, 0L);
        long end = ends.getOrDefault(partition, begin);
        long from = begin;
        for (InputRange was : newest.getInputs()) {
          if (was.getPartition() == partition.partition() && was.getTopicId().equals(id)) {
            from = Math.min(end, Math.max(begin, was.getFrom()));
          }
        }
        ranges.add(new InputRange(topic, partition.partition(), from, end, id));
      }
    }
    newest.getInputs().stream().filter(it -> isMissing(it, ranges)).forEach(missing::add);
    boolean hasCheckpoint =
        StoredCheckpoint.deletion(settings, definition.service(), newest.getModel()).exists();
    return new ModelRebuild(
        newest, hasCheckpoint, new ModelReplay(settings, definition), ranges, missing);
  }

  /** Whether the log no longer has all of a range. */
  private static boolean isMissing(InputRange was, List<InputRange> now) {
    return was.getFrom() < was.getTo()
        && now.stream()
            .noneMatch(it ->
                it.getPartition() == was.getPartition()
                    && it.getTopicId().equals(was.getTopicId())
                    && it.getFrom() <= was.getFrom());
  }

  /** What it learns from. */
  public List<InputRange> ranges() {
    return ranges;
  }

  /** The ranges of the newest version of which the log no longer has the beginning. */
  public List<InputRange> missing() {
    return missing;
  }

  /**
   * Learns, and puts the model in its place.
   *
   * @param progress is given the manifest of each version that is learned; none is published but
   *     the last
   * @return the manifest of the published version
   * @throws IncompatibleStateException if meanwhile the model was begun anew or replaced, or
   *     further subjects were forgotten; nothing was changed then
   * @throws KafkaException if it was not committed; nothing was changed then, unless the brokers
   *     did not answer
   */
  public ModelManifest run(Consumer<ModelManifest> progress) {
    replay.run(ranges, progress);
    for (int attempt = 1; ; attempt++) {
      try {
        return replay.replace(newest, hadCheckpoint);
      } catch (KafkaException e) {
        if (attempt == ATTEMPTS || TransactionFailure.of(e) == TransactionFailure.FATAL) {
          throw e;
        }
      }
    }
  }
}
