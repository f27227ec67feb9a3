package io.millrace.cli.forget;

import io.millrace.cli.forget.LearnedVersions.VersionLearning;
import io.millrace.cli.forget.SubjectSearch.SubjectRecord;
import io.millrace.cli.training.TrainedModel;
import io.millrace.runtime.administration.ManifestSettings;
import io.millrace.runtime.administration.ModelRebuild;
import io.millrace.runtime.administration.SubjectForgetting;
import io.millrace.runtime.models.ModelName;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import io.millrace.schemas.avro.InputRange;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.ServingDecision;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongPredicate;

/**
 * Takes subjects out of the models of one kind, whose list has them by now:
 *
 * <ol>
 *   <li>Learns each model again that has learned from their records, or is about to, and puts it in
 *       the place of its newest version ({@link ModelRebuild}).
 *   <li>Moves the pointer, where it names a version that has learned from them.
 *   <li>Deletes the parts of such versions.
 * </ol>
 *
 * <p>What was done is not done again by another run, so that one that was broken off can be
 * repeated.
 */
final class ModelForgetting {

  /** Is told what takes long. */
  interface Progress {
    void show(String activity, double done);

    /** It is over. */
    void clear();
  }

  /**
   * A model that was learned again.
   *
   * @param missing input ranges of the version before, of which the log no longer has the beginning
   */
  record Rebuilt(ModelManifest manifest, List<InputRange> missing) {}

  /**
   * What was done.
   *
   * @param problems why models were not learned again, by model
   * @param deleted the versions whose parts were deleted, by model
   * @param decision what answers from now on, if that was decided
   */
  record ForgettingResult(
      List<Rebuilt> rebuilt,
      NavigableMap<String, String> problems,
      NavigableMap<String, NavigableSet<Long>> deleted,
      Optional<ServingDecision> decision) {}

  private final Settings settings;
  private final TrainedModel kind;
  private final ForgottenLists lists;
  private final Progress progress;
  private final List<Rebuilt> rebuilt = new ArrayList<>();
  private final NavigableMap<String, String> problems = new TreeMap<>();

  /**
   * A run for a kind.
   *
   * @param lists with the subjects
   */
  ModelForgetting(Settings settings, TrainedModel kind, ForgottenLists lists, Progress progress) {
    this.settings = settings;
    this.kind = kind;
    this.lists = lists;
    this.progress = progress;
  }

  /**
   * Runs.
   *
   * @param kept the versions of the kind that are kept
   * @param found the subjects' records on the input of the kind
   * @param unsure whether to learn models again, too, of which nobody can say whether they have
   *     learned from the subjects
   */
  ForgettingResult run(
      List<VersionLearning> kept, Collection<SubjectRecord> found, boolean unsure) {
    for (VersionLearning each : kept) {
      if (each.newest() && (isAffected(each.manifest(), found) || unsure && each.unsure())) {
        rebuild(each.manifest());
      }
    }
    Map<String, LongPredicate> bad = versionsToDelete(kept, unsure);
    Optional<ServingDecision> decision =
        bad.isEmpty()
            ? Optional.empty()
            : RebuiltServing.decide(
                settings,
                kind.toString(),
                it -> bad.getOrDefault(it.model(), version -> false).test(it.number()));
    NavigableMap<String, NavigableSet<Long>> deleted = new TreeMap<>();
    var forgetting = new SubjectForgetting(settings, kind.toString());
    bad.forEach((model, versions) -> deleted.put(model, forgetting.deleteParts(model, versions)));
    deleted.values().removeIf(Set::isEmpty);
    return new ForgettingResult(List.copyOf(rebuilt), problems, deleted, decision);
  }

  /**
   * Whether a record that is to be left out lies behind the beginning of a model. It may be one
   * that its trainer has not learned yet, which reads the list only when it begins or goes on.
   */
  private boolean isAffected(ModelManifest newest, Collection<SubjectRecord> found) {
    return found.stream()
        .filter(it -> !it.deletes() && !lists.isLeftOut(newest, it))
        .anyMatch(it ->
            newest.getInputs().stream()
                .filter(range -> range.getPartition() == it.partition())
                .anyMatch(range -> range.getFrom() <= it.offset()));
  }

  private void rebuild(ModelManifest newest) {
    String name = newest.getModel();
    try {
      TrainedModel model = TrainedModel.of(name).orElseThrow();
      Settings its =
          ManifestSettings.of(
              model.settings(settings), newest, ModelName.kindOf(name), model::trainer);
      ModelRebuild rebuild = ModelRebuild.of(settings, newest, model.trainer(its));
      double all = Math.max(1, rebuild.ranges().stream().mapToLong(ModelForgetting::length).sum());
      ModelManifest manifest =
          rebuild.run(step ->
              progress.show(
                  "learning " + name + " again",
                  step.getInputs().stream().mapToLong(ModelForgetting::length).sum() / all));
      rebuilt.add(new Rebuilt(manifest, rebuild.missing()));
    } catch (IncompatibleStateException | SettingsException e) {
      problems.put(name, String.valueOf(e.getMessage()));
    } finally {
      progress.clear();
    }
  }

  private static long length(InputRange range) {
    return range.getTo() - range.getFrom();
  }

  /**
   * Of a model that was learned again all older versions, of others those that have learned, or may
   * have: the rest of a run that was broken off.
   */
  private Map<String, LongPredicate> versionsToDelete(List<VersionLearning> kept, boolean unsure) {
    Map<String, LongPredicate> versions = new TreeMap<>();
    Map<String, Set<Long>> learned = new HashMap<>();
    for (VersionLearning each : kept) {
      String model = each.manifest().getModel();
      boolean learnedFromThem = each.records() > 0 || unsure && each.unsure();
      if (learnedFromThem && !each.newest() && !problems.containsKey(model)) {
        learned.computeIfAbsent(model, it -> new TreeSet<>()).add(each.manifest().getVersion());
      }
    }
    learned.forEach((model, numbers) -> versions.put(model, numbers::contains));
    rebuilt.forEach(it ->
        versions.put(it.manifest().getModel(), number -> number < it.manifest().getVersion()));
    return versions;
  }
}
