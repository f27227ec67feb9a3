package io.millrace.runtime.models;

import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.avro.ModelManifest;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The versions of one model on the models topic.
 *
 * @param newest the last complete version; empty if none was published
 * @param lastVersion the highest version ever published, whether its parts remain or not; -1 if
 *     none was
 * @param retained the versions whose parts are on the topic, with the number of their parts
 */
public record StoredVersions(
    Optional<ModelVersion> newest, long lastVersion, NavigableMap<Long, Integer> retained) {

  /** Reads them; waits for open transactions to end. */
  public static StoredVersions read(Settings settings, String model) {
    var scan = new Scan(model);
    CommittedReader.readWritten(settings, settings.topics().models().name(), scan);
    return new StoredVersions(Optional.ofNullable(scan.newest), scan.last, scan.retained);
  }

  private static final class Scan implements CommittedReader.Visitor {
    private final String model;
    private final ModelAssembler assembler;
    private final TreeMap<Long, Integer> retained = new TreeMap<>();
    private @Nullable ModelVersion newest;
    private long last = -1;

    Scan(String model) {
      this.model = model;
      this.assembler = new ModelAssembler((name, version) -> name.equals(model));
    }

    @Override
    public void visit(String text, byte @Nullable [] value, long timestamp) {
      ModelKey key =
          ModelKey.parse(text).filter(parsed -> parsed.model().equals(model)).orElse(null);
      if (key == null) {
        return;
      }
      if (key.isManifest() && value != null) {
        ModelRecords.manifest(key, value).ifPresent(this::published);
      } else if (value == null) {
        retained.remove(key.version());
      }
      assembler.accept(text, value, timestamp).ifPresent(complete -> newest = complete);
    }

    private void published(ModelManifest manifest) {
      last = Math.max(last, manifest.getVersion());
      if (manifest.getParts() > 0) {
        retained.put(manifest.getVersion(), manifest.getParts());
      }
    }
  }
}
