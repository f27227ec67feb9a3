package io.millrace.scoring;

import static io.millrace.scoring.ScoringSamples.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.runtime.models.ModelName;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.models.ServingPointer;
import io.millrace.runtime.models.TestModels;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.schemas.avro.Prediction;
import io.millrace.schemas.avro.ServingDecision;
import io.millrace.schemas.avro.ServingReason;
import io.millrace.schemas.avro.Source;
import io.millrace.topics.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What challengers answer, without Kafka. */
final class ShadowProcessorTest {

  private static final String VISION = ImageScorer.MODEL;
  private static final String WIDE = "vision-wide";
  private static final String SLOW = "vision-slow";
  private static final Map<String, String> GATED =
      Map.of("scoring.vision.serving", "gated", "scoring.classifier.serving", "gated");

  private final Topics topics = new Topics("t-");
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ShadowMetrics metrics = new ShadowMetrics();
  private final int openBefore = TestEngine.OPEN.get();
  private final TestServingLog log = new TestServingLog();
  private final List<ShadowProcessor> processors = new ArrayList<>();
  private long offset;

  @AfterEach
  void close() {
    processors.forEach(ShadowProcessor::close);
    assertThat(TestEngine.OPEN).hasValue(openBefore);
  }

  @Test
  void everyChallengerAnswersAsItWouldHaveServed() {
    ShadowProcessor shadow = shadow(GATED);
    shadow.pointerChanged(VISION, pointer(VISION, 3L, null, null));
    publish(shadow, VISION, 3, -1, 1);
    publish(shadow, WIDE, 7, -1, 1);
    publish(shadow, SLOW, 2, 1, -1);
    ConsumerRecord<byte[], byte[]> image = image("7", 0.8f);
    image.headers().add("site", utf8("north")).add("other", utf8("1"));

    List<ProducerRecord<byte[], byte[]>> answers = images(shadow, List.of(image));

    assertThat(names(answers)).containsExactly(SLOW, WIDE);
    assertThat(answers)
        .allSatisfy(it -> {
          assertThat(it.topic()).isEqualTo("t-shadow-predictions");
          assertThat(it.key()).isEqualTo(utf8("image/7"));
          assertThat(EventHeaders.text(it.headers(), "millrace-source-topic-id"))
              .contains("id-of-t-images");
          assertThat(EventHeaders.text(it.headers(), "site")).contains("north");
          assertThat(it.headers().lastHeader("other")).isNull();
        });
    Prediction wide = prediction(answers.get(1));
    assertThat(wide.getSubject()).isEqualTo("image/7");
    assertThat(wide.getModel()).isEqualTo(WIDE);
    assertThat(wide.getVersion()).isEqualTo(7);
    assertThat(wide.getLabel()).isEqualTo("bright");
    assertThat(wide.getReconstructionError()).isEqualTo(0.16, within(1e-6));
    assertThat(wide.getSource()).isEqualTo(new Source("t-images", 2, image.offset()));
    assertThat(prediction(answers.get(0)).getLabel()).isEqualTo("dark");
    assertThat(answers.stream().map(it -> EventHeaders.text(it.headers(), "ce_id").orElseThrow()))
        .containsExactly(
            "t-images-2-0/prediction/vision-slow", "t-images-2-0/prediction/vision-wide");
  }

  @Test
  void documentsAreAnsweredToo() {
    ShadowProcessor shadow = shadow(GATED);
    shadow.pointerChanged(DocumentScorer.MODEL, pointer(DocumentScorer.MODEL, 1L, null, null));
    ModelVersion own = ScoringSamples.classifier(2);
    log.has(own);
    shadow.published(own);

    List<ProducerRecord<byte[], byte[]>> answers =
        shadow.process(
            topics.documentVectors().name(),
            List.of(
                vector("a", ScoringSamples.vector("money", 2, 4).build()),
                vector("b", ScoringSamples.vector("money", 2, 5).setRefresh(true).build())));

    assertThat(names(answers)).containsExactly("classifier");
    assertThat(prediction(answers.getFirst()).getLabel()).isEqualTo("spam");
    assertThat(prediction(answers.getFirst()).getSource())
        .isEqualTo(new Source("documents", 0, 4L));
  }

