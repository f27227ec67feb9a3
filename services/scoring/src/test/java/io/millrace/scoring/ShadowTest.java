package io.millrace.scoring;

import static io.millrace.scoring.ScoringSamples.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.runtime.batch.BatchLoopWithFailpoint;
import io.millrace.runtime.kafka.KafkaFutures;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.lifecycle.Service.Health;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.models.ServingChange;
import io.millrace.runtime.models.ServingPointer;
import io.millrace.runtime.models.TestModels;
import io.millrace.runtime.models.VersionId;
import io.millrace.runtime.records.EventHeaders;
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
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Challengers beside what is served, on a real broker. */
final class ShadowTest {

  private static final String VISION = ImageScorer.MODEL;
  private static final String WIDE = "vision-wide";
  private static final String SLOW = "vision-slow";
  private static final int PARTITIONS = 4;

  private final TestKafka kafka = new TestKafka();
  private final int openBefore = TestEngine.OPEN.get();
  private final List<Service> services = new ArrayList<>();
  private final List<FailpointHalt> halts = new ArrayList<>();
  private int sent;

  @AfterEach
  void stop() {
    halts.forEach(FailpointHalt::kill);
    services.forEach(service -> service.close(Duration.ofSeconds(10)));
    kafka.close();
    TestKafka.await("all predictors closed", () -> TestEngine.OPEN.get() == openBefore);
  }

  @Test
  void whoeverIsKilledInTheShadowEveryRecordIsServedOnceAndShadowedOnceByEachChallenger() {
    publish(VISION, 1);
    publish(WIDE, 1);
    publish(SLOW, 1);
    decide(new VersionId(VISION, 1), null);
    Settings settings = settings(Map.of());
    ScoringConfig config = ScoringConfig.from(settings);
    for (int kill = 1; kill <= 2; kill++) {
      FailpointHalt death = FailpointHalt.beforeCommit(kill + 1);
      halts.add(death);
      start(
          BatchLoopWithFailpoint.of(
              ScoringService.SHADOW,
              settings,
              config.shadowLoop(),
              ScoringService.shadow(settings, config, new ServingGate(), new ShadowMetrics()),
              death));
      awaitShadowsPositions();
      TestKafka.await(
          "death",
          () -> {
            sendImages(5);
            return death.isReached();
          });
    }

    startScoring(Map.of());
    sendImages(40);

    awaitShadowed(WIDE, 0);
    awaitShadowed(SLOW, 0);
    assertServedOnce();
    assertThat(shadows()).hasSize(2 * sent);
    assertThat(services.getLast().health()).isEqualTo(Health.READY);
  }

  @Test
  void aBrokenChallengerDisturbsNeitherWhatIsServedNorTheOther() {
    publish(VISION, 1);
    publish(WIDE, 1);
    publish(SLOW, 1);
    decide(new VersionId(VISION, 1), null);
    var meters = new SimpleMeterRegistry();
    startScoring(Map.of()).bindTo(meters);
    awaitShadowsPositions();
    sendImages(20);
    awaitShadowed(WIDE, 0);

    publish(TestModels.version(WIDE, 2, List.of(), new byte[] {1}));
    publish(
        TestModels.version(
            SLOW, 2, List.of("dark", "bright"), ScoringSamples.overflowing(2).bytes()));
    TestKafka.await(
        "both left out",
        () -> {
          sendImages(1);
          return leftOut(meters, WIDE) == 1 && leftOut(meters, SLOW) == 1;
        });
    int from = sent;
    publish(WIDE, 3);
    TestKafka.await(
        "the repaired one",
        () -> {
          sendImages(1);
          return shadows().stream()
              .anyMatch(it -> name(it).equals(WIDE) && prediction(it).getVersion() == 3);
        });

    assertServedOnce();
    assertThat(shadows())
        .filteredOn(it -> number(it) >= from)
        .allSatisfy(it -> assertThat(name(it)).isEqualTo(WIDE));
    assertThat(kafka.committed(kafka.topics().deadLetters().name())).isEmpty();
    assertThat(services.getLast().health()).isEqualTo(Health.READY);
  }

  @Test
  void aVariantThatIsPromotedIsServedAndWhatItReplacedIsAChallenger() {
    publish(VISION, 1);
    publish(WIDE, 4);
    decide(new VersionId(VISION, 1), null);
    startScoring(Map.of());
    awaitShadowsPositions();
    sendImages(10);
    awaitShadowed(WIDE, 0);

    decide(new VersionId(WIDE, 4), new VersionId(VISION, 1));
    awaitServedBy(WIDE);
    TestKafka.await(
        "the ones before as challengers",
        () -> {
          sendImages(1);
          return shadows().stream()
              .map(ShadowTest::name)
              .toList()
              .containsAll(List.of(VISION, "vision@1"));
        });
    decide(new VersionId(VISION, 1), new VersionId(WIDE, 4));
    awaitServedBy(VISION);

    assertServedOnce();
    List<Prediction> served = served();
    assertThat(served).map(Prediction::getModel).containsOnly(VISION, WIDE);
    assertThat(shadows()).map(it -> number(it) + name(it)).doesNotHaveDuplicates();
  }

