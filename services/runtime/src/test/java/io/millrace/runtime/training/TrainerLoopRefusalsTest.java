package io.millrace.runtime.training;

import static io.millrace.runtime.training.SumService.model;
import static java.util.stream.LongStream.range;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.administration.ModelReset;
import io.millrace.runtime.kafka.TopicIds;
import io.millrace.runtime.kafka.TransactionFailure;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.testing.TestKafka;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What does not go together stops a trainer, with a message that says what and what to do. */
final class TrainerLoopRefusalsTest {

  private static final String WAY_OUT = "`millrace models reset sum`";

  private final SumService sum = new SumService();
  private final String topic = sum.oneLog().name();
  private final TopicPartition partition = new TopicPartition(topic, 0);

  @BeforeEach
  void trainTwoVersions() {
    sum.send(sum.oneLog(), range(0, 25));
    var instance = sum.start(sum.oneLog());
    sum.awaitVersion(2);
    instance.close();
  }

  @AfterEach
  void stop() {
    sum.close();
  }

  @Test
  void anotherSettingOfTheTrainer() {
    var instance = sum.start(sum.oneLog(), Map.of("seed", "43"), moment -> {});

    assertThat(instance.awaitFailure()).contains("seed is 43", "trained with 42", WAY_OUT);
  }

  @Test
  void anotherBatchSize() {
    var instance = sum.start(sum.oneLog(), Map.of("sum.batch.size", "6"), moment -> {});

    assertThat(instance.awaitFailure()).contains("batch.size is 6", "with 5", WAY_OUT);
  }

