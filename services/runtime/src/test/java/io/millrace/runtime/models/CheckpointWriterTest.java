package io.millrace.runtime.models;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.models.CheckpointWriter.Policy;
import io.millrace.schemas.avro.CheckpointManifest;
import io.millrace.schemas.avro.ReadRecord;
import io.millrace.schemas.avro.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

final class CheckpointWriterTest {

  private static final byte[] MODEL = bytes("model");

  @Test
  void keepsAllPartsAlsoThoseThatHaveNotChangedForLong() {
    CheckpointWriter writer = writer(new Policy(3, 2, 1_000), 100);
    for (long version = 1; version < 3; version++) {
      writer.change(Map.of("part" + version, Optional.of(bytes("p" + version))), true);
      assertThat(writer.keep(manifest(version, writer), MODEL)).isEmpty();
    }
    writer.change(Map.of("part1", Optional.empty(), "part3", Optional.of(bytes("p3"))), true);

    assertThat(keys(writer.keep(manifest(3, writer), MODEL)))
        .containsExactly(
            "s/kept/s-wide/000000000003/model/0000",
            "s/kept/s-wide/000000000003/part/part2",
            "s/kept/s-wide/000000000003/part/part3",
            "s/kept/s-wide/000000000003/manifest");
  }

  @Test
  void aTrainerThatWasRestoredHasTheDigestOfOneThatWasNot() {
    CheckpointWriter writer = writer(Policy.NONE, 0);
    writer.change(Map.of("a", Optional.of(bytes("1")), "b", Optional.of(bytes("2"))), true);
    writer.change(Map.of("b", Optional.of(bytes("3"))), true);
    var restored = CheckpointWriter.ofDigests(Map.of("a", bytes("1"), "b", bytes("3")));
    CheckpointManifest at = manifest(3, writer);

    assertThat(restored.digest(at)).isEqualTo(writer.digest(at));
    assertThat(CheckpointWriter.ofDigests(Map.of("a", bytes("13"), "b", bytes(""))).digest(at))
        .isNotEqualTo(writer.digest(at));
    assertThat(writer.digest(CheckpointManifest.newBuilder(at).setTaken(3).build()))
        .isNotEqualTo(writer.digest(at));
  }

  @Test
  void keepsNoneThatIsTooLargeForTheHeapUntilItIsSmaller() {
    CheckpointWriter writer = writer(new Policy(1, 5, 1_000), 3);
    writer.change(Map.of("a", Optional.of(bytes("12")), "b", Optional.of(bytes("34"))), true);
    assertThat(writer.keep(manifest(1, writer), MODEL)).isEmpty();

    writer.change(Map.of("a", Optional.empty()), true);
    assertThat(writer.keep(manifest(2, writer), MODEL)).as("b is held no more").isEmpty();

    writer.change(Map.of("b", Optional.of(bytes("5"))), true);
    assertThat(writer.keep(manifest(3, writer), MODEL)).hasSize(3);
  }

  @Test
  void keepsNoneThatIsLargerThanTheSettingWithItsModel() {
    long parts = 4;
    for (boolean fits : new boolean[] {true, false}) {
      long max = parts + MODEL.length - (fits ? 0 : 1);
      CheckpointWriter writer = writer(new Policy(1, 5, max), 100);
      writer.change(Map.of("a", Optional.of(bytes("1234"))), true);

      assertThat(writer.keep(manifest(1, writer), MODEL)).hasSize(fits ? 3 : 0);
    }
  }

  @Test
  void deletesWholeWhatIsTooMuchInTheTransactionOfTheNext() {
    CheckpointWriter writer = writer(new Policy(1, 2, 1_000), 100);
    writer.change(Map.of("a", Optional.of(bytes("1"))), true);
    for (long version = 1; version <= 2; version++) {
      assertThat(writer.keep(manifest(version, writer), MODEL)).hasSize(3);
    }

    List<ProducerRecord<byte[], byte[]>> third = writer.keep(manifest(3, writer), MODEL);

    assertThat(keys(third.stream().filter(it -> it.value() == null).toList()))
        .containsExactlyInAnyOrder(
            "s/kept/s-wide/000000000001/model/0000",
            "s/kept/s-wide/000000000001/part/a",
            "s/kept/s-wide/000000000001/manifest");
    assertThat(writer.kept()).isEqualTo(2);
  }