  @Test
  void withoutChallengersNobodyReadsInTheShadow() {
    publish(VISION, 1);
    startScoring(Map.of());
    sendImages(10);
    awaitServedBy(VISION);

    assertThat(committedPartitions()).isZero();
    publish(WIDE, 1);
    awaitShadowsPositions();
    int from = sent;
    sendImages(10);
    awaitShadowed(WIDE, from);

    assertServedOnce();
    assertThat(shadows()).allSatisfy(it -> assertThat(number(it)).isGreaterThanOrEqualTo(from));
  }

  private Settings settings(Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("vision.engine", TestEngine.NAME);
    settings.put("scoring.documents", "false");
    settings.put("scoring.vision.serving", "gated");
    settings.put("scoring.batch.max.records", "20");
    settings.put("scoring.max.poll.interval.ms", "3000");
    settings.put("scoring.session.timeout.ms", "6000");
    settings.put("scoring.transaction.timeout.ms", "1000");
    return kafka.settings(settings);
  }

  private Service startScoring(Map<String, String> more) {
    return start(ScoringService.TYPE.create().apply(settings(more)));
  }

  private Service start(Service service) {
    services.add(service);
    service.start();
    return service;
  }

  private void publish(String model, long version) {
    publish(ScoringSamples.vision(model, version, List.of("dark", "bright"), -1, 1));
  }

  private void publish(ModelVersion version) {
    kafka.sendAll(TestModels.records(kafka, version));
  }

  private void decide(VersionId version, @Nullable VersionId previous) {
    ServingChange.make(
        settings(Map.of()),
        VISION,
        _ ->
            Optional.of(
                new ServingDecision(
                    VISION,
                    version.number(),
                    previous == null ? null : Long.valueOf(previous.number()),
                    ServingReason.PROMOTED,
                    "ada",
                    "",
                    ServingPointer.inDecision(VISION, version.model()),
                    previous == null ? "" : ServingPointer.inDecision(VISION, previous.model()),
                    null,
                    null)));
  }

  private void sendImages(int count) {
    String topic = kafka.topics().images().name();
    kafka.sendAll(
        IntStream.range(sent, sent + count)
            .mapToObj(i ->
                new ProducerRecord<>(
                    topic, i % PARTITIONS, utf8("i" + i), ScoringSamples.png(4, 0.5f)))
            .toList());
    sent += count;
  }

  /** Waits until the shadow's group has begun: what comes from now on is shadowed. */
  private void awaitShadowsPositions() {
    TestKafka.await("positions of the shadow", () -> committedPartitions() == PARTITIONS);
  }

  private int committedPartitions() {
    String group = settings(Map.of()).common().group(ScoringService.SHADOW);
    try {
      return KafkaFutures.await(
              kafka.admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
          .size();
    } catch (GroupIdNotFoundException e) {
      return 0;
    }
  }

  private void awaitServedBy(String model) {
    int from = sent;
    TestKafka.await(
        "an answer of " + model,
        () -> {
          sendImages(2);
          return served().stream()
              .anyMatch(it -> it.getModel().equals(model) && number(it) >= from);
        });
  }

  /** Waits until a challenger has answered every image from one on. */
  private void awaitShadowed(String name, int from) {
    TestKafka.await(
        "all of " + name,
        () ->
            shadows().stream()
                    .filter(it -> name(it).equals(name) && number(it) >= from)
                    .map(ShadowTest::number)
                    .distinct()
                    .count()
                == sent - from);
    assertThat(shadows()).map(it -> number(it) + name(it)).doesNotHaveDuplicates();
  }

  private void assertServedOnce() {
    TestKafka.await(
        "all served",
        () -> served().stream().map(Prediction::getSubject).distinct().count() == sent);
    assertThat(served()).map(Prediction::getSubject).doesNotHaveDuplicates().hasSize(sent);
  }

  private List<Prediction> served() {
    return kafka.committed(kafka.topics().predictions().name()).stream()
        .map(ShadowTest::prediction)
        .toList();
  }

  private List<ConsumerRecord<byte[], byte[]>> shadows() {
    return kafka.committed(kafka.topics().shadowPredictions().name());
  }

  private static double leftOut(SimpleMeterRegistry meters, String model) {
    var counter = meters.find("millrace.scoring.shadow.left.out").tag("model", model).counter();
    return counter == null ? 0 : counter.count();
  }

  private static String name(ConsumerRecord<byte[], byte[]> shadow) {
    return EventHeaders.text(shadow.headers(), "millrace-challenger").orElseThrow();
  }

  private static int number(ConsumerRecord<byte[], byte[]> shadow) {
    return number(prediction(shadow));
  }

  private static int number(Prediction prediction) {
    return Integer.parseInt(prediction.getSubject().substring("image/i".length()));
  }

  private static Prediction prediction(ConsumerRecord<byte[], byte[]> record) {
    return AvroCodec.of(Prediction.class).decodeOrThrow(record.value());
  }
}
