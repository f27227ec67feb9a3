package io.millrace.labelling;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.Image;
import io.millrace.topics.Catalogue;
import io.millrace.topics.Provisioner;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A topic that labelling reads is deleted and created again. */
final class TopicsMadeAgainTest {

  private static final Duration STOP_WITHIN = Duration.ofSeconds(30);

  @TempDir private Path folder;

  private final TestKafka kafka = new TestKafka();
  private Service service;

  @AfterEach
  void close() {
    service.close(STOP_WITHIN);
    kafka.close();
  }

  @Test
  void anInstanceStartsAgainAfterATopicWasDeletedUnderItAndTakesWhatIsSentToTheNewOne()
      throws Exception {
    start();
    String images = kafka.topics().images().name();
    kafka.send(image("a"));
    kafka.await(kafka.topics().imageExamples().name(), 1);

    kafka.admin().deleteTopics(List.of(images)).all().get();
    TestKafka.await("the service failed", () -> service.health() == Service.Health.FAILED);
    assertThat(service.failure()).contains("labelling", "millrace topics apply");
    new Provisioner(kafka.admin(), kafka.topics().prefix()).createMissing(Catalogue.load());
    service.close(STOP_WITHIN);

    start();
    kafka.send(image("a"));

    assertThat(kafka.await(kafka.topics().imageExamples().name(), 2))
        .extracting(record -> new String(record.key(), UTF_8))
        .containsExactly("image/a", "image/a");
  }

  @Test
  void topicsThatAreMadeAgainBeforeKafkaMissesThemStopItAndTheNextStartReadsTheNewOnes() {
    start("300000");
    String images = kafka.topics().images().name();
    List.of("a", "b", "c").forEach(id -> kafka.send(image(id)));
    kafka.await(kafka.topics().imageExamples().name(), 3);

    kafka.makeAgain(kafka.topics().schemas().name(), images);
    // More than the old one had: the consumer finds its old offset in the new log.
    List.of("d", "e", "f", "g", "h").forEach(id -> kafka.send(image(id)));
    TestKafka.await("the service failed", () -> service.health() == Service.Health.FAILED);
    assertThat(service.failure()).contains(images);
    service.close(STOP_WITHIN);
    start("300000");

    assertThat(kafka.await(kafka.topics().imageExamples().name(), 8))
        .extracting(record -> new String(record.key(), UTF_8))
        .containsExactlyInAnyOrder(
            "image/a", "image/b", "image/c", "image/d", "image/e", "image/f", "image/g", "image/h");
  }

  @Test
  void partitionsThatAreAddedToARunningTopicAreReadAndNothingElseChanges() throws Exception {
    start();
    String images = kafka.topics().images().name();
    kafka.send(image("a", 0));
    kafka.await(kafka.topics().imageExamples().name(), 1);

    kafka.admin().createPartitions(Map.of(images, NewPartitions.increaseTo(8))).all().get();
    kafka.send(image("b", 7));

    assertThat(kafka.await(kafka.topics().imageExamples().name(), 2))
        .extracting(record -> new String(record.key(), UTF_8))
        .containsExactly("image/a", "image/b");
    assertThat(service.health()).isNotEqualTo(Service.Health.FAILED);
  }

  private void start() {
    start("500");
  }

  private void start(String metadataMaxAge) {
    service =
        LabellingService.TYPE
            .create()
            .apply(
                kafka.settings(
                    Map.of(
                        "state.directory",
                        folder.toString(),
                        "instance.id",
                        "local",
                        "kafka.metadata.max.age.ms",
                        metadataMaxAge)));
    service.start();
    TestKafka.await("ready", () -> service.health() == Service.Health.READY);
  }

  private ProducerRecord<byte[], byte[]> image(String id) {
    return image(id, 0);
  }

  private ProducerRecord<byte[], byte[]> image(String id, int partition) {
    byte[] value =
        AvroCodec.of(Image.class)
            .encode(new Image(ByteBuffer.wrap(LabellingTestDriver.png(1)), null, "7"));
    return new ProducerRecord<>(
        kafka.topics().images().name(), partition, id.getBytes(UTF_8), value);
  }
}
