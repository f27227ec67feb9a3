package io.millrace.scoring;

import static io.millrace.scoring.ScoringSamples.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.learning.vision.images.PngEncoder;
import io.millrace.runtime.batch.BatchLoopWithFailpoint;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.lifecycle.Service.Health;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.models.ServingChange;
import io.millrace.runtime.models.TestModels;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.testing.FailpointHalt;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.Prediction;
import io.millrace.schemas.avro.ServingDecision;
import io.millrace.schemas.avro.ServingReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Scoring on a real broker, with decisions about the version that answers. */
final class ServingPointerTest {

  private final TestKafka kafka = new TestKafka();
  private final int openBefore = TestEngine.OPEN.get();
  private final List<Service> services = new ArrayList<>();
  private final List<FailpointHalt> halts = new ArrayList<>();
  private int sent;
  private boolean turned;

  @AfterEach
  void stop() {
    halts.forEach(FailpointHalt::kill);
    services.forEach(service -> service.close(Duration.ofSeconds(10)));
    kafka.close();
    TestKafka.await("all predictors closed", () -> TestEngine.OPEN.get() == openBefore);
  }

  @Test
  void onlyWhatAPersonHasPromotedAnswersWhileRecordsFlow() {
    publish(0, 1, 2);
    start("manual");
    sendImages(30);
    decide(1L, null, ServingReason.PROMOTED);
    awaitAnswerOf(1);
    for (int round = 0; round < 3; round++) {
      publish(3 + round);
      decide(2L, 1L, ServingReason.PROMOTED);
      awaitAnswerOf(2);
      decide(1L, 2L, ServingReason.ROLLED_BACK);
      awaitAnswerOf(1);
    }

    assertEachImageOnce();
    assertThat(versions(predictions())).containsExactlyInAnyOrder(1L, 2L);
    decide(null, 1L, ServingReason.FOLLOWED);
    awaitAnswerOf(5);
    publish(6);
    awaitAnswerOf(6);
    assertEachImageOnce();
  }

  @Test
  void byGatedInstancesAgreeOnTheFirstVersionAndKeepItAfterARestart() {
    publish(4);
    start("gated");
    start("gated");
    sendImages(20);
    awaitAnswerOf(4);
    publish(5);
    services.removeLast().close(Duration.ofSeconds(10));
    services.removeLast().close(Duration.ofSeconds(10));
    int before = predictions().size();

    start("gated");
    sendImages(20);

    kafka.await(kafka.topics().predictions().name(), before + 20);
    assertEachImageOnce();
    assertThat(versions(predictions())).containsExactly(4L);
    assertThat(events())
        .singleElement()
        .satisfies(event -> {
          assertThat(event.getReason()).isEqualTo(ServingReason.FIRST);
          assertThat(event.getVersion()).isEqualTo(4);
        });
  }

  @Test
  void versionsThatCannotBeUsedArePassedOverAndTold() {
    publish(0);
    Service service = start("newest");
    var meters = new SimpleMeterRegistry();
    service.bindTo(meters);
    awaitAnswerOf(0);

    publish(TestModels.version(ImageScorer.MODEL, 1, List.of(), new byte[] {1}));
    awaitPassedOver(1);
    List<ProducerRecord<byte[], byte[]>> corrupt = records(ScoringSamples.vision(2));
    corrupt.getFirst().value()[40] ^= 1;
    kafka.sendAll(corrupt);
    awaitPassedOver(2);
    publish(ScoringSamples.vision(3, List.of("dark", "bright"), -1, Float.NaN));
    awaitPassedOver(3);
    publish(ScoringSamples.overflowing(4));
    awaitPassedOver(4);
    assertEachImageOnce();
    assertThat(versions(predictions())).containsExactly(0L);
    assertThat(service.health()).isEqualTo(Health.READY);
    assertThat(gauge(meters, "millrace.scoring.fallback")).isEqualTo(1);
    assertThat(meters.get("millrace.scoring.versions.passed.over").tag("model", "vision").counter())
        .satisfies(counter -> assertThat(counter.count()).isEqualTo(4));
    assertThat(events())
        .allSatisfy(event -> {
          assertThat(event.getReason()).isEqualTo(ServingReason.PASSED_OVER);
          assertThat(event.getPrevious()).isZero();
        })
        .extracting(ServingDecision::getVersion)
        .containsExactly(1L, 2L, 3L, 4L);
    publish(5);
    awaitAnswerOf(5);
    assertThat(gauge(meters, "millrace.scoring.fallback")).isZero();
  }

