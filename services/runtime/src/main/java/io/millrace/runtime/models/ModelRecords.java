package io.millrace.runtime.models;

import io.millrace.runtime.records.Sha256;
import io.millrace.runtime.training.TrainerSnapshot;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.ModelManifest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model version as records: its bytes cut into parts that the broker's default record limit lets
 * pass, then the manifest, which makes it complete.
 */
public final class ModelRecords {

  /** The format of keys, parts and checkpoints that is written; another is refused. */
  public static final int FORMAT = 1;

  private static final Logger LOG = LoggerFactory.getLogger(ModelRecords.class);
  static final AvroCodec<ModelManifest> MANIFESTS = AvroCodec.of(ModelManifest.class);

  private ModelRecords() {}

  /** How many parts so many bytes make. */
  public static int parts(int sizeBytes) {
    return Math.ceilDiv(sizeBytes, TrainerSnapshot.MAX_PART_BYTES);
  }

  /**
   * SHA-256 in lower-case hexadecimal; empty text for no bytes, as the manifest of a model without
   * parts has it.
   */
  public static String digest(byte[] bytes) {
    return bytes.length == 0 ? "" : Sha256.hex(bytes);
  }

  /**
   * Reads the manifest of a version. Empty if it is none, or that of another: somebody else has
   * written it, the log names it, and the version is what its trainer published before.
   */
  static Optional<ModelManifest> manifest(ModelKey key, byte[] value) {
    return switch (MANIFESTS.decode(value)) {
      case Decoded.Invalid<ModelManifest>(String reason) -> {
        LOG.warn("the record {} of the models topic is passed by: {}", key.text(), reason);
        yield Optional.empty();
      }
      case Decoded.Valid<ModelManifest>(ModelManifest it) -> {
        if (it.getModel().equals(key.model()) && it.getVersion() == key.version()) {
          yield Optional.of(it);
        }
        LOG.warn("the record {} of the models topic is passed by: not its manifest", key.text());
        yield Optional.empty();
      }
    };
  }

  /** The records of a version, the manifest last. */
  public static List<ProducerRecord<byte[], byte[]>> version(
      String topic, ModelManifest manifest, byte[] bytes) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int part = 0; part < manifest.getParts(); part++) {
      int from = part * TrainerSnapshot.MAX_PART_BYTES;
      int to = Math.min(bytes.length, from + TrainerSnapshot.MAX_PART_BYTES);
      var key = ModelKey.part(manifest.getModel(), manifest.getVersion(), part);
      records.add(record(topic, key.text(), Arrays.copyOfRange(bytes, from, to)));
    }
    var key = ModelKey.manifest(manifest.getModel(), manifest.getVersion());
    records.add(record(topic, key.text(), MANIFESTS.encode(manifest)));
    return records;
  }

  /** The tombstones of a version's parts; the manifest stays. */
  public static List<ProducerRecord<byte[], byte[]>> tombstones(
      String topic, String model, long version, int parts) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      records.add(record(topic, ModelKey.part(model, version, part).text(), null));
    }
    return records;
  }

  static ProducerRecord<byte[], byte[]> record(String topic, String key, byte @Nullable [] value) {
    return new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value);
  }
}