  @Test
  void withoutKeepingItDeletesWhatAnotherSettingHasKept() {
    var kept = new TreeMap<>(Map.of(7L, new TreeSet<>(List.of("manifest", "part/x"))));
    var writer = new CheckpointWriter("checkpoints", "s", Policy.NONE, 0, new TreeMap<>(kept));

    assertThat(keys(writer.keep(manifest(9, writer), MODEL)))
        .containsExactly(
            "s/kept/s-wide/000000000007/manifest", "s/kept/s-wide/000000000007/part/x");
    assertThat(writer.keep(manifest(10, writer), MODEL)).isEmpty();
  }

  @Test
  void deletesWhatLiesUnderTheKeysOfLaterVersionsRatherThanWhatItKeeps() {
    var found =
        new TreeMap<>(
            Map.of(4L, new TreeSet<>(List.of("manifest")), 999L, new TreeSet<>(List.of("part/x"))));
    var writer =
        new CheckpointWriter(
            "checkpoints", "s", new Policy(5, 2, 1_000), 100, new TreeMap<>(found));

    assertThat(keys(writer.keep(manifest(5, writer), MODEL)))
        .endsWith("s/kept/s-wide/000000000999/part/x")
        .doesNotContain("s/kept/s-wide/000000000004/manifest");
  }

  @Test
  void deletesTheKeptOfALineThatAnEarlierBuildHasEnded() {
    var found = new TreeMap<Long, NavigableSet<String>>();
    LongStream.of(2, 4, 6).forEach(it -> found.put(it, new TreeSet<>(List.of("manifest"))));
    var lookup =
        new StoredCheckpoint.CheckpointLookup(
            Optional.empty(), ForgottenSubjects.none(), new TreeMap<>(found));
    var writer =
        new CheckpointWriter("checkpoints", "s", new Policy(100, 5, 1_000), lookup, 5, true);

    assertThat(keys(writer.keep(manifest(7, writer), MODEL)))
        .containsExactly(
            "s/kept/s-wide/000000000002/manifest", "s/kept/s-wide/000000000004/manifest");
    assertThat(keys(writer.begin(manifest(8, writer))))
        .containsExactly("s/kept/s-wide/000000000006/manifest");
    assertThat(writer.kept()).isZero();
  }

  @Test
  void deletesAtMostTenInAStep() {
    var found = new TreeMap<Long, NavigableSet<String>>();
    LongStream.range(0, 25).forEach(it -> found.put(it, new TreeSet<>(List.of("manifest"))));
    var writer = new CheckpointWriter("checkpoints", "s", new Policy(100, 1, 1_000), 100, found);

    assertThat(writer.keep(manifest(30, writer), MODEL)).hasSize(10);
    assertThat(writer.keep(manifest(31, writer), MODEL)).hasSize(10);
    assertThat(keys(writer.keep(manifest(32, writer), MODEL)))
        .hasSize(4)
        .doesNotContain("s/kept/s-wide/000000000024/manifest");
  }

  private static CheckpointWriter writer(Policy policy, long maxHeldBytes) {
    return new CheckpointWriter("checkpoints", "s", policy, maxHeldBytes, new TreeMap<>());
  }

  private static CheckpointManifest manifest(long version, CheckpointWriter writer) {
    return new CheckpointManifest(
        "s-wide",
        version,
        ModelRecords.FORMAT,
        writer.parts(),
        Map.of("seed", "42"),
        List.of(new Source("log", 0, 10L)),
        0,
        2,
        -1L,
        List.of(new ReadRecord(0, 9L, 0L, "00", false)));
  }

  private static List<String> keys(List<ProducerRecord<byte[], byte[]>> records) {
    List<String> keys = new ArrayList<>();
    records.forEach(it -> keys.add(new String(it.key(), UTF_8)));
    return keys;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
