package io.millrace.scoring;

import static io.millrace.scoring.ScoringSamples.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.batch.BatchLoopWithFailpoint;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.models.ServingChange;
import io.millrace.runtime.models.TestModels;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.testing.FailpointHalt;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.Comparison;
import io.millrace.schemas.avro.Prediction;
import io.millrace.schemas.avro.ServingDecision;
import io.millrace.schemas.avro.ServingReason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Scoring on a real broker whose rules choose the version that answers. */
final class PromotionTest {

  private final TestKafka kafka = new TestKafka();
  private final int openBefore = TestEngine.OPEN.get();
  private final List<Service> services = new ArrayList<>();
  private final List<FailpointHalt> halts = new ArrayList<>();
  private int sent;
  private int windows;

  @AfterEach
  void stop() {
    halts.forEach(FailpointHalt::kill);
    services.forEach(service -> service.close(Duration.ofSeconds(10)));
    kafka.close();
    TestKafka.await("all predictors closed", () -> TestEngine.OPEN.get() == openBefore);
  }

  @Test
  void theNewestUsableVersionIsPromotedAndOneByForceIsRolledBackWhileInstancesAreKilled() {
    publish(ScoringSamples.vision(0));
    FailpointHalt death = startMortal();
    awaitAnswerOf(0);
    publish(ScoringSamples.vision(1));
    publish(ScoringSamples.vision(2));
    publish(ScoringSamples.vision(3, List.of("dark", "bright"), -1, Float.NaN));

    compare(0, "vision", 2, 180, 2, 2, 16);
    TestKafka.await(
        "death",
        () -> {
          sendImages(10);
          return death.isReached();
        });
    start();
    start();
    compare(0, "vision", 2, 150, 0, 40, 10);
    awaitAnswerOf(2);

    ServingDecision promoted = lastEvent();
    assertThat(promoted.getReason()).isEqualTo(ServingReason.RULE);
    assertThat(promoted.getPrevious()).isZero();
    assertThat(promoted.getEvidence().getOnlyChallenger()).isEqualTo(42);
    force(1, 2);
    awaitAnswerOf(1);
    compare(1, "vision@2", 2, 50, 0, 60, 10);
    awaitAnswerOf(2);

    assertThat(lastEvent().getReason()).isEqualTo(ServingReason.FALLBACK);
    assertThat(lastEvent().getPrevious()).isEqualTo(1);
    assertThat(events())
        .extracting(ServingDecision::getReason)
        .containsExactly(
            ServingReason.FIRST,
            ServingReason.RULE,
            ServingReason.PROMOTED,
            ServingReason.FALLBACK);
    assertEachImageOnce();
  }

  @Test
  void whatAProcessHasReadTheNextOneKnows() {
    publish(ScoringSamples.vision(0));
    Service first = start();
    awaitAnswerOf(0);
    publish(ScoringSamples.vision(1));
    compare(0, "vision", 1, 100, 0, 6, 10);
    first.close(Duration.ofSeconds(10));

    start();
    compare(0, "vision", 1, 100, 0, 6, 10);
    awaitAnswerOf(1);

    assertThat(lastEvent().getEvidence().getOnlyChallenger()).isEqualTo(12);
    assertEachImageOnce();
  }

