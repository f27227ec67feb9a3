package io.millrace.runtime.models;

import static org.assertj.core.api.Assertions.assertThat;

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

  private static List<ProducerRecord<byte[], byte[]>> records(long version) {
    ModelVersion model = TestModels.version("vision", version, List.of(), MODEL);
    return ModelRecords.version("models", model.manifest(), model.bytes());
  }

  private void read(List<ProducerRecord<byte[], byte[]>> records) {
    records.forEach(it -> scan.visit(new String(it.key(), StandardCharsets.UTF_8), it.value(), 0L));
  }
}
