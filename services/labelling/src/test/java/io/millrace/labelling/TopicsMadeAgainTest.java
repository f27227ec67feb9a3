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

  private void start() {
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
                        "500")));
    service.start();
    TestKafka.await("ready", () -> service.health() == Service.Health.READY);
  }

  private ProducerRecord<byte[], byte[]> image(String id) {
    byte[] value =
        AvroCodec.of(Image.class)
            .encode(new Image(ByteBuffer.wrap(LabellingTestDriver.png(1)), null, "7"));
    return new ProducerRecord<>(kafka.topics().images().name(), 0, id.getBytes(UTF_8), value);
  }
}
