package io.millrace.runtime.models;

import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.schemas.avro.ModelManifest;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Assembles versions from the records of the models topic, given in log order. Keeps the parts of
 * versions whose manifest has not come yet; a manifest completes its version and drops the parts of
 * all older ones of the model. Not thread-safe.
 */
final class ModelAssembler {

  private static final Logger LOG = LoggerFactory.getLogger(ModelAssembler.class);

  private final BiPredicate<String, Long> wanted;
  private final Map<String, TreeMap<Long, TreeMap<Integer, byte[]>>> open = new HashMap<>();

  /**
   * An assembler.
   *
   * @param wanted whether to assemble a version, by model and version number
   */
  ModelAssembler(BiPredicate<String, Long> wanted) {
    this.wanted = wanted;
  }

  /**
   * Adds the next record.
   *
   * @param value null for a tombstone
   * @param timestamp the record's time, milliseconds since 1970
   * @return the version that it completes; empty if it completes none, if parts of the version are
   *     deleted, as those of old ones are, or if they do not match the digest
   */
  Optional<ModelVersion> accept(String text, byte @Nullable [] value, long timestamp) {
    ModelKey key = ModelKey.parse(text).orElse(null);
    if (key == null || !wanted.test(key.model(), key.version())) {
      return Optional.empty();
    }
    TreeMap<Long, TreeMap<Integer, byte[]>> versions =
        open.computeIfAbsent(key.model(), model -> new TreeMap<>());
    if (key.isManifest()) {
      return value == null
          ? Optional.empty()
          : ModelRecords.manifest(key, value)
              .flatMap(manifest -> end(manifest, versions, timestamp));
    }
    int part = key.part().getAsInt();
    if (value != null) {
      versions.computeIfAbsent(key.version(), version -> new TreeMap<>()).put(part, value);
    }
    return Optional.empty();
  }

  private static Optional<ModelVersion> end(
      ModelManifest manifest, TreeMap<Long, TreeMap<Integer, byte[]>> versions, long timestamp) {
    TreeMap<Integer, byte[]> parts = versions.getOrDefault(manifest.getVersion(), new TreeMap<>());
    versions.headMap(manifest.getVersion(), true).clear();
    return complete(manifest, parts, timestamp);
  }

  private static Optional<ModelVersion> complete(
      ModelManifest manifest, TreeMap<Integer, byte[]> parts, long timestamp) {
    if (manifest.getFormat() != ModelRecords.FORMAT) {
      throw new IncompatibleStateException(
          "version %d of model %s has format %d, but this build reads format %d"
              .formatted(
                  manifest.getVersion(),
                  manifest.getModel(),
                  manifest.getFormat(),
                  ModelRecords.FORMAT));
    }
    if (parts.size() != manifest.getParts()) {
      return Optional.empty();
    }
    var bytes = new ByteArrayOutputStream(parts.values().stream().mapToInt(it -> it.length).sum());
    parts.values().forEach(bytes::writeBytes);
    byte[] whole = bytes.toByteArray();
    if (!ModelRecords.digest(whole).equals(manifest.getSha256())) {
      LOG.error(
          "version {} of model {} does not match its SHA-256 and is ignored",
          manifest.getVersion(),
          manifest.getModel());
      return Optional.empty();
    }
    return Optional.of(new ModelVersion(manifest, whole, Instant.ofEpochMilli(timestamp)));
  }
}
