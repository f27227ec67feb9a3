package io.millrace.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.models.ModelKey;
import io.millrace.runtime.testing.MixedBuilds;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.ClassScore;
import io.millrace.schemas.avro.Evaluation;
import io.millrace.schemas.avro.ImageExample;
import io.millrace.schemas.avro.InputRange;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.Prediction;
import io.millrace.schemas.avro.Scope;
import io.millrace.schemas.avro.Source;
import io.millrace.topics.Catalogue;
import io.millrace.topics.InternalTopic;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The service on a real broker: four partitions, odd producers, another instance takes over. */
final class EvaluationOnKafkaTest {

  private static final Duration STOP_WITHIN = Duration.ofSeconds(30);
  private static final int IMAGES = 2000;
  private static final int LEARNED = 500;

  @RegisterExtension private final MixedBuilds builds = new MixedBuilds();
  @TempDir private Path folder;

  private final TestKafka kafka = new TestKafka();
  private final Random random = new Random(5);
  private final List<Service> running = new ArrayList<>();

  @AfterEach
  void close() {
    running.forEach(service -> service.close(STOP_WITHIN));
    kafka.close();
  }

  @Test
  void everyPredictionIsJudgedOnceThoughLabelsComeInAnyOrderAndInstanceAndClockChange()
      throws Exception {
    List<ProducerRecord<byte[], byte[]>> stream = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      stream.add(prediction(i));
      stream.add(label(i));
    }
    Collections.shuffle(stream, random);
    start("first", Duration.ofDays(-7));
    kafka.sendAll(stream.subList(0, IMAGES));
    running.removeFirst().close(STOP_WITHIN);
    start("second", Duration.ofDays(7));
    kafka.sendAll(stream.subList(IMAGES, stream.size()));
    kafka.send(
        kafka.topics().models(),
        ModelKey.manifest("vision", 3).text(),
        AvroCodec.of(ModelManifest.class).encode(manifest()));
    for (int i = 0; i < LEARNED; i++) {
      kafka.send(kafka.topics().imageExamples(), "image/" + i, example(i));
    }

    kafka.await(
        kafka.topics().evaluations().name(),
        records ->
            last(records, Scope.SEEN).stream().anyMatch(it -> it.getModelCount() == LEARNED)
                && last(records, Scope.PREQUENTIAL).stream()
                    .anyMatch(it -> it.getModelCount() == IMAGES - LEARNED));

    assertThat(kafka.committed(kafka.topics().evaluations().name()))
        .map(record -> AvroCodec.of(Evaluation.class).decodeOrThrow(record.value()))
        .allSatisfy(it -> {
          assertThat(it.getModelCount()).isLessThanOrEqualTo(IMAGES - LEARNED);
          assertThat(it.getModelCorrect()).isEqualTo(it.getModelCount());
        });
    assertThat(kafka.admin().listTopics().names().get())
        .filteredOn(name -> name.startsWith(kafka.topics().prefix() + "millrace-evaluation-"))
        .containsExactlyInAnyOrderElementsOf(
            Catalogue.load().streams().stream()
                .filter(topic -> topic.owner().equals("evaluation"))
                .map(InternalTopic::name)
                .filter(name -> !name.equals(EvaluationTestDriver.JUDGEMENTS))
                .map(name -> kafka.topics().prefix() + name)
                .toList());
  }

  private static Optional<Evaluation> last(
      List<ConsumerRecord<byte[], byte[]>> records, Scope scope) {
    return records.reversed().stream()
        .map(record -> AvroCodec.of(Evaluation.class).decodeOrThrow(record.value()))
        .filter(evaluation -> evaluation.getScope() == scope)
        .findFirst();
  }

  private void start(String instance, Duration clockIsAhead) {
    Service service =
        EvaluationService.TYPE
            .create()
            .apply(
                kafka
                    .settings(Map.of("state.directory", folder.resolve(instance).toString()))
                    .withClock(() -> System.currentTimeMillis() + clockIsAhead.toMillis()));
    running.add(service);
    service.start();
    TestKafka.await(instance + " is ready", () -> service.health() == Service.Health.READY);
  }

  private ProducerRecord<byte[], byte[]> prediction(int id) {
    var prediction =
        new Prediction(
            "image/" + id,
            "7",
            1.0,
            List.of(new ClassScore("7", 1.0, 1.0)),
            "vision",
            3L,
            null,
            null,
            source(id),
            null,
            null);
    return new ProducerRecord<>(
        kafka.topics().predictions().name(),
        random.nextInt(4),
        Integer.toString(id).getBytes(UTF_8),
        AvroCodec.of(Prediction.class).encode(prediction));
  }

  private ProducerRecord<byte[], byte[]> label(int id) {
    return new ProducerRecord<>(
        kafka.topics().labels().name(),
        random.nextInt(4),
        null,
        AvroCodec.of(Label.class).encode(new Label("image/" + id, "7")));
  }

  private ModelManifest manifest() {
    return new ModelManifest(
        "vision",
        3L,
        1,
        0,
        0L,
        "",
        (long) LEARNED,
        List.of("7"),
        List.of(new InputRange(kafka.topics().imageExamples().name(), 0, 0L, (long) LEARNED, "")),
        Map.of(),
        Map.of(),
        Map.of(),
        null,
        "",
        "");
  }

  private ImageExample example(int id) {
    return new ImageExample("image/" + id, ByteBuffer.allocate(1), null, "7", source(id));
  }

  private Source source(int id) {
    return new Source(kafka.topics().images().name(), 0, (long) id);
  }
}
