package io.millrace.runtime.models;

import io.millrace.runtime.records.Sha256;
import io.millrace.schemas.avro.InputRange;
import io.millrace.schemas.avro.ModelManifest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The hash chain over a model's manifests (Haber and Stornetta 1991, "How to Time-Stamp a Digital
 * Document"): each has a SHA-256 over its parent's and over its own fields, so that none can be
 * changed unless all after it are changed too. A manifest of a build that wrote no chain counts as
 * one with an empty chain.
 */
public final class ManifestChain {

  /** What is hashed, and in what order; fields of later builds need another one. */
  private static final String FORM = "1";

  private ManifestChain() {}

  /**
   * The chain up to a manifest, whose own field for it is not read: 64 hexadecimal digits.
   *
   * @param parent the manifest of the version that it has learned on from; empty if there is none
   */
  public static String of(Optional<ModelManifest> parent, ModelManifest manifest) {
    var hash = new Hash();
    hash.add(FORM);
    hash.add(parent.map(ModelManifest::getChain).orElse(""));
    hash.add(manifest.getModel());
    hash.add(manifest.getVersion());
    hash.add(manifest.getFormat());
    hash.add(manifest.getParts());
    hash.add(manifest.getSizeBytes());
    hash.add(manifest.getSha256());
    hash.add(manifest.getRecords());
    hash.addAll(manifest.getClasses());
    hash.add(manifest.getInputs().size());
    for (InputRange range : manifest.getInputs()) {
      hash.add(range.getTopic());
      hash.add(range.getPartition());
      hash.add(range.getFrom());
      hash.add(range.getTo());
      hash.add(range.getTopicId());
    }
    hash.addAll(manifest.getSettings());
    hash.addAll(manifest.getMetrics());
    hash.addAll(manifest.getEnvironment());
    hash.add(manifest.getParent());
    hash.add(manifest.getExamples());
    return hash.hex();
  }

  /** The same manifest with the chain up to it. */
  public static ModelManifest chained(Optional<ModelManifest> parent, ModelManifest manifest) {
    return ModelManifest.newBuilder(manifest).setChain(of(parent, manifest)).build();
  }

  /** Fields one after the other, each with its length, so that none runs into the next. */
  private static final class Hash {
    private final MessageDigest sha256 = Sha256.digest();

    void add(Object field) {
      byte[] bytes = String.valueOf(field).getBytes(StandardCharsets.UTF_8);
      sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
      sha256.update(bytes);
    }

    void addAll(List<String> fields) {
      add(fields.size());
      fields.forEach(this::add);
    }

    void addAll(Map<String, ?> fields) {
      add(fields.size());
      new TreeMap<>(fields)
          .forEach((name, value) -> {
            add(name);
            add(value);
          });
    }

    String hex() {
      return HexFormat.of().formatHex(sha256.digest());
    }
  }
}
