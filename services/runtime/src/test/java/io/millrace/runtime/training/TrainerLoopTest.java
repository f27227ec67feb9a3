package io.millrace.runtime.training;

import static io.millrace.runtime.training.SumService.model;
import static java.util.stream.LongStream.range;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.administration.CloseStep;
import io.millrace.runtime.kafka.TopicIds;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.models.ModelKey;
import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.avro.InputRange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TrainerLoopTest {

  private final SumService sum = new SumService();

  @AfterEach
  void stop() {
    sum.close();
  }

  @Test
  void publishesTheSeededModelFirstAndThenAVersionForEveryStep() {
    sum.send(sum.oneLog(), range(0, 25));

    sum.start(sum.oneLog());
    byte[] newest = sum.awaitVersion(2);

    assertThat(newest).isEqualTo(model(range(0, 20)));
    assertThat(sum.manifests())
        .extracting(manifest -> manifest.getVersion() + ":" + manifest.getRecords())
        .containsExactly("0:0", "1:10", "2:20");
    assertThat(sum.manifests().getLast().getParts()).isEqualTo(2);
    assertThat(sum.manifests().getLast().getInputs())
        .containsExactly(
            new InputRange(
                sum.oneLog().name(),
                0,
                0L,
                20L,
                new TopicIds(sum.settings).apply(sum.oneLog().name())));
    assertThat(sum.manifests().getLast().getSettings())
        .containsOnlyKeys("seed", "batch.size", "step.batches", "merge.slice");
  }

  @Test
  void goesOnWhereItStopped() {
    sum.send(sum.oneLog(), range(0, 25));
    var first = sum.start(sum.oneLog());
    sum.awaitVersion(2);
    first.close();

    sum.send(sum.oneLog(), range(25, 40));
    sum.start(sum.oneLog());

    assertThat(sum.awaitVersion(4)).isEqualTo(model(range(0, 40)));
    assertThat(first.service().health()).isEqualTo(Service.Health.STOPPED);
  }

  @Test
  void tellsTheRecordsThatFillNoStep() {
    sum.send(sum.oneLog(), range(0, 23));

    var instance = sum.start(sum.oneLog());
    sum.awaitVersion(2);

    TestKafka.await("held back", () -> instance.gauge("millrace.records.held.back") == 3);
    assertThat(instance.count("millrace.records.in")).isEqualTo(20);
    assertThat(instance.count("millrace.records.out")).isGreaterThan(3);
    assertThat(instance.gauge("millrace.trainer.active")).isEqualTo(1);
    assertThat(instance.gauge("millrace.model.version")).isEqualTo(2);
    assertThat(instance.meters().get("millrace.end.to.end").timer().count()).isEqualTo(20);
  }

  @Test
  void aMarkerClosesTheStep() {
    sum.send(sum.oneLog(), range(0, 13));
    CloseStep.write(sum.settings, "sum", sum.oneLog());
    sum.send(sum.oneLog(), range(13, 23));

    sum.start(sum.oneLog());

    assertThat(sum.awaitVersion(3)).isEqualTo(model(range(0, 23)));
    assertThat(sum.manifests())
        .extracting(manifest -> manifest.getRecords() + ":" + manifest.getMetrics().get("batches"))
        .containsExactly("0:0.0", "10:2.0", "13:3.0", "23:5.0");
  }

  @Test
  void aMarkerAfterAFullStepMakesNoVersionButIsDoneWith() throws Exception {
    sum.send(sum.oneLog(), range(0, 10));
    CloseStep.write(sum.settings, "sum", sum.oneLog());

    sum.start(sum.oneLog());

    TestKafka.await("the marker's offset is committed", () -> committed() == 11);
    assertThat(sum.manifests()).hasSize(2);
  }

  @Test
  void aBatchCountsRecordsThatCannotBeUsed() {
    sum.send(sum.oneLog(), range(0, 7));
    sum.kafka.send(
        new ProducerRecord<>(
            sum.oneLog().name(), 0, null, "garbage".getBytes(StandardCharsets.UTF_8)));
    sum.kafka.send(new ProducerRecord<>(sum.oneLog().name(), 0, new byte[1], null));
    sum.send(sum.oneLog(), range(7, 8));

    var instance = sum.start(sum.oneLog());

    assertThat(sum.awaitVersion(1)).isEqualTo(model(range(0, 8)));
    TestKafka.await("counted", () -> instance.count("millrace.records.skipped") == 2);
  }

  @Test
  void mergesPartitionsInTurnWhateverThePollsBring() {
    for (int partition = 3; partition >= 0; partition--) {
      sum.send(sum.fourLogs(), partition, range(100L * partition, 100L * partition + 15));
    }

    sum.start(sum.fourLogs());

    List<Long> order = new ArrayList<>();
    for (int round = 0; round < 5; round++) {
      for (int partition = 0; partition < 4; partition++) {
        range(100L * partition + 3 * round, 100L * partition + 3 * round + 3).forEach(order::add);
      }
    }
    assertThat(sum.awaitVersion(6)).isEqualTo(model(order.stream().mapToLong(v -> v)));
  }

  @Test
  void markersInAllPartitionsAlign() {
    sum.send(sum.fourLogs(), 1, range(0, 4));
    sum.send(sum.fourLogs(), 3, range(4, 6));
    CloseStep.write(sum.settings, "sum", sum.fourLogs());

    sum.start(sum.fourLogs());

    assertThat(sum.awaitVersion(1)).isEqualTo(model(LongStream.of(0, 1, 2, 4, 5, 3)));
  }

  @Test
  void readsNoFurtherAheadThanItMay() {
    sum.send(sum.oneLog(), range(0, 50));

    sum.start(sum.oneLog(), Map.of("sum.buffer.records", "2"), moment -> {});

    assertThat(sum.awaitVersion(5)).isEqualTo(model(range(0, 50)));
  }

  @Test
  void tombstonesThePartsOfOldVersionsAndKeepsTheirManifests() {
    sum.send(sum.oneLog(), range(0, 50));

    sum.start(sum.oneLog(), Map.of("sum.models.retain", "2"), moment -> {});
    sum.awaitVersion(5);

    assertThat(ModelReader.load(sum.settings, "sum", OptionalLong.of(4))).isPresent();
    assertThat(sum.manifests()).hasSize(6);
    assertThat(tombstonedVersions()).containsExactly(0L, 0L, 1L, 1L, 2L, 2L, 3L, 3L);
  }

  @Test
  void tombstonesTheManifestsOfOldVersionsAlsoAfterARestart() {
    Map<String, String> few = Map.of("sum.models.retain", "2", "sum.manifests.retain", "3");
    sum.send(sum.oneLog(), range(0, 150));
    var first = sum.start(sum.oneLog(), few, moment -> {});
    sum.awaitVersion(15);
    first.close();

    sum.send(sum.oneLog(), range(150, 300));
    var second = sum.start(sum.oneLog(), few, moment -> {});

    assertThat(sum.awaitVersion(30)).isEqualTo(model(range(0, 300)));
    assertThat(sum.manifests()).map(it -> it.getVersion()).containsExactly(28L, 29L, 30L);
    assertThat(tombstones().filter(ModelKey::isManifest))
        .map(ModelKey::version)
        .containsExactlyElementsOf(range(0, 28).boxed().toList());
    TestKafka.await("counted", () -> second.gauge("millrace.model.manifests") == 3);
  }

  private List<Long> tombstonedVersions() {
    return tombstones().map(ModelKey::version).toList();
  }

  private Stream<ModelKey> tombstones() {
    return sum.kafka.committed(sum.kafka.topics().models().name()).stream()
        .filter(record -> record.value() == null)
        .map(record -> ModelKey.parse(new String(record.key(), StandardCharsets.UTF_8)))
        .map(key -> key.orElseThrow());
  }

  private long committed() {
    try {
      var offsets =
          sum.kafka
              .admin()
              .listConsumerGroupOffsets(sum.settings.common().group("sum"))
              .partitionsToOffsetAndMetadata()
              .get();
      return offsets.values().stream().mapToLong(offset -> offset.offset()).sum();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
