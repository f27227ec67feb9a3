package io.millrace.cli.forget;

import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.avro.InputRange;
import io.millrace.schemas.avro.ModelManifest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;

/** Which versions of models have learned from records, by the input ranges of their manifests. */
final class LearnedVersions {

  /**
   * A version that has learned from some of the records.
   *
   * @param records how many of them
   * @param parts whether its parts are on the topic still; false where they are deleted
   * @param newest whether it is the newest of its model: its trainer learns on from it
   */
  record Learned(ModelManifest manifest, int records, boolean parts, boolean newest) {}

  private LearnedVersions() {}

  /** The versions whose parts are kept, and the newest one of each model, by model and version. */
  static List<Learned> read(Settings settings, List<SubjectSearch.Found> found) {
    Map<String, NavigableSet<Long>> withParts = new HashMap<>();
    Map<String, Long> newest = new HashMap<>();
    List<ModelManifest> manifests = ModelReader.manifests(settings);
    manifests.forEach(it -> newest.merge(it.getModel(), it.getVersion(), Math::max));
    List<Learned> learned = new ArrayList<>();
    for (ModelManifest manifest : manifests) {
      String model = manifest.getModel();
      boolean parts =
          withParts
              .computeIfAbsent(model, it -> ModelReader.withParts(settings, it))
              .contains(manifest.getVersion());
      boolean last = newest.getOrDefault(model, -1L) == manifest.getVersion();
      int records = records(manifest, found, settings.topics().prefix());
      if (records > 0 && (parts || last)) {
        learned.add(new Learned(manifest, records, parts, last));
      }
    }
    return learned;
  }

  private static int records(
      ModelManifest manifest, List<SubjectSearch.Found> found, String prefix) {
    return (int)
        found.stream()
            .filter(it -> !it.deletes())
            .filter(it -> manifest.getInputs().stream().anyMatch(range -> has(range, it, prefix)))
            .count();
  }

  private static boolean has(InputRange range, SubjectSearch.Found record, String prefix) {
    return range.getTopic().equals(prefix + record.topic())
        && range.getPartition() == record.partition()
        && range.getFrom() <= record.offset()
        && record.offset() < range.getTo();
  }
}