  @Test
  void aPromotedVersionWhosePartsAreGoneLeavesTheOneBeforeAlsoAfterARestart() {
    publish(0, 1);
    start("manual");
    decide(0L, null, ServingReason.PROMOTED);
    awaitAnswerOf(0);

    decide(7L, 0L, ServingReason.PROMOTED);
    awaitPassedOver(7);
    awaitMore();
    services.removeLast().close(Duration.ofSeconds(10));
    start("manual");
    awaitMore();

    assertEachImageOnce();
    assertThat(versions(predictions())).containsExactly(0L);
    decide(1L, 7L, ServingReason.PROMOTED);
    awaitAnswerOf(1);
  }

  @Test
  void whoIsKilledAndStartedAgainAnswersByThePointerInForce() {
    publish(0, 1, 2);
    decide(1L, null, ServingReason.PROMOTED);
    FailpointHalt death = FailpointHalt.beforeCommit(3);
    halts.add(death);
    Settings settings = settings("manual");
    ScoringConfig config = ScoringConfig.from(settings);
    start(
        BatchLoopWithFailpoint.of(
            ScoringConfig.NAME,
            settings,
            config.loop(),
            ScoringService.processor(settings, config, new ServingGate()),
            death));
    TestKafka.await(
        "death",
        () -> {
          sendImages(10);
          return death.isReached();
        });
    decide(0L, 1L, ServingReason.ROLLED_BACK);

    start("manual");
    awaitAnswerOf(0);

    assertEachImageOnce();
    assertThat(versions(predictions())).containsExactlyInAnyOrder(0L, 1L);
  }

  @Test
  void whenImagesAreTurnedTheVersionFromBeforeAnswersUntilAPersonDecides() {
    Map<String, String> rollBack =
        Map.of("scoring.vision.drift.action", "roll-back", "scoring.drift.window", "40");
    publish(0);
    decide(null, null, ServingReason.FOLLOWED);
    start(ScoringService.TYPE.create().apply(settings("manual", rollBack)));
    start(ScoringService.TYPE.create().apply(settings("manual", rollBack)));
    awaitAnswerOf(0);
    publish(1);
    awaitAnswerOf(1);
    awaitMore(240);
    assertThat(events()).hasSize(1);

    turned = true;
    for (int version = 2; decisionsBy(ServingReason.DRIFT) == 0; version++) {
      assertThat(version).as("versions without a drift").isLessThan(20);
      publish(version);
      awaitMore(60);
    }
    awaitAnswerOf(1);

    publish(90);
    awaitMore(200);
    ServingDecision back = events().getLast();
    assertThat(back.getReason()).isEqualTo(ServingReason.DRIFT);
    assertThat(back.getVersion()).isEqualTo(1);
    assertThat(back.getPrevious()).isGreaterThan(1);
    assertThat(back.getDrift().getIndex()).isGreaterThan(back.getDrift().getThreshold());
    assertThat(back.getDrift().getWindow()).isEqualTo(40);
    assertThat(decisionsBy(ServingReason.DRIFT)).isEqualTo(1);
    assertThat(predictions().getLast().getVersion()).isEqualTo(1);
    decide(null, 1L, ServingReason.FOLLOWED);
    awaitAnswerOf(90);
    assertEachImageOnce();
  }

  private long decisionsBy(ServingReason reason) {
    return events().stream().filter(it -> it.getReason() == reason).count();
  }

  private Settings settings(String policy) {
    return settings(policy, Map.of());
  }

  private Settings settings(String policy, Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("vision.engine", TestEngine.NAME);
    settings.put("scoring.vision.serving", policy);
    settings.put("scoring.batch.max.records", "20");
    settings.put("scoring.max.poll.interval.ms", "3000");
    settings.put("scoring.session.timeout.ms", "6000");
    settings.put("scoring.transaction.timeout.ms", "1000");
    return kafka.settings(settings);
  }

