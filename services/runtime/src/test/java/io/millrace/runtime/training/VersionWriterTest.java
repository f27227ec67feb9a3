package io.millrace.runtime.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.runtime.metrics.LoopMetrics;
import io.millrace.runtime.models.CheckpointWriter;
import io.millrace.runtime.models.ModelKey;
import io.millrace.runtime.models.StoredVersions;
import io.millrace.runtime.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

final class VersionWriterTest {

  private static final int RETAIN = 10_000;
  private static final long LAST = 10L * RETAIN - 1;

  @Test
  void manifestsThatEarlierBuildsLeftAreDeletedStepByStep() {
    VersionWriter writer = writer(Map.of());
    List<Long> deleted = new ArrayList<>();

    int steps = 0;
    for (; writer.manifests() > RETAIN && steps < 100; steps++) {
      List<Long> now = deletedManifests(next(writer));
      assertThat(now).hasSizeLessThanOrEqualTo(VersionWriter.MANIFESTS_DELETED);
      deleted.addAll(now);
    }

    assertThat(steps).isLessThan(100);
    assertThat(deleted)
        .containsExactlyElementsOf(LongStream.range(0, LAST + 1 + steps - RETAIN).boxed().toList());
    assertThat(deletedManifests(next(writer))).hasSize(1);
  }

  @Test
  void theManifestOfAVersionThatHasPartsStays() {
    VersionWriter writer = writer(Map.of(0L, 2));

    assertThat(deletedManifests(next(writer))).doesNotContain(0L).startsWith(1L, 2L, 3L);
  }

  private static List<Long> deletedManifests(List<ProducerRecord<byte[], byte[]>> records) {
    return records.stream()
        .filter(record -> record.topic().equals("models") && record.value() == null)
        .map(record -> ModelKey.parse(new String(record.key(), StandardCharsets.UTF_8)))
        .flatMap(Optional::stream)
        .filter(ModelKey::isManifest)
        .map(ModelKey::version)
        .toList();
  }

  private static List<ProducerRecord<byte[], byte[]>> next(VersionWriter writer) {
    var partitions = List.of(new TopicPartition("log", 0));
    var positions = InputPositions.beginning(partitions, new long[] {0});
    var nothing = new TrainerSnapshot(new byte[0], List.of(), 0, Map.of(), Map.of(), List.of());
    return writer.next(nothing, "", positions, positions.resumeMerge(1));
  }

  /** The writer of a model that has ten times the manifests that stay. */
  private static VersionWriter writer(Map<Long, Integer> retained) {
    Settings settings = Settings.of(Map.of());
    var context =
        new TrainerContext<>(
            "sum",
            settings,
            TrainerLoopConfig.from("sum", settings.read(TrainerLoopConfig.definition("sum", 5, 2))),
            "log",
            new SumTrainer(Map.of(), "none"),
            LoopMetrics.ofSteps(new SimpleMeterRegistry(), "sum", "dead-letters"),
            new TrainerMetrics(),
            moment -> {});
    var versions = new TreeSet<>(LongStream.rangeClosed(0, LAST).boxed().toList());
    var stored =
        new StoredVersions(Optional.empty(), LAST, new TreeMap<>(retained), versions, 0, Set.of());
    return new VersionWriter(
        context,
        "cluster/topic",
        LAST,
        Optional.empty(),
        stored,
        CheckpointWriter.ofDigests(Map.of()),
        Set::of);
  }
}