  @Test
  void aPositionThatIsGoneFromTheLog() throws Exception {
    sum.kafka
        .admin()
        .deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(22)))
        .all()
        .get();

    var instance = sum.start(sum.oneLog());

    assertThat(instance.awaitFailure()).contains("offset 20", topic + "-0", "22 to 25", WAY_OUT);
  }

  @Test
  void aCheckpointWhoseManifestCannotBeRead() {
    checkpoint("sum/sum/manifest", "garbage");

    var instance = sum.start(sum.oneLog());

    assertThat(instance.awaitFailure()).contains("sum/sum/manifest", "cannot be read", WAY_OUT);
  }

  @Test
  void aCheckpointWithAPartTooMany() {
    checkpoint("sum/sum/stray", "garbage");

    var instance = sum.start(sum.oneLog());

    assertThat(instance.awaitFailure()).contains("its manifest says", "stray", WAY_OUT);
  }

  @Test
  void aCheckpointWithAPartThatCannotBeRead() {
    sum.kafka.committed(sum.kafka.topics().checkpoints().name()).stream()
        .map(record -> new String(record.key(), StandardCharsets.UTF_8))
        .filter(key -> !key.endsWith("/manifest"))
        .distinct()
        .forEach(key -> checkpoint(key, "garbage"));

    var instance = sum.start(sum.oneLog());

    assertThat(instance.awaitFailure()).contains("the checkpoint of model sum", WAY_OUT);
  }

  private void checkpoint(String key, String value) {
    sum.kafka.send(sum.kafka.topics().checkpoints(), key, value.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void anInputThatWasMadeAgainUnlessItIsSaidToBeACopy() throws Exception {
    String id = new TopicIds(sum.kafka.settings(Map.of())).apply(topic);
    sum.kafka.makeAgain(topic);
    sum.send(sum.oneLog(), range(0, 30));

    var refused = sum.start(sum.oneLog());
    assertThat(refused.awaitFailure())
        .contains("deleted and created again", topic, id, "sum.input.copy.of=" + id, WAY_OUT);

    var copy = sum.start(sum.oneLog(), Map.of("sum.input.copy.of", id), moment -> {});
    sum.awaitVersion(3);
    copy.close();
    var later = sum.start(sum.oneLog());
    sum.send(sum.oneLog(), range(30, 40));
    sum.awaitVersion(4);
    later.close();
  }

  @Test
  void aPositionPastTheEndOfTheLog() throws Exception {
    String id = new TopicIds(sum.kafka.settings(Map.of())).apply(topic);
    sum.kafka.makeAgain(topic);
    // Deleting a topic takes the group's offsets along; the checkpoint remains.
    sum.send(sum.oneLog(), range(0, 3));

    var instance = sum.start(sum.oneLog(), Map.of("sum.input.copy.of", id), moment -> {});

    assertThat(instance.awaitFailure()).contains("offset 20", topic + "-0", "0 to 3", WAY_OUT);
  }

  @Test
  void anInputThatIsMadeAgainWhileItIsRead() {
    var instance = sum.start(sum.oneLog());
    TestKafka.await("ready", () -> instance.service().health() == Service.Health.READY);

    sum.kafka.makeAgain(topic);
    sum.send(sum.oneLog(), range(0, 60));

    assertThat(instance.awaitFailure()).contains(topic, "deleted and created again");
    assertThat(sum.start(sum.oneLog()).awaitFailure())
        .contains(topic, "deleted and created again", WAY_OUT);
  }

  @Test
  void checkpointsThatAreMadeAgainWhileItLearns() {
    var instance = sum.start(sum.oneLog());
    TestKafka.await("ready", () -> instance.service().health() == Service.Health.READY);
    String checkpoints = sum.kafka.topics().checkpoints().name();

    sum.kafka.makeAgain(checkpoints);

    assertThat(instance.awaitFailure()).contains(checkpoints, "deleted and created again");
    assertThat(sum.start(sum.oneLog()).awaitFailure()).contains("is missing", WAY_OUT);
  }

  @Test
  void anOffsetOfTheGroupThatIsNotTheCheckpoints() throws Exception {
    String group = sum.settings.common().group("sum");
    sum.kafka
        .admin()
        .alterConsumerGroupOffsets(group, Map.of(partition, new OffsetAndMetadata(10)))
        .all()
        .get();

    var instance = sum.start(sum.oneLog());

    assertThat(instance.awaitFailure()).contains("offset 20", topic + "-0", group, "10", WAY_OUT);
  }

  @Test
  void aCheckpointThatIsMissing() {
    for (String part : List.of("manifest", "counts")) {
      sum.kafka.send(
          new ProducerRecord<>(
              sum.kafka.topics().checkpoints().name(),
              ("sum/sum/" + part).getBytes(StandardCharsets.UTF_8),
              null));
    }

    var instance = sum.start(sum.oneLog());

    assertThat(instance.awaitFailure()).contains("is missing", topic + "-0", "20", WAY_OUT);
  }

  @Test
  void aCheckpointThatIsThereInPart() {
    sum.kafka.send(
        new ProducerRecord<>(
            sum.kafka.topics().checkpoints().name(),
            "sum/sum/counts".getBytes(StandardCharsets.UTF_8),
            null));

    var instance = sum.start(sum.oneLog());

    assertThat(instance.awaitFailure()).contains("has 0 parts, its manifest says 1", WAY_OUT);
  }

  @Test
  void anotherNumberOfPartitions() throws Exception {
    sum.kafka.admin().createPartitions(Map.of(topic, NewPartitions.increaseTo(2))).all().get();

    var instance = sum.start(sum.oneLog());

    assertThat(instance.awaitFailure()).contains(topic + "-1", WAY_OUT);
  }

  @Test
  void partitionsThatAreAddedWhileItRuns() throws Exception {
    var instance = sum.start(sum.oneLog());
    TestKafka.await("ready", () -> instance.service().health() == Service.Health.READY);

    sum.kafka.admin().createPartitions(Map.of(topic, NewPartitions.increaseTo(2))).all().get();

    assertThat(instance.awaitFailure())
        .contains(topic + " had 1 partitions and has 2 now", WAY_OUT);
  }

  @Test
  void anExampleThatTheTrainerCannotLearnFrom() {
    sum.send(sum.oneLog(), range(-1, 10));

    var instance = sum.start(sum.oneLog());

    assertThat(instance.awaitFailure()).isEqualTo("cannot learn from -1");
  }

  @Test
  void untilItIsReset() {
    var refused = sum.start(sum.oneLog(), Map.of("seed", "43"), moment -> {});
    refused.awaitFailure();

    ModelReset.reset(sum.settings, "sum", "sum", sum.oneLog());
    sum.start(sum.oneLog(), Map.of("seed", "43"), moment -> {});

    assertThat(sum.awaitVersion(5)).isEqualTo(model(range(0, 20)));
  }

  @Test
  void aTrainerThatMayNotWriteToItsInputIsToldWhatItNeeds() {
    var refused = new KafkaException(new TopicAuthorizationException(Set.of("image-examples")));

    KafkaException explained = StepCommitter.explained(refused, "vision", "image-examples");

    assertThat(explained)
        .hasMessageContaining("image-examples")
        .hasMessageContaining("WRITE")
        .hasMessageContaining("vision.step.idle.ms=0");
    assertThat(TransactionFailure.of(explained)).isEqualTo(TransactionFailure.FATAL);
  }

  @Test
  void otherErrorsOfACommitStayAsTheyAre() {
    var timeout = new TimeoutException("slow");

    assertThat(StepCommitter.explained(timeout, "vision", "image-examples")).isSameAs(timeout);
  }
}
