package io.millrace.runtime.settings;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How the settings on which a model depends have changed from build to build, so that a checkpoint
 * of another build goes on where that is right, and is refused with the reason where it is not.
 *
 * <ul>
 *   <li><b>Renamed</b>: the old name counts as the new one, see {@link RenamedSettings}.
 *   <li><b>Added</b>: earlier builds behaved as some value of it, and a checkpoint without the
 *       setting has that value; or what the setting is about has only begun with it, and a
 *       checkpoint without it goes on with any. The value of earlier builds is left out of
 *       checkpoints, so that earlier builds go on with them after a rollback.
 *   <li><b>Removed</b>: this build behaves as one value of it, and a checkpoint with that value
 *       goes on.
 *   <li><b>Another default</b>: not possible, since every model trained with the old default would
 *       be refused or changed. A better value gets a setting of its own, or waits for a new model.
 * </ul>
 *
 * <p>Whoever changes the settings of a {@link ModelFingerprint} says so in {@link #OF_THIS_BUILD}.
 *
 * @param added with the service before their names: the value of earlier builds; empty if any fits
 * @param removed with the service before their names: the value as which this build behaves
 */
public record FingerprintHistory(Map<String, Optional<String>> added, Map<String, String> removed) {

  /** What has changed since the first build. */
  public static final FingerprintHistory OF_THIS_BUILD =
      new FingerprintHistory(
          Map.ofEntries(
              Map.entry("classifier.memory.capacity", Optional.empty()),
              Map.entry("classifier.drift.detector", Optional.of("page-hinkley")),
              Map.entry("classifier.drift.threshold", Optional.of("50.0")),
              Map.entry("classifier.drift.delta", Optional.of("1.0E-6")),
              Map.entry("classifier.drift.action", Optional.of("report")),
              Map.entry("classifier.drift.documents", Optional.of("2000")),
              Map.entry("classifier.drift.decay", Optional.of("0.1")),
              Map.entry("vision.drift.detector", Optional.of("page-hinkley")),
              Map.entry("vision.drift.delta", Optional.of("1.0E-6")),
              Map.entry("vision.drift.action", Optional.of("raise-learning-rate"))),
          Map.of());

  public FingerprintHistory {
    added = Map.copyOf(added);
    removed = Map.copyOf(removed);
  }

  /**
   * The settings as they are written into a checkpoint: without those that have the value of
   * earlier builds.
   *
   * @param service begins the full names of its settings
   * @param settings values by names without the service
   */
  public Map<String, String> written(String service, Map<String, String> settings) {
    Map<String, String> written = new TreeMap<>(settings);
    written
        .entrySet()
        .removeIf(it -> it.getValue().equals(earlierValue(service, it.getKey()).orElse(null)));
    return written;
  }

  /**
   * Why a checkpoint does not fit this build's settings; empty if it does.
   *
   * @param service begins the full names of its settings
   * @param then the settings of the checkpoint, by names without the service
   * @param now those of this process
   */
  public Optional<String> difference(
      String service, Map<String, String> then, Map<String, String> now) {
    Map<String, String> before = RenamedSettings.withNewNames(service, then);
    Set<String> names = new TreeSet<>(before.keySet());
    names.addAll(now.keySet());
    return names.stream()
        .map(name ->
            difference(
                service + "." + name,
                Optional.ofNullable(before.get(name)).or(() -> earlierValue(service, name)),
                Optional.ofNullable(now.get(name))))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private Optional<String> difference(String setting, Optional<String> then, Optional<String> now) {
    if (then.equals(now)) {
      return Optional.empty();
    }
    if (now.isEmpty()) {
      return ofRemoved(setting, then.orElseThrow());
    }
    if (then.isPresent()) {
      return Optional.of(
          "the setting %s is %s, but the model was trained with %s: set it back"
              .formatted(setting, now.get(), then.get()));
    }
    return added.containsKey(setting)
        ? Optional.empty()
        : Optional.of(
            "the setting %s is %s, but the build that trained the model had no such setting, and"
                    .formatted(setting, now.get())
                + " this build does not know which value it behaved as");
  }

  private Optional<String> ofRemoved(String setting, String then) {
    if (then.equals(removed.get(setting))) {
      return Optional.empty();
    }
    return Optional.of(
        "the model was trained with %s=%s, ".formatted(setting, then)
            + (removed.containsKey(setting)
                ? "and this build only does what %s was: run the build that trained it"
                    .formatted(removed.get(setting))
                : "a setting that this build does not know: run the later build that trained it"));
  }

  private Optional<String> earlierValue(String service, String name) {
    return added.getOrDefault(service + "." + name, Optional.empty());
  }
}
