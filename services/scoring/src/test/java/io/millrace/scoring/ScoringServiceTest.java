package io.millrace.scoring;

import static io.millrace.scoring.ScoringSamples.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.runtime.batch.BatchLoopWithFailpoint;
import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.lifecycle.Service.Health;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.models.TestModels;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.testing.FailpointHalt;
import io.millrace.runtime.testing.MixedBuilds;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.schemas.avro.Prediction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The service on a real broker, with an engine whose answers can be foretold. */
final class ScoringServiceTest {

  private final TestKafka kafka = new TestKafka();
  private final Settings settings =
      kafka.settings(
          Map.of(
              "vision.engine", TestEngine.NAME,
              "scoring.batch.max.records", "20",
              "scoring.max.poll.interval.ms", "3000",
              "scoring.session.timeout.ms", "6000",
              "scoring.transaction.timeout.ms", "1000"));
  private final int openBefore = TestEngine.OPEN.get();
  private final List<Service> services = new ArrayList<>();
  private final List<FailpointHalt> halts = new ArrayList<>();
  private int sent;
  private long version;

  @AfterEach
  void stop() {
    halts.forEach(FailpointHalt::kill);
    services.forEach(service -> service.close(Duration.ofSeconds(10)));
    kafka.close();
    TestKafka.await("all predictors closed", () -> TestEngine.OPEN.get() == openBefore);
  }

  @Test
  void recordsWaitForTheFirstVersionAndAreThenAnsweredOnce() {
    try (var _ = MixedBuilds.begin()) {
      sendImages(40);
      sendVectors(30);
      Service service = start();
      TestKafka.await("works", () -> service.health() == Health.READY);

      publish(ScoringSamples.classifier(0));
      List<Prediction> first = predictions(30);
      publish(ScoringSamples.vision(0));

      assertThat(first).allSatisfy(p -> assertThat(p.getModel()).isEqualTo("classifier"));
      assertEachImageOnce();
      assertThat(predictions(70)).hasSize(70);
      assertThat(kafka.committed(kafka.topics().reconstructions().name())).hasSize(40);
    }
  }

  @Test
  void newVersionsTakeOverWhileRecordsFlow() {
    publish(ScoringSamples.vision(version++));
    start();
    for (int round = 0; round < 8; round++) {
      sendImages(100);
      awaitVersion(version - 1);
      publish(ScoringSamples.vision(version++));
    }
    sendImages(50);
    awaitVersion(version - 1);

    assertEachImageOnce();
    assertThat(versions()).hasSizeGreaterThan(7);
    TestKafka.await("old versions let go", () -> TestEngine.OPEN.get() <= openBefore + 2);
  }

  @Test
  void oneKilledAndOneStalledLeaveNoImageOutAndAnswerNoneTwice() {
    publish(ScoringSamples.vision(version++));
    FailpointHalt death = FailpointHalt.beforeCommit(4);
    FailpointHalt stall = FailpointHalt.beforeCommit(3);
    Service stalled = start(stall);
    sendImages(300);
    flowUntil("stall", stall::isReached);
    start(death);
    flowUntil("death", death::isReached);
    start();
    flowUntil("the group goes on without them", () -> versions().contains(version - 2));

    stall.resume();
    flowUntil("the stalled one works again", () -> stalled.health() == Health.READY);
    Service third = services.getLast();
    third.close(Duration.ofSeconds(10));
    flow();

    assertEachImageOnce();
    assertThat(versions()).hasSizeGreaterThan(1);
    assertThat(kafka.committed(kafka.topics().reconstructions().name())).hasSize(sent);
  }

