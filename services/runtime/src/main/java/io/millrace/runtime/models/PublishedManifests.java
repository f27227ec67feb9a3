package io.millrace.runtime.models;

import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.avro.ModelManifest;
import java.time.Instant;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The manifests on the models topic: the newest of each model, and how many others there are. Keeps
 * them as they are on the topic, some kilobytes each, and decodes one at a time. Not thread-safe.
 */
public final class PublishedManifests {

  private final int newestOfEach;
  private final NavigableMap<String, Versions> models = new TreeMap<>();

  /** A manifest as it is on the topic, and when it came there, milliseconds since 1970. */
  private record Entry(byte[] value, long timestamp) {}

  /** The manifests of one model that are kept, by version, and what is known of the others. */
  private static final class Versions {
    private final NavigableMap<Long, Entry> kept = new TreeMap<>();
    private long older;
    private long first = Long.MAX_VALUE;
  }

  private PublishedManifests(int newestOfEach) {
    this.newestOfEach = newestOfEach;
  }

  /**
   * Reads the topic once.
   *
   * @param newestOfEach how many of each model are kept
   */
  public static PublishedManifests read(Settings settings, int newestOfEach) {
    var manifests = new PublishedManifests(newestOfEach);
    CommittedReader.readStable(settings, settings.topics().models().name(), manifests::accept);
    manifests.models.values().removeIf(versions -> versions.kept.isEmpty());
    return manifests;
  }

  /** Takes the next record of the topic. */
  private void accept(String text, byte @Nullable [] value, long timestamp) {
    ModelKey key = ModelKey.parse(text).filter(ModelKey::isManifest).orElse(null);
    if (key == null) {
      return;
    }
    if (value == null) {
      remove(key);
    } else if (ModelRecords.manifest(key, value).isPresent()) {
      add(key, new Entry(value, timestamp));
    }
  }

  private void add(ModelKey key, Entry value) {
    Versions versions = models.computeIfAbsent(key.model(), model -> new Versions());
    versions.first = Math.min(versions.first, key.version());
    versions.kept.put(key.version(), value);
    if (versions.kept.size() > newestOfEach) {
      versions.kept.pollFirstEntry();
      versions.older++;
    }
  }

  /** A trainer deletes the oldest. */
  private void remove(ModelKey key) {
    Versions versions = models.get(key.model());
    if (versions == null) {
      return;
    }
    if (versions.kept.remove(key.version()) == null) {
      versions.older = Math.max(0, versions.older - 1);
    }
    versions.first = Math.max(versions.first, key.version() + 1);
  }

  /** The models that have a version. */
  public Set<String> models() {
    return models.keySet();
  }

  /** Manifests of a model, at most as many as were asked for, the newest last. */
  public Stream<ModelManifest> of(String model) {
    Versions versions = models.get(model);
    return versions == null
        ? Stream.empty()
        : versions.kept.entrySet().stream()
            .map(it -> decoded(model, it.getKey(), it.getValue().value()));
  }

  /** The manifest of a model's newest version; empty if it has none. */
  public Optional<ModelManifest> newest(String model) {
    Versions versions = models.get(model);
    return versions == null
        ? Optional.empty()
        : Optional.of(versions.kept.lastEntry())
            .map(it -> decoded(model, it.getKey(), it.getValue().value()));
  }

  /** The number of a model's newest version; empty if it has none. */
  public Optional<Long> newestVersion(String model) {
    return newest(model).map(ModelManifest::getVersion);
  }

  /** When a version was published, by its manifest; empty if that is not kept. */
  public Optional<Instant> published(String model, long version) {
    return Optional.ofNullable(models.get(model))
        .map(versions -> versions.kept.get(version))
        .map(entry -> Instant.ofEpochMilli(entry.timestamp()));
  }

  /** How many older manifests of a model are on the topic. */
  public long older(String model) {
    Versions versions = models.get(model);
    return versions == null ? 0 : versions.older;
  }

  /** The first version of a model whose manifest is on the topic; 0 if it has none. */
  public long firstVersion(String model) {
    Versions versions = models.get(model);
    return versions == null ? 0 : versions.first;
  }

  private static ModelManifest decoded(String model, long version, byte[] value) {
    return ModelRecords.manifest(ModelKey.manifest(model, version), value).orElseThrow();
  }
}
