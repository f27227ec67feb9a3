package io.millrace.runtime.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.avro.ModelManifest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

final class StoredVersionsTest {

  private static final byte[] MODEL = new byte[2_000_000];

  private final StoredVersions.Scan scan = new StoredVersions.Scan("vision");

  @Test
  void aVersionHasPartsUntilTheyAreDeleted() {
    read(records(7));
    read(records(8));
    read(ModelRecords.tombstones("models", "vision", 7, 3));

    assertThat(scan.found().retained()).containsExactlyEntriesOf(Map.of(8L, 3));
    assertThat(scan.found().manifests()).containsExactly(7L, 8L);
    assertThat(scan.found().newest().orElseThrow().manifest().getVersion()).isEqualTo(8);
  }

  @Test
  void aVersionWhosePartsAreGoneWithTheirTombstonesHasNone() {
    for (int version = 0; version < 7; version++) {
      read(List.of(records(version).getLast()));
    }
    read(records(7));

    assertThat(scan.found().retained()).containsExactlyEntriesOf(Map.of(7L, 3));
    assertThat(scan.found().manifests()).hasSize(8);
  }

  @Test
  void aVersionWithoutAManifestIsForgotten() {
    read(records(7));
    read(records(8));
    read(ModelRecords.tombstones("models", "vision", 7, 3));
    read(List.of(ModelRecords.manifestTombstone("models", "vision", 7)));

    assertThat(scan.found().manifests()).containsExactly(8L);
    assertThat(scan.found().lastVersion()).isEqualTo(8);
  }

  @Test
  void theLineBeginsWithTheLastVersionThatHasNoParent() {
    assertThat(scan.found().lineBegin()).isZero();
    read(records(3));
    read(records(4, 3L));
    assertThat(scan.found().lineBegin()).isEqualTo(3);

    read(records(5));
    read(records(6, 5L));
    assertThat(scan.found().lineBegin()).isEqualTo(5);

    for (int version = 3; version <= 5; version++) {
      read(List.of(ModelRecords.manifestTombstone("models", "vision", version)));
    }
    assertThat(scan.found().lineBegin()).as("the manifest of its beginning is gone").isEqualTo(6);
  }

  private static List<ProducerRecord<byte[], byte[]>> records(long version, Long parent) {
    ModelVersion model = TestModels.version("vision", version, List.of(), MODEL);
    var manifest = ModelManifest.newBuilder(model.manifest()).setParent(parent).build();
    return ModelRecords.version("models", manifest, model.bytes());
  }

  private static List<ProducerRecord<byte[], byte[]>> records(long version) {
    ModelVersion model = TestModels.version("vision", version, List.of(), MODEL);
    return ModelRecords.version("models", model.manifest(), model.bytes());
  }

  private void read(List<ProducerRecord<byte[], byte[]>> records) {
    records.forEach(it -> scan.visit(new String(it.key(), StandardCharsets.UTF_8), it.value(), 0L));
  }
}