  @Test
  void whatIsServedIsNoChallengerAndWhatIsNewerOrWasServedBeforeIs() {
    ShadowProcessor shadow = shadow(GATED);
    publish(shadow, VISION, 9, -1, 1);
    publish(shadow, WIDE, 7, -1, 1);
    log.has(ScoringSamples.vision(4));
    log.has(ScoringSamples.vision(WIDE, 5, List.of("dark", "bright"), -1, 1));

    List<String> withoutPointer = answering(shadow);
    shadow.pointerChanged(VISION, pointer(VISION, 9L, null, null));
    List<String> newestIsPinned = answering(shadow);
    shadow.pointerChanged(VISION, pointer(VISION, 4L, VISION, 9L));
    List<String> olderIsPinned = answering(shadow);
    shadow.pointerChanged(VISION, pointer(WIDE, 5L, VISION, 4L));
    List<String> variantIsPinned = answering(shadow);
    shadow.pointerChanged(VISION, pointer(WIDE, null, WIDE, 5L));
    List<String> variantIsFollowed = answering(shadow);
    publish(shadow, VISION, 10, -1, 1);

    assertThat(withoutPointer).isEmpty();
    assertThat(newestIsPinned).containsExactly("vision-wide:7");
    assertThat(olderIsPinned).containsExactly("vision:9", "vision-wide:7", "vision@9:9");
    assertThat(variantIsPinned).containsExactly("vision:9", "vision-wide:7", "vision@4:4");
    assertThat(variantIsFollowed).containsExactly("vision:9", "vision-wide@5:5");
    assertThat(answering(shadow)).containsExactly("vision:10", "vision-wide@5:5");
  }

  @Test
  void aChallengerThatFailsIsLeftOutAloneUntilItsNextVersion() {
    ShadowProcessor shadow = shadow(GATED);
    shadow.pointerChanged(VISION, pointer(VISION, 3L, null, null));
    publish(shadow, WIDE, 1, -1, 1);
    publish(shadow, SLOW, 1, -1, 1);

    shadow.published(overflowing(WIDE, 2));
    List<ProducerRecord<byte[], byte[]>> diverged = images(shadow, images(20));
    shadow.published(TestModels.version(SLOW, 2, List.of(), new byte[] {1}));
    List<String> unloadable = answering(shadow);
    publish(shadow, WIDE, 3, -1, 1);
    shadow.unusable(WIDE, 4, "lacks parts");
    List<String> incomplete = answering(shadow);
    publish(shadow, WIDE, 5, -1, 1);
    publish(shadow, SLOW, 3, -1, 1);

    assertThat(names(diverged)).hasSize(20).containsOnly(SLOW);
    assertThat(unloadable).isEmpty();
    assertThat(incomplete).isEmpty();
    assertThat(answering(shadow)).containsExactly("vision-slow:3", "vision-wide:5");
    assertThat(meters.get("millrace.scoring.shadow.left.out").tag("model", WIDE).counter().count())
        .isEqualTo(2);
    assertThat(
            meters.get("millrace.scoring.shadow.challengers").tag("model", VISION).gauge().value())
        .isEqualTo(2);
  }

  @Test
  void aVersionThatHasFailedToAnswerIsTriedAgainAfterSomeBatches() {
    ShadowProcessor shadow = shadow(GATED);
    log.has(overflowing(VISION, 2));
    shadow.pointerChanged(VISION, pointer(VISION, 3L, VISION, 2L));

    List<String> failing = answering(shadow);
    List<String> black = new ArrayList<>();
    for (int i = 0; i < ChallengerSelector.BATCHES_LEFT_OUT; i++) {
      black.addAll(names(images(shadow, List.of(image("black", 0)))));
    }
    List<String> again = names(images(shadow, List.of(image("black", 0))));

    assertThat(failing).isEmpty();
    assertThat(black).isEmpty();
    assertThat(again).containsExactly("vision@2");
  }

  @Test
  void recordsThatCannotBeUsedAreSkippedWithoutADeadLetter() {
    ShadowProcessor shadow = shadow(GATED);
    shadow.pointerChanged(VISION, pointer(VISION, 3L, null, null));
    publish(shadow, WIDE, 1, -1, 1);
    var bad =
        new ConsumerRecord<>("t-images", 2, offset++, utf8("bad"), ScoringSamples.TRUNCATED_PNG);

    assertThat(names(images(shadow, List.of(bad)))).isEmpty();
    assertThat(names(images(shadow, List.of(bad, image("a", 1))))).containsExactly(WIDE);
  }

  @Test
  void ofAShareAllChallengersAnswerTheSameRecords() {
    ShadowProcessor shadow =
        shadow(Map.of("scoring.vision.serving", "gated", "scoring.shadow.share", "0.25"));
    shadow.pointerChanged(VISION, pointer(VISION, 3L, null, null));
    publish(shadow, WIDE, 1, -1, 1);
    publish(shadow, SLOW, 1, -1, 1);

    List<ProducerRecord<byte[], byte[]>> answers = images(shadow, images(800));

    List<Long> wide = offsets(answers, WIDE);
    assertThat(wide).hasSizeBetween(140, 260).doesNotHaveDuplicates();
    assertThat(offsets(answers, SLOW)).isEqualTo(wide);
  }

