package io.millrace.runtime.training;

import io.millrace.runtime.models.ModelRecords;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.models.StoredVersions;
import io.millrace.runtime.settings.FingerprintHistory;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.schemas.avro.CheckpointManifest;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.Source;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/**
 * Whether a checkpoint can be continued by this build with these settings. If not, an {@link
 * IncompatibleStateException} names what differs: the service stops, nothing is changed, and a
 * person decides between the old setting and a new model.
 */
final class CheckpointCompatibility {

  private final TrainerContext<?> context;
  private final CheckpointManifest manifest;
  private final String model;

  CheckpointCompatibility(TrainerContext<?> context, CheckpointManifest manifest) {
    this.context = context;
    this.manifest = manifest;
    this.model = context.model();
  }

  /** Requires the format that this build writes. */
  void requireSameFormat() {
    int format = manifest.getFormat();
    if (format != ModelRecords.FORMAT) {
      throw IncompatibleStateException.resettable(
          model,
          "the checkpoint of model %s has format %d, but this build reads format %d: %s"
              .formatted(
                  model,
                  format,
                  ModelRecords.FORMAT,
                  format > ModelRecords.FORMAT
                      ? "run the later build that wrote it"
                      : "run an earlier build"));
    }
  }

  /**
   * Requires the same value of every setting that makes another model of the same log. {@link
   * FingerprintHistory} says how those of other builds are read.
   */
  void requireSameSettings() {
    FingerprintHistory.OF_THIS_BUILD
        .difference(context.service(), manifest.getSettings(), context.fingerprint())
        .ifPresent(difference -> {
          throw IncompatibleStateException.resettable(
              model,
              "the checkpoint of model %s does not fit: %s"
                  .formatted(model, context.withNamesOfSettings(difference)));
        });
  }

  /** Requires that the version to which the checkpoint belongs is the newest complete one. */
  ModelVersion requireVersion(StoredVersions versions) {
    return versions
        .newest()
        .filter(newest -> newest.manifest().getVersion() == manifest.getVersion())
        .orElseThrow(() ->
            IncompatibleStateException.resettable(
                model,
                "the checkpoint of model %s belongs to version %d, which is not complete on %s"
                    .formatted(
                        model,
                        manifest.getVersion(),
                        context.settings().topics().models().name())));
  }

  /**
   * Requires that the input is the topic that the version was trained on, not one of the same name
   * that was made later or on another cluster, whose offsets say something else. A version of an
   * earlier build does not say which topic it was.
   *
   * @param newest the version of the checkpoint
   * @param present the ids of cluster and input topic
   */
  void requireInput(ModelManifest newest, String present) {
    String was = newest.getEnvironment().get(ModelRecords.INPUT_TOPIC);
    if (was == null || was.equals(present) || was.equals(context.config().inputCopyOf())) {
      return;
    }
    throw IncompatibleStateException.resettable(
        model,
        ("model %s was trained on the topic %s with the id %s, but the topic of that name now has"
             + " the id %s: it was deleted and created again, or restored on another cluster. If it"
             + " is a copy with the same offsets, set %s.input.copy.of=%s for one start; if it is a"
             + " copy with other offsets, run `millrace models translate-offsets %s`")
            .formatted(model, context.input(), was, present, context.settingsPrefix(), was, model));
  }

  /**
   * Requires that the input has the partitions that it had.
   *
   * @return the checkpoint's next offset of each partition
   */
  Map<TopicPartition, Long> requirePartitions(List<TopicPartition> partitions) {
    Map<TopicPartition, Long> positions =
        manifest.getPositions().stream()
            .collect(
                Collectors.toMap(
                    it -> new TopicPartition(it.getTopic(), it.getPartition()), Source::getOffset));
    if (!positions.keySet().equals(new HashSet<>(partitions))) {
      throw IncompatibleStateException.resettable(
          model,
          "the input of model %s has the partitions %s, but its checkpoint has %s"
              .formatted(model, partitions, positions.keySet()));
    }
    return positions;
  }
}
