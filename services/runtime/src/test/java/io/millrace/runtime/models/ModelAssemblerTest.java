package io.millrace.runtime.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.training.TrainerSnapshot;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.ModelManifest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

final class ModelAssemblerTest {

  private static final long TIME = 1_700_000_000_000L;

  private final ModelAssembler assembler =
      new ModelAssembler((model, version) -> model.equals("vision"));

  @Test
  void putsAVersionTogetherFromItsParts() {
    byte[] bytes = bytes(2_000_000);
    List<ProducerRecord<byte[], byte[]>> records = version("vision", 7, bytes);

    List<ModelVersion> complete = accept(records);

    assertThat(records).hasSize(4);
    assertThat(records)
        .allSatisfy(record ->
            assertThat(record.value().length).isLessThanOrEqualTo(TrainerSnapshot.MAX_PART_BYTES));
    assertThat(complete).hasSize(1);
    assertThat(complete.getFirst().bytes()).isEqualTo(bytes);
    assertThat(complete.getFirst().published()).isEqualTo(Instant.ofEpochMilli(TIME));
  }

  @Test
  void aVersionWithoutPartsIsItsManifest() {
    List<ModelVersion> complete = accept(version("vision", 0, new byte[0]));

    assertThat(complete).hasSize(1);
    assertThat(complete.getFirst().manifest().getSha256()).isEmpty();
  }

  @Test
  void partsThatAreGoneMakeNoVersion() {
    List<ProducerRecord<byte[], byte[]>> records = version("vision", 7, bytes(2_000_000));

    assertThat(accept(records.subList(1, 4))).isEmpty();
  }

  @Test
  void aManifestThatIsNoneIsPassedByAndTheVersionEndsWithItsOwn() {
    byte[] bytes = bytes(2_000_000);
    List<ProducerRecord<byte[], byte[]>> records = version("vision", 7, bytes);
    byte[] another = version("vision", 8, new byte[0]).getFirst().value();

    assertThat(accept(records.subList(0, 3))).isEmpty();
    assertThat(assembler.accept("vision/000000000007/manifest", new byte[0], TIME)).isEmpty();
    assertThat(assembler.accept("vision/000000000007/manifest", bytes(99), TIME)).isEmpty();
    assertThat(assembler.accept("vision/000000000007/manifest", another, TIME)).isEmpty();
    assertThat(accept(records.subList(3, 4)).getFirst().bytes()).isEqualTo(bytes);
  }

  @Test
  void aManifestThatClaimsMoreThanThereIsMakesNoVersionAndNoRoom() {
    List<ProducerRecord<byte[], byte[]>> records = version("vision", 7, bytes(1_000));
    ModelManifest own = TestModels.version("vision", 7, List.of(), bytes(1_000)).manifest();
    ModelManifest manifest =
        ModelManifest.newBuilder(own).setSizeBytes(Long.MAX_VALUE).setSha256("0").build();

    assertThat(accept(records.subList(0, 1))).isEmpty();
    assertThat(
            assembler.accept(
                "vision/000000000007/manifest",
                AvroCodec.of(ModelManifest.class).encode(manifest),
                TIME))
        .isEmpty();
  }

  @Test
  void bytesThatDoNotMatchTheDigestMakeNoVersion() {
    List<ProducerRecord<byte[], byte[]>> records = version("vision", 7, bytes(1_000));
    records.getFirst().value()[17] ^= 1;

    assertThat(accept(records)).isEmpty();
  }

  @Test
  void partsWhoseManifestNeverComesAreDroppedBeyondTheBound() {
    var bounded = new ModelAssembler((model, version) -> true, 10_000_000);
    byte[] bytes = bytes(2_000_000);

    for (int stray = 0; stray < 10 * ModelAssembler.MAX_OPEN; stray++) {
      String key = ModelKey.part("stray", 999_999_999_999L - stray, 0).text();
      assertThat(bounded.accept(key, new byte[1_000_000], TIME)).isEmpty();
      assertThat(bounded.openBytes()).isLessThanOrEqualTo(10_000_000);
    }
    for (int empty = 0; empty < 10 * ModelAssembler.MAX_OPEN; empty++) {
      bounded.accept(ModelKey.part("stray", empty, 0).text(), new byte[0], TIME);
    }

    assertThat(bounded.openBytes()).isZero();
    assertThat(accept(bounded, version("vision", 7, bytes)))
        .map(ModelVersion::bytes)
        .containsExactly(bytes);
    assertThat(bounded.openBytes()).isZero();
  }

  @Test
  void aVersionBeyondTheBoundIsNone() {
    var bounded = new ModelAssembler((model, version) -> true, 1_500_000);

    assertThat(accept(bounded, version("vision", 7, bytes(2_000_000)))).isEmpty();
    assertThat(accept(bounded, version("vision", 8, bytes(1_000_000)))).hasSize(1);
  }

  @Test
  void otherModelsAndForeignKeysArePassedBy() {
    assertThat(accept(version("classifier", 7, bytes(10)))).isEmpty();
    assertThat(assembler.accept("vision/7/manifest", new byte[3], TIME)).isEmpty();
  }

  @Test
  void aFormatOfALaterBuildIsRefused() {
    var later = new ArrayList<>(version("vision", 7, bytes(10)));
    ModelManifest manifest = manifest("vision", 7, 2, bytes(10));
    byte[] value = ModelRecords.MANIFESTS.encode(manifest);

    assertThatThrownBy(() -> assembler.accept(key(later.getLast()), value, TIME))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessage("version 7 of model vision has format 2, but this build reads format 1");
  }

  @Test
  void keysSortAsVersionsDo() {
    assertThat(ModelKey.part("vision", 42, 3).text()).isEqualTo("vision/000000000042/0003");
    assertThat(ModelKey.manifest("vision", 42).text()).isEqualTo("vision/000000000042/manifest");
    assertThat(ModelKey.parse("vision/000000000042/0003")).contains(ModelKey.part("vision", 42, 3));
    assertThat(ModelKey.parse("vision/42/3")).isEmpty();
  }

  private List<ModelVersion> accept(List<ProducerRecord<byte[], byte[]>> records) {
    return accept(assembler, records);
  }

  private static List<ModelVersion> accept(
      ModelAssembler assembler, List<ProducerRecord<byte[], byte[]>> records) {
    return records.stream()
        .map(record -> assembler.accept(key(record), record.value(), TIME))
        .flatMap(Optional::stream)
        .toList();
  }

  private static List<ProducerRecord<byte[], byte[]>> version(
      String model, long version, byte[] bytes) {
    byte[] copy = Arrays.copyOf(bytes, bytes.length);
    return ModelRecords.version("models", manifest(model, version, 1, bytes), copy);
  }

  private static ModelManifest manifest(String model, long version, int format, byte[] bytes) {
    return new ModelManifest(
        model,
        version,
        format,
        ModelRecords.parts(bytes.length),
        (long) bytes.length,
        ModelRecords.digest(bytes),
        0L,
        List.of(),
        List.of(),
        Map.of(),
        Map.of(),
        Map.of(),
        null,
        "",
        "");
  }

  private static String key(ProducerRecord<byte[], byte[]> record) {
    return new String(record.key(), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    new Random(1).nextBytes(bytes);
    return bytes;
  }
}
