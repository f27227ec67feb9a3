package io.millrace.runtime.models;

import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.avro.ModelManifest;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

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
   * Loads a version and checks it against its digest.
   *
   * @param version its number; empty for the newest complete version
   * @return empty if there is none or its parts are deleted
   */
  public static Optional<ModelVersion> load(Settings settings, String model, OptionalLong version) {
    var assembler =
        new ModelAssembler((name, number) ->
            name.equals(model) && (version.isEmpty() || version.getAsLong() == number));
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