  @Test
  void theSettingsSayWhichModelsAreChallengers() {
    assertThat(challengers("newest", "auto")).isEmpty();
    assertThat(challengers("newest", "all")).containsExactly("vision-slow:1", "vision-wide:1");
    assertThat(challengers("manual", "auto")).isEmpty();
    assertThat(challengers("gated", "none")).isEmpty();
    assertThat(challengers("gated", "auto"))
        .containsExactly("vision:5", "vision-slow:1", "vision-wide:1");
    assertThat(challengers("manual", "vision-wide,vision"))
        .containsExactly("vision:5", "vision-wide:1");
    assertThat(config("manual", "vision-wide,vision").shadow().of(VISION).named())
        .containsExactly("vision-wide", "vision");
    assertThat(config("gated", "auto").shadow().of(VISION).named()).isEmpty();
    assertThatThrownBy(() -> config("gated", "classifier"))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("scoring.vision.challengers", "vision-wide");
    assertThatThrownBy(() -> config("gated", "all,vision-wide"))
        .isInstanceOf(SettingsException.class);
    assertThatThrownBy(() -> ScoringConfig.from(Settings.of(Map.of("scoring.shadow.share", "0"))))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("above 0 and at most 1");
  }

  private List<String> challengers(String policy, String setting) {
    if (!config(policy, setting).hasShadow(VISION)) {
      return List.of();
    }
    ShadowProcessor shadow =
        shadow(Map.of("scoring.vision.serving", policy, "scoring.vision.challengers", setting));
    shadow.pointerChanged(VISION, pointer(VISION, 4L, null, null));
    for (ModelVersion version :
        List.of(
            ScoringSamples.vision(5),
            ScoringSamples.vision(WIDE, 1, List.of("dark", "bright"), -1, 1),
            ScoringSamples.vision(SLOW, 1, List.of("dark", "bright"), -1, 1))) {
      if (shadow.wants(ModelName.parse(version.id().model()))) {
        shadow.published(version);
      }
    }
    return answering(shadow);
  }

  private static ScoringConfig config(String policy, String setting) {
    return ScoringConfig.from(
        Settings.of(
            Map.of("scoring.vision.serving", policy, "scoring.vision.challengers", setting)));
  }

  private ShadowProcessor shadow(Map<String, String> settings) {
    metrics.bindTo(meters);
    var shadow =
        new ShadowProcessor(
            topics,
            ScoringConfig.from(Settings.of(settings)),
            Optional.of(new TestEngine()),
            new ShadowScorer.Shared(
                new OutputRecords(topics, name -> "id-of-" + name, List.of("site")),
                log,
                new ServingGate(),
                metrics));
    processors.add(shadow);
    return shadow;
  }

  private void publish(ShadowProcessor shadow, String model, long version, float... gains) {
    ModelVersion made = ScoringSamples.vision(model, version, List.of("dark", "bright"), gains);
    log.has(made);
    shadow.published(made);
  }

  private static ModelVersion overflowing(String model, long version) {
    ModelVersion it = ScoringSamples.overflowing(version);
    return TestModels.version(model, version, List.of("dark", "bright"), it.bytes());
  }

  private List<ProducerRecord<byte[], byte[]>> images(
      ShadowProcessor shadow, List<ConsumerRecord<byte[], byte[]>> records) {
    return shadow.process(topics.images().name(), records);
  }

  /** The challengers that answer an image, each with its version. */
  private List<String> answering(ShadowProcessor shadow) {
    return images(shadow, images(1)).stream()
        .map(it -> name(it) + ":" + prediction(it).getVersion())
        .toList();
  }

  private List<ConsumerRecord<byte[], byte[]>> images(int count) {
    return IntStream.range(0, count).mapToObj(i -> image("i" + i, 0.7f)).toList();
  }

  private ConsumerRecord<byte[], byte[]> image(String key, float brightness) {
    return new ConsumerRecord<>(
        "t-images", 2, offset++, utf8(key), ScoringSamples.png(4, brightness));
  }

  private ConsumerRecord<byte[], byte[]> vector(String key, DocumentVector vector) {
    return new ConsumerRecord<>(
        "t-document-vectors",
        0,
        offset++,
        utf8(key),
        AvroCodec.of(DocumentVector.class).encode(vector));
  }

  private static List<Long> offsets(List<ProducerRecord<byte[], byte[]>> answers, String name) {
    return answers.stream()
        .filter(it -> name(it).equals(name))
        .map(it -> prediction(it).getSource().getOffset())
        .toList();
  }

  private static List<String> names(List<ProducerRecord<byte[], byte[]>> answers) {
    return answers.stream().map(ShadowProcessorTest::name).toList();
  }

  private static String name(ProducerRecord<byte[], byte[]> answer) {
    return EventHeaders.text(answer.headers(), "millrace-challenger").orElseThrow();
  }

  private static Prediction prediction(ProducerRecord<byte[], byte[]> answer) {
    return AvroCodec.of(Prediction.class).decodeOrThrow(answer.value());
  }

  private static Optional<ServingPointer> pointer(
      String model,
      @Nullable Long version,
      @Nullable String previousModel,
      @Nullable Long previous) {
    String kind = ModelName.kindOf(model);
    return Optional.of(
        new ServingPointer(
            new ServingDecision(
                kind,
                version,
                previous,
                ServingReason.PROMOTED,
                "ada",
                "",
                ServingPointer.inDecision(kind, model),
                previousModel == null ? "" : ServingPointer.inDecision(kind, previousModel),
                null,
                null),
            Instant.EPOCH));
  }
}