  @Test
  void garbageLandsInDeadLettersAndNothingStops() {
    publish(ScoringSamples.vision(0));
    publish(ScoringSamples.classifier(0));
    Service service = start();
    var meters = new SimpleMeterRegistry();
    service.bindTo(meters);
    Map<String, byte[]> garbage =
        Map.of(
            "empty",
            new byte[0],
            "random",
            new byte[] {7, 0, (byte) 0xff, 3},
            "truncated",
            ScoringSamples.TRUNCATED_PNG,
            "huge",
            ScoringSamples.HUGE_PNG,
            "text",
            utf8("word ".repeat(1_000_000)),
            "avro",
            AvroCodec.of(DocumentVector.class).encode(ScoringSamples.vector("a", 1, 0).build()));
    String images = kafka.topics().images().name();
    sendImages(20);
    garbage.forEach((key, value) -> kafka.send(new ProducerRecord<>(images, utf8(key), value)));
    kafka.send(new ProducerRecord<>(images, utf8("null"), null));
    kafka.send(
        new ProducerRecord<>(kafka.topics().documentVectors().name(), utf8("bad"), utf8("?")));
    sendImages(20);

    assertEachImageOnce();
    Map<String, byte[]> letters = new TreeMap<>();
    for (var letter : kafka.await(kafka.topics().deadLetters().name(), garbage.size() + 2)) {
      letters.put(text(letter.key()), letter.value());
      assertThat(EventHeaders.text(letter.headers(), DeadLetters.REASON)).isPresent();
    }
    assertThat(letters).hasSize(garbage.size() + 2);
    assertThat(letters.get("bad")).isEqualTo(utf8("?"));
    garbage.forEach((key, value) -> assertThat(letters.get(key)).as(key).isEqualTo(value));
    assertThat(letters.get("null")).isNull();
    TestKafka.await("counted", () -> count(meters, "millrace.records.in") == sent + 8);
    assertThat(count(meters, "millrace.records.dead.lettered")).isEqualTo(8);
    assertThat(meters.get("millrace.scoring.model.version").tag("model", "vision").gauge().value())
        .isZero();
    assertThat(service.health()).isEqualTo(Health.READY);
  }

  private static double count(SimpleMeterRegistry meters, String name) {
    return meters.get(name).counter().count();
  }

  private Service start() {
    return started(ScoringService.TYPE.create().apply(settings));
  }

  private Service start(FailpointHalt halt) {
    halts.add(halt);
    ScoringConfig config = ScoringConfig.from(settings);
    return started(
        BatchLoopWithFailpoint.of(
            ScoringConfig.NAME,
            settings,
            config.loop(),
            ScoringService.processor(settings, config, new ServingGate()),
            halt));
  }

  private Service started(Service service) {
    services.add(service);
    service.start();
    return service;
  }

  private void flowUntil(String what, BooleanSupplier condition) {
    var looks = new AtomicInteger();
    TestKafka.await(
        what,
        () -> {
          if (looks.getAndIncrement() % 20 == 0) {
            flow();
          }
          return condition.getAsBoolean();
        });
  }

  /** A few images and then a newer version. */
  private void flow() {
    sendImages(10);
    publish(ScoringSamples.vision(version++));
  }

  private void publish(ModelVersion newest) {
    kafka.sendAll(TestModels.records(kafka, newest));
  }

  private void sendImages(int count) {
    String topic = kafka.topics().images().name();
    kafka.sendAll(
        IntStream.range(sent, sent + count)
            .mapToObj(i ->
                new ProducerRecord<>(
                    topic, i % 4, utf8("i" + i), ScoringSamples.png(4, i % 100 / 100f)))
            .toList());
    sent += count;
  }

  private void sendVectors(int count) {
    for (int i = 0; i < count; i++) {
      kafka.send(
          kafka.topics().documentVectors(), "d" + i, ScoringSamples.vector("money", 1, i).build());
    }
  }

  /** Sends images until a version answers: those sent before may all be answered by others. */
  private void awaitVersion(long number) {
    TestKafka.await(
        "an answer of version " + number,
        () -> {
          sendImages(1);
          return versions().contains(number);
        });
  }

  private List<Long> versions() {
    return read(kafka.committed(kafka.topics().predictions().name())).stream()
        .map(Prediction::getVersion)
        .distinct()
        .toList();
  }

  private List<Prediction> predictions(int count) {
    return read(kafka.await(kafka.topics().predictions().name(), count));
  }

  /** Every image sent has one prediction once all are answered, and it is right. */
  private void assertEachImageOnce() {
    List<Prediction> ofImages = new ArrayList<>();
    kafka.await(
        kafka.topics().predictions().name(),
        records -> {
          ofImages.clear();
          ofImages.addAll(read(records));
          ofImages.removeIf(prediction -> !prediction.getModel().equals("vision"));
          return ofImages.stream().map(Prediction::getSubject).distinct().count() == sent;
        });
    assertThat(ofImages).map(Prediction::getSubject).doesNotHaveDuplicates();
    assertThat(ofImages)
        .allSatisfy(prediction -> {
          int number = Integer.parseInt(prediction.getSubject().substring("image/i".length()));
          double brightness = Math.round(255 * (number % 100 / 100f)) / 255.0;
          assertThat(prediction.getClasses())
              .anySatisfy(score -> assertThat(score.getScore()).isCloseTo(brightness, offset()));
        });
  }

  private static Offset<Double> offset() {
    return Offset.offset(1e-6);
  }

  private static List<Prediction> read(List<ConsumerRecord<byte[], byte[]>> records) {
    AvroCodec<Prediction> avro = AvroCodec.of(Prediction.class);
    return records.stream().map(record -> avro.decodeOrThrow(record.value())).toList();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
