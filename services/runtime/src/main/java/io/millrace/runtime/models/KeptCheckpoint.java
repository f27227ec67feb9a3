package io.millrace.runtime.models;

import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.records.Sha256;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.CheckpointManifest;
import io.millrace.schemas.avro.ModelManifest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A whole checkpoint of an older version, from which the versions after it can be learned again
 * where the log no longer has the beginning. It lies on the checkpoints topic under keys {@code
 * SERVICE/kept/MODEL/VERSION/...}: {@code model/NNNN} are parts of the version's bytes, which the
 * models topic deletes, {@code part/NAME} are the trainer's own parts, and {@code manifest} says
 * where the merge of the input's partitions stands. Builds that know no kept checkpoints skip such
 * keys.
 *
 * <p>The manifest of each version has the SHA-256 of its checkpoint ({@link #IN_MANIFEST}), and so
 * the chain of manifests covers it.
 *
 * @param version the version that it is of
 * @param manifest its own record; empty if that is missing or cannot be read
 * @param parts the trainer's parts by name
 * @param model the version's safetensors bytes
 */
public record KeptCheckpoint(
    long version, Optional<CheckpointManifest> manifest, Map<String, byte[]> parts, byte[] model) {

  /** The entry of a manifest's environment with the SHA-256 of the version's checkpoint. */
  public static final String IN_MANIFEST = "checkpoint";

  /**
   * Parts that no digest covers, since they also follow from settings that make no other model: how
   * much may still be rehearsed, the detectors of drifts, and figures, which a manifest has itself.
   * Rehearsals that were made are markers in the log; a drift that changes what is learned changes
   * the bytes of the model.
   */
  private static final Set<String> OF_SETTINGS =
      Set.of("rehearsal", "drift", "drift-adwin", "statistics");

  private static final AvroCodec<CheckpointManifest> MANIFESTS =
      AvroCodec.of(CheckpointManifest.class);
  private static final String KEPT = "/kept/";
  private static final String MANIFEST = "manifest";
  private static final String PART = "part/";
  private static final String MODEL = "model/";
  private static final Pattern NAME = Pattern.compile("(\\d{12})/(.+)", Pattern.DOTALL);

  /** What is hashed, and in what order. */
  private static final String FORM = "1";

  /** What all keys of a model's kept checkpoints begin with. */
  private static String prefix(String service, String model) {
    return service + KEPT + model + "/";
  }

  /** What all keys of one begin with; the name of the record follows. */
  static String prefix(String service, String model, long version) {
    return prefix(service, model) + String.format(Locale.ROOT, "%012d", version) + "/";
  }

  /** Collects which kept checkpoints a model has, by the keys of the topic. */
  static final class Scan {
    private final String prefix;
    private final NavigableMap<Long, NavigableSet<String>> found = new TreeMap<>();

    Scan(String service, String model) {
      this.prefix = prefix(service, model);
    }

    void visit(String key, byte @Nullable [] value) {
      if (!key.startsWith(prefix)) {
        return;
      }
      Matcher name = NAME.matcher(key.substring(prefix.length()));
      if (!name.matches()) {
        return;
      }
      long version = Long.parseLong(name.group(1));
      NavigableSet<String> names = found.computeIfAbsent(version, it -> new TreeSet<>());
      if (value == null) {
        names.remove(name.group(2));
      } else {
        names.add(name.group(2));
      }
      if (names.isEmpty()) {
        found.remove(version);
      }
    }

    /** The names of the records of each version. */
    NavigableMap<Long, NavigableSet<String>> found() {
      return found;
    }
  }

  /** The names of the records that there are of each, by version; whole or not. */
  public static NavigableMap<Long, NavigableSet<String>> names(
      Settings settings, String service, String model) {
    var scan = new Scan(service, model);
    CommittedReader.readWritten(
        settings,
        settings.topics().checkpoints().name(),
        (key, value, timestamp) -> scan.visit(key, value));
    return scan.found();
  }

  /** Reads what there is of one. */
  public static KeptCheckpoint read(Settings settings, String service, String model, long version) {
    String prefix = prefix(service, model, version);
    NavigableMap<String, byte[]> records = new TreeMap<>();
    CommittedReader.readWritten(
        settings,
        settings.topics().checkpoints().name(),
        (key, value, timestamp) -> {
          if (key.startsWith(prefix) && value == null) {
            records.remove(key.substring(prefix.length()));
          } else if (key.startsWith(prefix)) {
            records.put(key.substring(prefix.length()), value);
          }
        });
    Map<String, byte[]> parts = new TreeMap<>();
    var bytes = new ByteArrayOutputStream();
    records.forEach((name, value) -> {
      if (name.startsWith(PART)) {
        parts.put(name.substring(PART.length()), value);
      } else if (name.startsWith(MODEL)) {
        bytes.writeBytes(value);
      }
    });
    return new KeptCheckpoint(version, manifest(records.get(MANIFEST)), parts, bytes.toByteArray());
  }

  private static Optional<CheckpointManifest> manifest(byte @Nullable [] value) {
    return value != null
            && MANIFESTS.decode(value) instanceof Decoded.Valid<CheckpointManifest>(var it)
        ? Optional.of(it)
        : Optional.empty();
  }

  /**
   * The values of the records of one by their names, in the order in which they are written.
   *
   * @param model the version's bytes
   */
  static SequencedMap<String, byte[]> values(
      CheckpointManifest of, SortedMap<String, byte[]> parts, byte[] model) {
    SequencedMap<String, byte[]> values = new LinkedHashMap<>();
    for (int part = 0; part < ModelRecords.parts(model.length); part++) {
      int from = part * ModelRecords.MAX_PART_BYTES;
      int to = Math.min(model.length, from + ModelRecords.MAX_PART_BYTES);
      String name = MODEL + String.format(Locale.ROOT, "%04d", part);
      values.put(name, Arrays.copyOfRange(model, from, to));
    }
    parts.forEach((name, bytes) -> values.put(PART + name, bytes));
    values.put(MANIFEST, MANIFESTS.encode(withoutWhatOthersSay(of)));
    return values;
  }

  /**
   * A checkpoint's manifest with nothing but what no other record has: the manifest of the version
   * has settings and positions, under the chain.
   */
  private static CheckpointManifest withoutWhatOthersSay(CheckpointManifest manifest) {
    return CheckpointManifest.newBuilder(manifest)
        .setSettings(Map.of())
        .setPositions(List.of())
        .setRecent(List.of())
        .build();
  }

  /**
   * The records that delete kept checkpoints of a model.
   *
   * @param which whether one is to be deleted, by its version
   */
  public static List<ProducerRecord<byte[], byte[]>> tombstones(
      Settings settings, String service, String model, LongPredicate which) {
    NavigableMap<Long, NavigableSet<String>> names = names(settings, service, model);
    names.keySet().removeIf(version -> !which.test(version));
    return tombstones(settings.topics().checkpoints().name(), service, model, names);
  }

  static List<ProducerRecord<byte[], byte[]>> tombstones(
      String topic,
      String service,
      String model,
      NavigableMap<Long, NavigableSet<String>> namesByVersion) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    namesByVersion.forEach((version, names) -> {
      String prefix = prefix(service, model, version);
      names.forEach(name -> records.add(ModelRecords.record(topic, prefix + name, null)));
    });
    return records;
  }

  /**
   * The SHA-256 of a checkpoint, in lower-case hexadecimal: over where its merge stands and over
   * each part's name and SHA-256, in the order of the names. It depends on the log alone: not on
   * offsets, nor on when the trainer was started, nor on settings that make no other model.
   *
   * @param at has the merge's position
   * @param parts the SHA-256 of each part, by its name
   */
  static String digest(CheckpointManifest at, SortedMap<String, byte[]> parts) {
    SortedMap<String, byte[]> digested = new TreeMap<>(parts);
    digested.keySet().removeAll(OF_SETTINGS);
    MessageDigest sha256 = Sha256.digest();
    String merge =
        "%s %d %d %d %d\n"
            .formatted(FORM, at.getTurn(), at.getTaken(), at.getLastCut(), digested.size());
    sha256.update(merge.getBytes(StandardCharsets.UTF_8));
    digested.forEach((name, digest) -> {
      byte[] text = name.getBytes(StandardCharsets.UTF_8);
      sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(text.length).flip());
      sha256.update(text);
      sha256.update(digest);
    });
    return HexFormat.of().formatHex(sha256.digest());
  }

  /**
   * Whether it is whole and as it was written, by the manifest of its version.
   *
   * @return what is wrong, for people; empty if nothing is
   */
  public Optional<String> fault(ModelManifest of) {
    if (manifest.isEmpty()) {
      return Optional.of("its record manifest is missing or cannot be read");
    }
    CheckpointManifest own = manifest.get();
    if (own.getFormat() != ModelRecords.FORMAT
        || !own.getModel().equals(of.getModel())
        || own.getVersion() != of.getVersion()
        || !own.equals(withoutWhatOthersSay(own))) {
      return Optional.of("its record manifest was changed after it was written");
    }
    if (own.getParts() != parts.size()) {
      return Optional.of(
          "it has %d parts, and its manifest says %d".formatted(parts.size(), own.getParts()));
    }
    NavigableMap<String, byte[]> digests = new TreeMap<>();
    parts.forEach((name, bytes) -> digests.put(name, Sha256.digest().digest(bytes)));
    if (!digest(own, digests).equals(of.getEnvironment().get(IN_MANIFEST))) {
      return Optional.of(
          "it does not have the SHA-256 that the manifest of version %d says"
              .formatted(of.getVersion()));
    }
    return ModelRecords.digest(model).equals(of.getSha256())
        ? Optional.empty()
        : Optional.of(
            "its model does not have the SHA-256 that the manifest of version %d says"
                .formatted(of.getVersion()));
  }
}
