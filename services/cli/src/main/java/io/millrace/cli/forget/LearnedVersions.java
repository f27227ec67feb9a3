package io.millrace.cli.forget;

import io.millrace.cli.forget.SubjectSearch.SubjectRecord;
import io.millrace.cli.training.TrainedModel;
import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.TopicIds;
import io.millrace.runtime.models.ModelName;
import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.InputRange;
import io.millrace.schemas.avro.ModelManifest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * Which versions of models have learned from subjects, by the input ranges of their manifests and
 * the lists of forgotten subjects.
 */
final class LearnedVersions {

  /**
   * A version that is kept: its parts are on the topic, or it is the newest of its model.
   *
   * @param records how many of the subjects' records it has learned from
   * @param unsure whether it may have learned from others: it has begun with imported weights, or
   *     before the log does and before the subjects were forgotten
   * @param parts whether its parts are on the topic still; false where they are deleted
   * @param newest whether it is the newest of its model: its trainer learns on from it
   */
  record VersionLearning(
      ModelManifest manifest, int records, boolean unsure, boolean parts, boolean newest) {

    /** Whether it may have learned from the subjects. */
    boolean any() {
      return records > 0 || unsure;
    }

    /** Whether it has begun with weights from a file, which may have learned from anything. */
    boolean imported() {
      return isImported(manifest);
    }

    /** Its model's kind. */
    String kind() {
      return ModelName.kindOf(manifest.getModel());
    }
  }

  private final Settings settings;
  private final Set<Subject> subjects;
  private final Map<TopicPartition, Long> begins = new HashMap<>();
  private final Map<String, String> topicIds = new HashMap<>();

  /** Reads where the inputs of trainers begin. */
  LearnedVersions(Settings settings, Set<Subject> subjects) {
    this.settings = settings;
    this.subjects = Set.copyOf(subjects);
    var ids = new TopicIds(settings);
    try (var consumer = KafkaClients.reader(settings)) {
      for (TrainedModel kind : TrainedModel.kinds()) {
        String topic = kind.input(settings.topics()).name();
        topicIds.put(topic, ids.apply(topic));
        begins.putAll(consumer.beginningOffsets(CommittedReader.partitions(consumer, topic)));
      }
    }
  }

  /**
   * The versions that are kept, of the kinds that learn from such subjects, by model and version.
   */
  List<VersionLearning> kept(Collection<SubjectRecord> found, ForgottenLists lists) {
    Map<String, NavigableSet<Long>> withParts = new HashMap<>();
    Map<String, Long> newest = new HashMap<>();
    List<ModelManifest> manifests =
        ModelReader.manifests(settings).stream().filter(this::isOfKind).toList();
    manifests.forEach(it -> newest.merge(it.getModel(), it.getVersion(), Math::max));
    String prefix = settings.topics().prefix();
    List<VersionLearning> kept = new ArrayList<>();
    for (ModelManifest manifest : manifests) {
      String model = manifest.getModel();
      boolean parts =
          withParts
              .computeIfAbsent(model, it -> ModelReader.withParts(settings, it))
              .contains(manifest.getVersion());
      boolean last = newest.getOrDefault(model, -1L) == manifest.getVersion();
      if (parts || last) {
        kept.add(
            new VersionLearning(
                manifest,
                lists.learned(manifest, found, prefix),
                isImported(manifest)
                    || lists.isOlder(manifest, subjects) && isOlderThanLog(manifest),
                parts,
                last));
      }
    }
    return kept;
  }

  private static boolean isImported(ModelManifest manifest) {
    return manifest.getEnvironment().containsKey("origin");
  }

  private boolean isOfKind(ModelManifest manifest) {
    String kind = ModelName.kindOf(manifest.getModel());
    return subjects.stream()
        .flatMap(it -> ForgottenLists.kinds(it.kind()).stream())
        .anyMatch(it -> it.toString().equals(kind));
  }

  /**
   * Whether the log no longer has all that a version was learned from. Of the documents of the
   * embedding, compaction may have taken any.
   */
  private boolean isOlderThanLog(ModelManifest manifest) {
    return manifest.getInputs().stream()
        .filter(it -> it.getFrom() < it.getTo())
        .anyMatch(
            it -> it.getTopic().equals(settings.topics().documents().name()) || isOlderThanLog(it));
  }

  private boolean isOlderThanLog(InputRange range) {
    return !range.getTopicId().equals(topicIds.get(range.getTopic()))
        || range.getFrom()
            < begins.getOrDefault(
                new TopicPartition(range.getTopic(), range.getPartition()), Long.MAX_VALUE);
  }
}