  @Test
  void withoutTheTopicScoringGoesOn() {
    publish(ScoringSamples.vision(0));
    try {
      kafka.admin().deleteTopics(List.of(kafka.topics().comparisons().name())).all().get();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    start();

    awaitAnswerOf(0);
    publish(ScoringSamples.vision(1));

    awaitMore();
    assertThat(versions()).containsExactly(0L);
    assertThat(services.getFirst().health()).isEqualTo(Service.Health.READY);
  }

  @Test
  void aVersionThatAPersonHoldsStays() {
    publish(ScoringSamples.vision(0));
    start();
    awaitAnswerOf(0);
    decide(0, null, ServingReason.HELD);
    publish(ScoringSamples.vision(1));

    compare(0, "vision", 1, 100, 0, 100, 10);
    awaitMore();
    awaitMore();
    decide(0, null, ServingReason.PROMOTED);
    compare(0, "vision", 1, 100, 0, 100, 10);
    awaitAnswerOf(1);

    assertThat(lastEvent().getReason()).isEqualTo(ServingReason.RULE);
    assertThat(events()).hasSize(4);
  }

  private Settings settings() {
    Map<String, String> settings = new HashMap<>();
    settings.put("vision.engine", TestEngine.NAME);
    settings.put("scoring.vision.serving", "gated");
    settings.put("scoring.promotion.labels", "100");
    settings.put("scoring.promotion.hold.labels", "100");
    settings.put("scoring.fallback.labels", "50");
    settings.put("scoring.batch.max.records", "20");
    settings.put("scoring.max.poll.interval.ms", "3000");
    settings.put("scoring.session.timeout.ms", "6000");
    settings.put("scoring.transaction.timeout.ms", "1000");
    return kafka.settings(settings);
  }

  private Service start() {
    return start(ScoringService.TYPE.create().apply(settings()));
  }

  private Service start(Service service) {
    services.add(service);
    service.start();
    return service;
  }

  /** Starts an instance that dies before a commit. */
  private FailpointHalt startMortal() {
    FailpointHalt death = FailpointHalt.beforeCommit(12);
    halts.add(death);
    Settings settings = settings();
    ScoringConfig config = ScoringConfig.from(settings);
    start(
        BatchLoopWithFailpoint.of(
            ScoringConfig.NAME,
            settings,
            config.loop(),
            ScoringService.processor(settings, config, new ServingGate()),
            death));
    return death;
  }

  private void publish(ModelVersion version) {
    kafka.sendAll(TestModels.records(kafka, version));
  }

  /** Writes a window that begins now or later, as evaluation does. */
  private void compare(
      long champion, String challenger, long version, int both, int b, int c, int neither) {
    Instant start = Instant.now().plusSeconds(windows++);
    kafka.send(
        kafka.topics().comparisons(),
        "vision/" + champion + "/" + challenger,
        new Comparison(
            "vision",
            champion,
            challenger,
            start,
            start.plusSeconds(1),
            version,
            version,
            (long) both,
            (long) b,
            (long) c,
            (long) neither));
  }

  private void force(long version, long previous) {
    decide(version, previous, ServingReason.PROMOTED);
  }

  private void decide(long version, Long previous, ServingReason reason) {
    ServingChange.make(
        settings(),
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
            .mapToObj(
                i -> new ProducerRecord<>(topic, i % 4, utf8("i" + i), ScoringSamples.png(4, 0.5f)))
            .toList());
    sent += count;
  }

  /** Sends images until one of those sent from now on is answered by a version. */
  private void awaitAnswerOf(long version) {
    int from = sent;
    TestKafka.await(
        "an answer of version " + version,
        () -> {
          sendImages(2);
          return predictions().stream()
              .anyMatch(it -> it.getVersion() == version && number(it) >= from);
        });
  }

  private void awaitMore() {
    int before = predictions().size();
    sendImages(10);
    kafka.await(kafka.topics().predictions().name(), before + 10);
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

  private List<Long> versions() {
    return predictions().stream().map(Prediction::getVersion).distinct().toList();
  }

  private List<Prediction> predictions() {
    return read(kafka.committed(kafka.topics().predictions().name()));
  }

  private static List<Prediction> read(List<ConsumerRecord<byte[], byte[]>> records) {
    AvroCodec<Prediction> avro = AvroCodec.of(Prediction.class);
    return records.stream().map(record -> avro.decodeOrThrow(record.value())).toList();
  }

  private ServingDecision lastEvent() {
    return events().getLast();
  }

  private List<ServingDecision> events() {
    AvroCodec<ServingDecision> avro = AvroCodec.of(ServingDecision.class);
    return kafka.committed(kafka.topics().servingEvents().name()).stream()
        .map(it -> avro.decodeOrThrow(it.value()))
        .filter(it -> it.getReason() != ServingReason.PASSED_OVER)
        .toList();
  }
}
