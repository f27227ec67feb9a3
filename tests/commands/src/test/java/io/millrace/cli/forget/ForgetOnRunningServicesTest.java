package io.millrace.cli.forget;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.BrokerCommands;
import io.millrace.cli.CommandRun;
import io.millrace.labelling.LabellingService;
import io.millrace.learning.vision.images.ImageShape;
import io.millrace.learning.vision.images.PngEncoder;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.schemas.avro.Label;
import io.millrace.text.TextService;
import io.millrace.topics.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Text and labelling run, and the command withdraws subjects from what they keep. */
final class ForgetOnRunningServicesTest {

  @TempDir private Path folder;
  private final TestKafka kafka = new TestKafka();
  private final BrokerCommands broker = new BrokerCommands(kafka);
  private List<Service> services = List.of();

  @AfterEach
  void end() {
    services.forEach(it -> it.close(Duration.ofSeconds(10)));
    kafka.close();
  }

  @Test
  void whatTheyWriteAfterwardsIsWithoutTheSubject() {
    var settings =
        kafka.settings(
            Map.of("state.directory", folder.toString(), "text.publish.interval.ms", "50"));
    services =
        List.of(
            TextService.TYPE.create().apply(settings),
            LabellingService.TYPE.create().apply(settings));
    services.forEach(Service::start);
    document("mail-6", "cheap pills");
    document("mail-7", "cheap hen");
    image("six");
    image("seven");
    label("image/eight", "8");
    label("image/nine", "9");
    kafka.await(kafka.topics().documentVectors().name(), 2);

    CommandRun forgotten =
        broker.run("forget", "document/mail-6", "image/six", "image/eight", "document/mail-7");
    document("mail-8", "cheap owl");
    label("document/mail-6", "spam");
    label("document/mail-8", "ham");
    label("image/six", "6");
    label("image/seven", "7");
    image("eight");
    image("nine");
    awaitCorpusOf(1);
    // The last command deletes a vector that still waits for its label.
    TestKafka.await(
        "the example of mail-8",
        () -> keys(kafka.topics().documentExamples()).contains("document/mail-8"));
    // Waits until both have read all that was sent before it.
    CommandRun last = broker.run("forget", "document/mail-8");

    assertThat(forgotten.status()).as(forgotten.err() + forgotten.out()).isZero();
    assertThat(last.status()).as(last.err() + last.out()).isZero();
    assertThat(lastVector("mail-6").value()).isNull();
    assertThat(lastVector("mail-7").value()).isNull();
    assertThat(keys(kafka.topics().documentExamples())).containsExactly("document/mail-8");
    assertThat(keys(kafka.topics().imageExamples()))
        .containsExactlyInAnyOrder("image/seven", "image/nine");
  }

  /** Of three documents two are forgotten: sends the third until its vector says so. */
  private void awaitCorpusOf(long documents) {
    AvroCodec<DocumentVector> avro = AvroCodec.of(DocumentVector.class);
    TestKafka.await(
        "a corpus of " + documents,
        () -> {
          document("mail-8", "cheap owl");
          return kafka.committed(kafka.topics().documentVectors().name()).stream()
              .filter(it -> key(it).equals("mail-8"))
              .anyMatch(it -> avro.decodeOrThrow(it.value()).getCorpusSize() == documents);
        });
  }

  private ConsumerRecord<byte[], byte[]> lastVector(String id) {
    return kafka.committed(kafka.topics().documentVectors().name()).stream()
        .filter(it -> key(it).equals(id))
        .toList()
        .getLast();
  }

  private List<String> keys(Topic<?, ?> topic) {
    return kafka.committed(topic.name()).stream()
        .map(ForgetOnRunningServicesTest::key)
        .distinct()
        .toList();
  }

  private static String key(ConsumerRecord<byte[], byte[]> record) {
    return new String(record.key(), UTF_8);
  }

  private void document(String id, String text) {
    kafka.send(
        new ProducerRecord<>(
            kafka.topics().documents().name(), id.getBytes(UTF_8), text.getBytes(UTF_8)));
  }

  private void image(String id) {
    byte[] png = PngEncoder.encode(new ImageShape(1, 2, 2), new float[4], 0);
    kafka.send(new ProducerRecord<>(kafka.topics().images().name(), id.getBytes(UTF_8), png));
  }

  private void label(String subject, String label) {
    kafka.send(
        new ProducerRecord<>(
            kafka.topics().labels().name(),
            subject.getBytes(UTF_8),
            AvroCodec.of(Label.class).encode(new Label(subject, label))));
  }
}
