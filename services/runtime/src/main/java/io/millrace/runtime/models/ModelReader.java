package io.millrace.runtime.models;

import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.avro.ModelManifest;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongPredicate;

/** Reads the models topic once, for commands. Services use {@link ModelFollower}. */
public final class ModelReader {

  private ModelReader() {}

  /**
   * All manifests on the topic, by model, then by version. Commands that need fewer read {@link
   * PublishedManifests}.
   */
  public static List<ModelManifest> manifests(Settings settings) {
    var manifests = PublishedManifests.read(settings, Integer.MAX_VALUE);
    return manifests.models().stream().flatMap(manifests::of).toList();
  }

  /** The parts of a version by number, each as the topic has it last. */
  public static NavigableMap<Integer, byte[]> parts(Settings settings, String model, long version) {
    NavigableMap<Integer, byte[]> parts = new TreeMap<>();
    CommittedReader.readStable(
        settings,
        settings.topics().models().name(),
        (text, value, timestamp) ->
            ModelKey.parse(text)
                .filter(key -> key.model().equals(model) && key.version() == version)
                .filter(key -> !key.isManifest())
                .ifPresent(key -> {
                  if (value == null) {
                    parts.remove(key.part().getAsInt());
                  } else {
                    parts.put(key.part().getAsInt(), value);
                  }
                }));
    return parts;
  }

  /**
   * Loads a version and checks it against its digest, also one whose parts are deleted while the
   * log still has them.
   *
   * @param version its number; empty for the newest complete version
   * @return empty if no such version was published, or its parts are gone
   */
  public static Optional<ModelVersion> load(Settings settings, String model, OptionalLong version) {
    return newestInLog(
        settings, model, number -> version.isEmpty() || version.getAsLong() == number);
  }

  /**
   * Loads the newest of some versions that is complete, matches its digest, and is not deleted.
   *
   * <ol>
   *   <li>Reads which of them have parts that are not deleted.
   *   <li>Reads the topic again, and those alone.
   * </ol>
   *
   * @param wanted whether a version is one of them, by its number
   * @return empty if there is none
   */
  public static Optional<ModelVersion> newest(
      Settings settings, String model, LongPredicate wanted) {
    NavigableSet<Long> withParts = withParts(settings, model);
    withParts.removeIf(number -> !wanted.test(number));
    return withParts.isEmpty()
        ? Optional.empty()
        : newestInLog(settings, model, withParts::contains);
  }

  /** The versions of a model of which no part is deleted. */
  public static NavigableSet<Long> withParts(Settings settings, String model) {
    NavigableSet<Long> versions = new TreeSet<>();
    CommittedReader.readWritten(
        settings,
        settings.topics().models().name(),
        (text, value, timestamp) ->
            ModelKey.parse(text)
                .filter(key -> key.model().equals(model) && !key.isManifest())
                .ifPresent(key -> {
                  if (value == null) {
                    versions.remove(key.version());
                  } else {
                    versions.add(key.version());
                  }
                }));
    return versions;
  }

  private static Optional<ModelVersion> newestInLog(
      Settings settings, String model, LongPredicate wanted) {
    var assembler =
        new ModelAssembler(
            (name, number) -> name.equals(model) && wanted.test(number), (manifest, reason) -> {});
    List<ModelVersion> newest = new ArrayList<>(1);
    CommittedReader.readStable(
        settings,
        settings.topics().models().name(),
        (key, value, timestamp) ->
            assembler
                .accept(key, value, timestamp)
                .ifPresent(complete -> {
                  newest.clear();
                  newest.add(complete);
                }));
    return newest.stream().findFirst();
  }
}
