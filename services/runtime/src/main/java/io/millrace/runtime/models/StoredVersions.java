package io.millrace.runtime.models;

import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.avro.ModelManifest;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The versions of one model on the models topic.
 *
 * @param newest the last complete version; empty if none was published
 * @param lastVersion the highest version ever published, whether its parts remain or not; -1 if
 *     none was
 * @param retained the versions whose parts are on the topic, with the number of their parts
 * @param manifests the versions whose manifests are on the topic
 * @param lineBegin the first version of the line that the newest one ends, from the version that
 *     has no parent; if its manifest is gone, the oldest one that has one; 0 if there is none
 * @param kept the versions whose parts must stay, since they answer or may be rolled back to
 */
public record StoredVersions(
    Optional<ModelVersion> newest,
    long lastVersion,
    NavigableMap<Long, Integer> retained,
    NavigableSet<Long> manifests,
    long lineBegin,
    Set<Long> kept) {

  /** Reads them; waits for open transactions to end. */
  public static StoredVersions read(Settings settings, String model) {
    var scan = new Scan(model);
    CommittedReader.readWritten(settings, settings.topics().models().name(), scan);
    return scan.found();
  }

  /** Takes the records of the topic in log order. */
  static final class Scan implements CommittedReader.Visitor {
    private final String model;
    private final String kind;
    private final ModelAssembler assembler;
    private final TreeMap<Long, Integer> retained = new TreeMap<>();
    private final TreeSet<Long> manifests = new TreeSet<>();
    private final TreeSet<Long> withoutParent = new TreeSet<>();

    /** Versions of which a part has come, and no manifest yet. */
    private final TreeSet<Long> withParts = new TreeSet<>();

    private @Nullable ModelVersion newest;
    private long last = -1;
    private Set<Long> kept = Set.of();

    Scan(String model) {
      this.model = model;
      this.kind = ModelName.kindOf(model);
      this.assembler = new ModelAssembler((name, version) -> name.equals(model));
    }

    @Override
    public void visit(String text, byte @Nullable [] value, long timestamp) {
      if (text.equals(ServingPointer.key(kind))) {
        kept = value == null ? Set.of() : keptBy(value, timestamp);
        return;
      }
      ModelKey key =
          ModelKey.parse(text).filter(parsed -> parsed.model().equals(model)).orElse(null);
      if (key == null) {
        return;
      }
      if (value == null) {
        deleted(key);
      } else if (key.isManifest()) {
        ModelRecords.manifest(key, value).ifPresent(this::published);
      } else {
        withParts.add(key.version());
      }
      assembler.accept(text, value, timestamp).ifPresent(complete -> newest = complete);
    }

    private Set<Long> keptBy(byte[] value, long timestamp) {
      return ServingPointer.decode(kind, value, timestamp).map(it -> it.keeps(model)).orElse(kept);
    }

    private void deleted(ModelKey key) {
      retained.remove(key.version());
      withParts.remove(key.version());
      if (key.isManifest()) {
        manifests.remove(key.version());
        withoutParent.remove(key.version());
      }
    }

    /**
     * The parts of old versions are gone, and after a while their tombstones too: only where a part
     * was read before the manifest, the version still has parts.
     */
    private void published(ModelManifest manifest) {
      long version = manifest.getVersion();
      last = Math.max(last, version);
      manifests.add(version);
      if (manifest.getParent() == null) {
        withoutParent.add(version);
      } else {
        withoutParent.remove(version);
      }
      if (withParts.contains(version)) {
        retained.put(version, manifest.getParts());
      }
      withParts.headSet(version, true).clear();
    }

    StoredVersions found() {
      return new StoredVersions(
          Optional.ofNullable(newest), last, retained, manifests, lineBegin(), kept);
    }

    private long lineBegin() {
      if (newest == null || manifests.isEmpty()) {
        return 0;
      }
      Long begun = withoutParent.floor(newest.manifest().getVersion());
      return begun == null ? manifests.first() : begun;
    }
  }
}
