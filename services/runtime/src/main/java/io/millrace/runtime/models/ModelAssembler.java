package io.millrace.runtime.models;

import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.schemas.avro.ModelManifest;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Assembles versions from the records of the models topic, given in log order. Keeps the parts of
 * versions whose manifest has not come yet; a manifest completes its version and drops the parts of
 * all older ones of the model.
 *
 * <p>A trainer writes a version in one transaction, so that only one of each model is open. Parts
 * whose manifest never comes are not a trainer's: beyond {@link #MAX_OPEN} versions, or a share of
 * the heap for all parts, those to which no part has come for longest are dropped. Not thread-safe.
 */
final class ModelAssembler {

  /** The most versions of all models that are open at a time. */
  static final int MAX_OPEN = 16;

  private static final Logger LOG = LoggerFactory.getLogger(ModelAssembler.class);

  /** A complete version is twice in memory, in parts and whole, and then loaded. */
  private static final int SHARE_OF_HEAP = 4;

  private record Key(String model, long version) {}

  private static final class Parts {
    private final NavigableMap<Integer, byte[]> byNumber = new TreeMap<>();
    private long bytes;
  }

  private final BiPredicate<String, Long> wanted;
  private final long maxBytes;
  private final Unusable unusable;

  /** The open versions; that to which a part came last is the last. */
  private final SequencedMap<Key, Parts> open = new LinkedHashMap<>();

  private long bytes;

  /** Is told of a version whose manifest has come, but which is not complete. */
  interface Unusable {
    /**
     * A version cannot be used.
     *
     * @param reason a clause that says why, after the version: "has 2 of its 3 parts"
     */
    void accept(ModelManifest manifest, String reason);
  }

  /**
   * An assembler.
   *
   * @param wanted whether to assemble a version, by model and version number
   */
  ModelAssembler(BiPredicate<String, Long> wanted) {
    this(wanted, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
  }

  /**
   * An assembler that refuses no version by an exception.
   *
   * @param wanted whether to assemble a version, by model and version number
   * @param unusable is told of versions that cannot be used, those of another format too
   */
  ModelAssembler(BiPredicate<String, Long> wanted, Unusable unusable) {
    this(wanted, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP, unusable);
  }

  /**
   * An assembler.
   *
   * @param maxBytes the most bytes of all parts together
   */
  ModelAssembler(BiPredicate<String, Long> wanted, long maxBytes) {
    this(wanted, maxBytes, ModelAssembler::requireFormat);
  }

  private ModelAssembler(BiPredicate<String, Long> wanted, long maxBytes, Unusable unusable) {
    this.wanted = wanted;
    this.maxBytes = maxBytes;
    this.unusable = unusable;
  }

  private static void requireFormat(ModelManifest manifest, String reason) {
    if (manifest.getFormat() != ModelRecords.FORMAT) {
      throw new IncompatibleStateException(
          "version %d of model %s %s"
              .formatted(manifest.getVersion(), manifest.getModel(), reason));
    }
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
    if (key == null || value == null || !wanted.test(key.model(), key.version())) {
      return Optional.empty();
    }
    if (key.isManifest()) {
      return ModelRecords.manifest(key, value).flatMap(manifest -> end(manifest, timestamp));
    }
    add(new Key(key.model(), key.version()), key.part().getAsInt(), value);
    return Optional.empty();
  }

  /** The bytes of the parts whose manifest has not come yet. */
  long openBytes() {
    return bytes;
  }

  private void add(Key key, int part, byte[] value) {
    Parts parts = Objects.requireNonNullElseGet(open.remove(key), Parts::new);
    open.putLast(key, parts);
    byte[] before = parts.byNumber.put(part, value);
    long more = value.length - (before == null ? 0 : before.length);
    parts.bytes += more;
    bytes += more;
    while (open.size() > MAX_OPEN || bytes > maxBytes) {
      drop(open.firstEntry().getKey());
    }
  }

  private void drop(Key key) {
    Parts parts = open.remove(key);
    if (parts != null) {
      bytes -= parts.bytes;
      LOG.warn(
          "dropped {} parts, {} bytes, of version {} of model {}, whose manifest has not come: open"
              + " versions may have {} bytes, a quarter of the heap. If the version is good, give"
              + " the process a larger heap (-Xmx, or twice that as the container's limit)",
          parts.byNumber.size(),
          parts.bytes,
          key.version(),
          key.model(),
          maxBytes);
    }
  }

  private Optional<ModelVersion> end(ModelManifest manifest, long timestamp) {
    Parts own = open.get(new Key(manifest.getModel(), manifest.getVersion()));
    open.entrySet()
        .removeIf(it -> {
          boolean over =
              it.getKey().model().equals(manifest.getModel())
                  && it.getKey().version() <= manifest.getVersion();
          bytes -= over ? it.getValue().bytes : 0;
          return over;
        });
    return complete(manifest, own == null ? new TreeMap<>() : own.byNumber, timestamp);
  }

  private Optional<ModelVersion> complete(
      ModelManifest manifest, NavigableMap<Integer, byte[]> parts, long timestamp) {
    if (manifest.getFormat() != ModelRecords.FORMAT) {
      unusable.accept(
          manifest,
          "has format %d, but this build reads format %d"
              .formatted(manifest.getFormat(), ModelRecords.FORMAT));
      return Optional.empty();
    }
    if (parts.size() != manifest.getParts()) {
      unusable.accept(
          manifest,
          "has %d of its %d parts on the models topic"
              .formatted(parts.size(), manifest.getParts()));
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
      unusable.accept(manifest, "does not match its SHA-256");
      return Optional.empty();
    }
    return Optional.of(new ModelVersion(manifest, whole, Instant.ofEpochMilli(timestamp)));
  }
}
