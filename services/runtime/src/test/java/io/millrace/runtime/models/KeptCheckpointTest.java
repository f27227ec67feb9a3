package io.millrace.runtime.models;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.records.Sha256;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.CheckpointManifest;
import io.millrace.schemas.avro.ModelManifest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class KeptCheckpointTest {

  private static final byte[] MODEL = "weights".getBytes(UTF_8);
  private static final Map<String, byte[]> PARTS =
      Map.of("optimizer", "momentum".getBytes(UTF_8), "replay-0", new byte[] {1, 2});

  private static final CheckpointManifest MANIFEST =
      new CheckpointManifest(
          "vision", 8L, ModelRecords.FORMAT, 2, Map.of(), List.of(), 1, 5, 4L, List.of());

  @Test
  void isAsItWasWritten() {
    assertThat(new KeptCheckpoint(8, Optional.of(MANIFEST), PARTS, MODEL).fault(version()))
        .isEmpty();
  }

  @Test
  void eachFlippedByteIsFound() {
    byte[] encoded = encoded();
    for (int i = 0; i < encoded.length; i++) {
      assertThat(checkpoint(decoded(flipped(encoded, i)), PARTS, MODEL).fault(version()))
          .as("byte %d of the manifest", i)
          .isPresent();
    }
    PARTS.forEach((name, bytes) -> {
      for (int i = 0; i < bytes.length; i++) {
        Map<String, byte[]> parts = new HashMap<>(PARTS);
        parts.put(name, flipped(bytes, i));
        assertThat(checkpoint(Optional.of(MANIFEST), parts, MODEL).fault(version())).isPresent();
      }
    });
    for (int i = 0; i < MODEL.length; i++) {
      assertThat(checkpoint(Optional.of(MANIFEST), PARTS, flipped(MODEL, i)).fault(version()))
          .isPresent();
    }
  }

  @Test
  void aMissingOrAnotherPartIsFound() {
    var less = new HashMap<>(PARTS);
    less.remove("replay-0");
    assertThat(checkpoint(Optional.of(MANIFEST), less, MODEL).fault(version()).orElseThrow())
        .contains("1 parts", "says 2");
    var renamed = new HashMap<>(less);
    renamed.put("adwin", new byte[] {1, 2});
    assertThat(checkpoint(Optional.of(MANIFEST), renamed, MODEL).fault(version())).isPresent();
    assertThat(checkpoint(Optional.empty(), PARTS, MODEL).fault(version())).isPresent();
  }

  @Test
  void whatFollowsFromSettingsThatMakeNoOtherModelIsNotCompared() {
    for (String name : List.of("rehearsal", "drift", "drift-adwin", "statistics")) {
      Map<String, byte[]> parts = new HashMap<>(PARTS);
      parts.put(name, new byte[] {3});

      assertThat(KeptCheckpoint.digest(MANIFEST, digests(parts)))
          .as(name)
          .isEqualTo(KeptCheckpoint.digest(MANIFEST, digests(PARTS)));
    }
  }

  private static SortedMap<String, byte[]> digests(Map<String, byte[]> parts) {
    SortedMap<String, byte[]> digests = new TreeMap<>();
    parts.forEach((name, bytes) -> digests.put(name, Sha256.digest().digest(bytes)));
    return digests;
  }

  @Test
  void belongsToNoOtherVersionAndNoOtherModel() {
    var whole = new KeptCheckpoint(8, Optional.of(MANIFEST), PARTS, MODEL);

    assertThat(whole.fault(ModelManifest.newBuilder(version()).setVersion(9).build())).isPresent();
    assertThat(whole.fault(ModelManifest.newBuilder(version()).setModel("vision-wide").build()))
        .isPresent();
    assertThat(whole.fault(ModelManifest.newBuilder(version()).setEnvironment(Map.of()).build()))
        .isPresent();
  }

  private static KeptCheckpoint checkpoint(
      Optional<CheckpointManifest> manifest, Map<String, byte[]> parts, byte[] model) {
    return new KeptCheckpoint(8, manifest, parts, model);
  }

  private static byte[] encoded() {
    return KeptCheckpoint.values(MANIFEST, new TreeMap<>(PARTS), MODEL).lastEntry().getValue();
  }

  private static Optional<CheckpointManifest> decoded(byte[] bytes) {
    return switch (AvroCodec.of(CheckpointManifest.class).decode(bytes)) {
      case Decoded.Valid<CheckpointManifest>(CheckpointManifest it) -> Optional.of(it);
      case Decoded.Invalid<CheckpointManifest> _ -> Optional.empty();
    };
  }

  private static byte[] flipped(byte[] bytes, int at) {
    byte[] changed = bytes.clone();
    changed[at] ^= 1;
    return changed;
  }

  private static ModelManifest version() {
    return ModelManifest.newBuilder()
        .setModel("vision")
        .setVersion(8)
        .setFormat(ModelRecords.FORMAT)
        .setParts(1)
        .setSizeBytes(MODEL.length)
        .setSha256(ModelRecords.digest(MODEL))
        .setRecords(100)
        .setClasses(List.of())
        .setInputs(List.of())
        .setSettings(Map.of())
        .setMetrics(Map.of())
        .setEnvironment(
            Map.of(KeptCheckpoint.IN_MANIFEST, CheckpointWriter.ofDigests(PARTS).digest(MANIFEST)))
        .build();
  }
}