  private Service start(String policy) {
    return start(ScoringService.TYPE.create().apply(settings(policy)));
  }

  private Service start(Service service) {
    services.add(service);
    service.start();
    return service;
  }

  private void publish(long... versions) {
    for (long version : versions) {
      publish(ScoringSamples.vision(version));
    }
  }

  private void publish(ModelVersion version) {
    kafka.sendAll(records(version));
  }

  private List<ProducerRecord<byte[], byte[]>> records(ModelVersion version) {
    return TestModels.records(kafka, version);
  }

  private void decide(@Nullable Long version, @Nullable Long previous, ServingReason reason) {
    ServingChange.make(
        settings("manual"),
        ImageScorer.MODEL,
        _ ->
            Optional.of(
                new ServingDecision(
                    ImageScorer.MODEL, version, previous, reason, "ada", "", "", "", null, null)));
  }

  private void sendImages(int count) {
    String topic = kafka.topics().images().name();
    kafka.sendAll(
        IntStream.range(sent, sent + count)
            .mapToObj(i -> new ProducerRecord<>(topic, i % 4, utf8("i" + i), image(i)))
            .toList());
    sent += count;
  }

  /** Brighter above, or, once images are turned, on the left. */
  private byte[] image(int number) {
    float light = 0.3f + number / 4 % 10 / 40f;
    float[] pixels = new float[16];
    for (int i = 0; i < pixels.length; i++) {
      boolean bright = turned ? i % 4 < 2 : i < 8;
      pixels[i] = bright ? light + 0.3f : light;
    }
    return PngEncoder.encode(TestEngine.SHAPE, pixels, 0);
  }

  /** Sends images until one of those sent from now on is answered by a version. */
  private void awaitAnswerOf(long version) {
    int from = sent;
    TestKafka.await(
        "an answer of version " + version,
        () -> {
          sendImages(5);
          return predictions().stream()
              .anyMatch(it -> it.getVersion() == version && number(it) >= from);
        });
  }

  private void awaitMore() {
    awaitMore(10);
  }

  private void awaitMore(int count) {
    int before = predictions().size();
    sendImages(count);
    kafka.await(kafka.topics().predictions().name(), before + count);
  }

  private static int number(Prediction prediction) {
    return Integer.parseInt(prediction.getSubject().substring("image/i".length()));
  }

  private void assertEachImageOnce() {
    kafka.await(
        kafka.topics().predictions().name(),
        records -> read(records).stream().map(Prediction::getSubject).distinct().count() == sent);
    assertThat(predictions()).map(Prediction::getSubject).doesNotHaveDuplicates().hasSize(sent);
  }

  private List<Prediction> predictions() {
    return read(kafka.committed(kafka.topics().predictions().name()));
  }

  private static List<Prediction> read(List<ConsumerRecord<byte[], byte[]>> records) {
    AvroCodec<Prediction> avro = AvroCodec.of(Prediction.class);
    return records.stream().map(record -> avro.decodeOrThrow(record.value())).toList();
  }

  private static List<Long> versions(List<Prediction> predictions) {
    return predictions.stream().map(Prediction::getVersion).distinct().toList();
  }

  private List<ServingDecision> events() {
    AvroCodec<ServingDecision> avro = AvroCodec.of(ServingDecision.class);
    return kafka.committed(kafka.topics().servingEvents().name()).stream()
        .map(it -> avro.decodeOrThrow(it.value()))
        .toList();
  }

  /** Sends images until an event says that a version was passed over. */
  private void awaitPassedOver(long version) {
    TestKafka.await(
        "the event of version " + version,
        () -> {
          sendImages(1);
          return events().stream()
              .filter(it -> it.getReason() == ServingReason.PASSED_OVER)
              .anyMatch(it -> it.getVersion() == version);
        });
  }

  private static double gauge(SimpleMeterRegistry meters, String name) {
    return meters.get(name).tag("model", "vision").gauge().value();
  }
}
