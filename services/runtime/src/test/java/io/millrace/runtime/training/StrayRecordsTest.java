package io.millrace.runtime.training;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.LongStream.range;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.administration.ModelReset;
import io.millrace.runtime.models.ModelFollower;
import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.models.TestModels;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.avro.ModelManifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What lies on the topics of models and checkpoints and is nobody's state stops nobody. */
final class StrayRecordsTest {

  private static final byte[] LABEL = AvroCodec.of(Label.class).encode(new Label("image/1", "7"));

  private final SumService sum = new SumService();
  private final String models = sum.kafka.topics().models().name();
  private final String checkpoints = sum.kafka.topics().checkpoints().name();

  @BeforeEach
  void trainTwoVersionsAndSendGarbage() {
    sum.send(sum.oneLog(), range(0, 25));
    var instance = sum.start(sum.oneLog());
    sum.awaitVersion(2);
    instance.close();
    List<ProducerRecord<byte[], byte[]>> garbage = new ArrayList<>();
    for (String topic : List.of(models, checkpoints)) {
      garbage.add(record(topic, "gone", null));
      garbage.add(record(topic, "", new byte[0]));
      garbage.add(record(topic, "sum", new byte[] {1, 2, 3}));
      garbage.add(record(topic, "sum/sum", LABEL));
    }
    for (String key : List.of("sum/999999999999/manifest", "sum/000000000002/manifest")) {
      garbage.add(record(models, key, new byte[0]));
      garbage.add(record(models, key, LABEL));
      garbage.add(record(models, key, manifest("other", 3)));
    }
    sum.kafka.sendAll(garbage);
  }

  @AfterEach
  void close() {
    sum.close();
  }

  @Test
  void aTrainerGoesOnFromItsState() {
    sum.start(sum.oneLog());
    sum.send(sum.oneLog(), range(25, 30));

    sum.awaitVersion(3);

    assertThat(ModelReader.manifests(sum.settings))
        .extracting(ModelManifest::getVersion)
        .containsExactly(0L, 1L, 2L, 3L);
  }

  @Test
  void aTrainerThatBeginsAnewNumbersItsVersionsAsBefore() {
    ModelReset.reset(sum.settings, "sum", "sum", sum.oneLog());

    sum.start(sum.oneLog());

    sum.awaitVersion(5);
  }

  @Test
  void whoFollowsGetsTheVersionThatWasPublished() {
    List<Long> versions = new CopyOnWriteArrayList<>();
    try (var follower =
        ModelFollower.start(
            sum.settings,
            Set.of("sum"),
            version -> versions.add(version.manifest().getVersion()))) {
      TestKafka.await("a version", () -> !versions.isEmpty());

      assertThat(versions).containsExactly(2L);
      assertThat(follower.failure()).isEmpty();
    }
  }

  private static byte[] manifest(String model, long version) {
    return AvroCodec.of(ModelManifest.class)
        .encode(TestModels.version(model, version, List.of(), new byte[0]).manifest());
  }

  private static ProducerRecord<byte[], byte[]> record(
      String topic, String key, byte @Nullable [] value) {
    return new ProducerRecord<>(topic, 0, key.getBytes(UTF_8), value);
  }
}
