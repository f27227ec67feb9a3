package io.millrace.scoring;

import static io.millrace.scoring.ScoringSamples.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.search.RequiredSearch;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.learning.vision.images.ImageDecoder;
import io.millrace.learning.vision.images.ImageDecoder.PixelLimit;
import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.ClassScore;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.schemas.avro.Image;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.avro.NoLabelReason;
import io.millrace.schemas.avro.Pixels;
import io.millrace.schemas.avro.Prediction;
import io.millrace.schemas.avro.Source;
import io.millrace.topics.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ScoringProcessorTest {

  private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  private static final byte[] WRONG_AVRO =
      AvroCodec.of(Label.class).encode(new Label("image/1", "7"));

  private final Topics topics = new Topics("t-");
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ScoringMetrics metrics = new ScoringMetrics();
  private final int openBefore = TestEngine.OPEN.get();
  private final List<ModelVersion> loadedFirst = new ArrayList<>();
  private final List<ScoringProcessor> processors = new ArrayList<>();
  private final TestServingLog log = new TestServingLog();
  private long offset;

  @AfterEach
  void close() {
    processors.forEach(ScoringProcessor::close);
    assertThat(TestEngine.OPEN).hasValue(openBefore);
  }

  @Test
  void anImageGetsItsPredictionAndItsReconstruction() throws Exception {
    load(ScoringSamples.vision(3));
    ConsumerRecord<byte[], byte[]> image = image("7", ScoringSamples.png(4, 0.8f));
    image.headers().add("traceparent", utf8(TRACE));

    List<ProducerRecord<byte[], byte[]>> answers = score(processor(), List.of(image));

    Prediction prediction = predictions(answers).getFirst();
    assertThat(prediction.getSubject()).isEqualTo("image/7");
    assertThat(prediction.getLabel()).isEqualTo("bright");
    assertThat(prediction.getConfidence()).isEqualTo(1 / (1 + Math.exp(-1.6)), within(1e-6));
    assertThat(prediction.getClasses()).map(ClassScore::getLabel).containsExactly("bright", "dark");
    assertThat(prediction.getClasses().get(0).getScore()).isEqualTo(0.8, within(1e-6));
    assertThat(prediction.getClasses().get(1).getScore()).isEqualTo(-0.8, within(1e-6));
    assertThat(prediction.getModel()).isEqualTo("vision");
    assertThat(prediction.getVersion()).isEqualTo(3);
    assertThat(prediction.getReconstructionError()).isEqualTo(0.16, within(1e-6));
    assertThat(prediction.getGivenLabel()).isNull();
    assertThat(prediction.getSource()).isEqualTo(new Source("t-images", 2, image.offset()));
    ProducerRecord<byte[], byte[]> reconstruction = answers.get(1);
    assertThat(reconstruction.topic()).isEqualTo("t-reconstructions");
    assertThat(reconstruction.key()).isEqualTo(utf8("7"));
    assertThat(pixels(reconstruction.value())).containsOnly(0.4f);
    assertThat(header(reconstruction, "millrace-model")).isEqualTo("vision");
    assertThat(header(reconstruction, "millrace-version")).isEqualTo("3");
    assertThat(Double.parseDouble(header(reconstruction, "millrace-reconstruction-error")))
        .isEqualTo(prediction.getReconstructionError());
    assertThat(header(reconstruction, "content-type")).isEqualTo("image/png");
    assertThat(answers)
        .hasSize(2)
        .allSatisfy(answer -> assertThat(header(answer, "traceparent")).isEqualTo(TRACE));
    assertThat(header(answers.getFirst(), "ce_id")).isEqualTo("t-images-2-0/prediction");
    assertThat(header(answers.getFirst(), "ce_subject")).startsWith("image/");
    assertThat(header(answers.getFirst(), "ce_dataschema"))
        .isEqualTo(AvroCodec.of(Prediction.class).schemaUri())
        .matches("urn:millrace:schema:Prediction:[0-9a-f]{16}");
  }

  @Test
  void thePredictionOfAnImageAndOfADocumentHasTheHeadersOfTheSetting() {
    load(ScoringSamples.vision(3));
    load(ScoringSamples.classifier(3));
    ConsumerRecord<byte[], byte[]> image = image("7", ScoringSamples.png(4, 0.8f));
    ConsumerRecord<byte[], byte[]> vector = vector("d", ScoringSamples.vector("money", 2, 4));
    for (var record : List.of(image, vector)) {
      record
          .headers()
          .add("site", utf8("north"))
          .add("long", new byte[513])
          .add("empty", null)
          .add("other", utf8("1"));
    }
    ScoringProcessor processor = processor(Map.of("carried.headers", "site,long,empty,missing"));

    List<ProducerRecord<byte[], byte[]>> answers = new ArrayList<>();
    answers.addAll(score(processor, List.of(image)));
    answers.addAll(score(processor, List.of(vector)));

    assertThat(answers)
        .filteredOn(it -> it.topic().equals("t-predictions"))
        .hasSize(2)
        .allSatisfy(it -> {
          assertThat(header(it, "site")).isEqualTo("north");
          assertThat(List.of("long", "empty", "other", "missing"))
              .allSatisfy(name -> assertThat(it.headers().lastHeader(name)).isNull());
        });
  }

  @Test
  void theSameRecordsAnsweredAgainGiveTheSameBytes() {
    load(ScoringSamples.vision(3));
    List<ConsumerRecord<byte[], byte[]>> batch =
        List.of(image("a", ScoringSamples.png(4, 0.1f)), image("b", ScoringSamples.png(9, 0.9f)));
    ScoringProcessor processor = processor();

    assertThat(score(processor, batch).stream().map(ProducerRecord::value).toList())
        .usingElementComparator(Arrays::compare)
        .containsExactlyElementsOf(
            score(processor, batch).stream().map(ProducerRecord::value).toList());
  }

  @Test
  void anImageWithoutAKeyIsNamedByItsPlace() {
    load(ScoringSamples.vision(3));

    var answers = score(processor(), List.of(image(null, ScoringSamples.png(4, 0.8f))));

    assertThat(predictions(answers).getFirst().getSubject()).isEqualTo("image/t-images-2-0");
    assertThat(answers.get(0).key()).isEqualTo(utf8("image/t-images-2-0"));
    assertThat(answers.get(1).key()).isEqualTo(utf8("t-images-2-0"));
  }

  @Test
  void anAvroImageIsAnsweredWithTheLabelThatCameWithIt() {
    load(ScoringSamples.vision(3));
    var black = new Pixels(2, 2, 3, ByteBuffer.wrap(new byte[12]));
    var encoded = new Image(ByteBuffer.wrap(ScoringSamples.png(4, 1)), null, "bright");

    List<Prediction> predictions =
        predictions(
            score(
                processor(),
                List.of(
                    image("p", avro(new Image(null, black, "dark"))), image("e", avro(encoded)))));

    assertThat(predictions).map(Prediction::getGivenLabel).containsExactly("dark", "bright");
    assertThat(predictions.get(1).getClasses().getFirst().getScore()).isEqualTo(1);
  }

  @Test
  void anImageOfAnotherSizeIsScaled() {
    load(ScoringSamples.vision(3));

    var answers = score(processor(), List.of(image("large", ScoringSamples.png(40, 0.6f))));

    assertThat(predictions(answers).getFirst().getClasses().getFirst().getScore())
        .isEqualTo(0.6, within(1e-5));
  }

  @Test
  void whatIsNoImageGoesToDeadLettersWholeAndHoldsUpNothing() {
    load(ScoringSamples.vision(3));
    Map<String, byte[]> garbage = new HashMap<>();
    garbage.put("empty", new byte[0]);
    garbage.put("random", random(300));
    garbage.put("truncated", ScoringSamples.TRUNCATED_PNG);
    garbage.put("huge", ScoringSamples.HUGE_PNG);
    garbage.put("text", utf8("a ".repeat(2_500_000)));
    garbage.put("wrong", WRONG_AVRO);
    garbage.put("cut-avro", Arrays.copyOf(avro(new Image(null, null, "x")), 11));
    garbage.put("neither", avro(new Image(null, null, null)));
    garbage.put(
        "lying", avro(new Image(null, new Pixels(5, 5, 3, ByteBuffer.wrap(new byte[7])), null)));
    garbage.put("too-long", avro(new Image(ByteBuffer.wrap(new byte[9]), null, "x".repeat(1001))));
    garbage.put("no-value", null);
    List<ConsumerRecord<byte[], byte[]>> batch = new ArrayList<>();
    garbage.forEach((key, value) -> {
      batch.add(image(key, value));
      batch.add(image("good" + batch.size(), ScoringSamples.png(4, 0.5f)));
    });

    List<ProducerRecord<byte[], byte[]>> answers = score(processor(), batch);

    assertThat(predictions(answers)).hasSize(garbage.size());
    var letters = to("dead-letters", answers);
    assertThat(letters).hasSize(garbage.size());
    assertThat(letters)
        .allSatisfy(letter -> {
          assertThat(letter.value()).isEqualTo(garbage.get(text(letter.key())));
          assertThat(header(letter, DeadLetters.REASON)).isNotBlank();
          assertThat(header(letter, DeadLetters.TOPIC)).isEqualTo("t-images");
          assertThat(header(letter, DeadLetters.SERVICE)).isEqualTo("scoring");
        });
    assertThat(reasonOf("huge", letters)).contains("20000", "images.max.pixels");
    assertThat(reasonOf("wrong", letters)).contains("Label");
    assertThat(reasonOf("no-value", letters)).contains("no value");
  }

  @Test
  void aKeyThatNamesNothingMakesADeadLetter() {
    load(ScoringSamples.vision(3));
    var record =
        new ConsumerRecord<>(
            "t-images", 0, 5L, new byte[] {(byte) 0xc3, 0x28}, ScoringSamples.png(4, 1));

    var answers = score(processor(), List.of(record));

    assertThat(header(answers.getFirst(), DeadLetters.REASON)).contains("UTF-8");
    assertThat(answers).hasSize(1);
  }

  @Test
  void aDeadLetterGoesWithoutTheIdOfATopicThatCannotBeAskedFor() {
    UnaryOperator<String> unknown =
        _ -> {
          throw new TimeoutException("no broker answers");
        };

    var letter =
        new OutputRecords(topics, unknown, List.of()).deadLetter(image("1", utf8("x")), "no image");

    assertThat(header(letter, DeadLetters.REASON)).isEqualTo("no image");
    assertThat(letter.headers().lastHeader(DeadLetters.TOPIC_ID)).isNull();
  }

  @Test
  void answersStandInTheOrderOfTheRecordsThoughTheNetworkTakesAFewAtATime() {
    load(ScoringSamples.vision(3));
    List<ConsumerRecord<byte[], byte[]>> batch =
        IntStream.range(0, 50)
            .mapToObj(
                i -> image("i" + i, i % 7 == 3 ? new byte[1] : ScoringSamples.png(4, i / 50f)))
            .toList();

    var answers = score(processor(Map.of("scoring.vision.batch.size", "8")), batch);

    assertThat(answers.stream().map(ScoringProcessorTest::idOf).distinct())
        .containsExactlyElementsOf(batch.stream().map(record -> text(record.key())).toList());
    assertThat(predictions(answers))
        .allSatisfy(prediction -> {
          int number = Integer.parseInt(prediction.getSubject().substring("image/i".length()));
          assertThat(prediction.getClasses().getFirst().getScore())
              .isEqualTo(number / 50.0, within(0.003));
        });
  }

  @Test
  void withNoClassKnownTheLabelIsNullAndTheReconstructionIsMade() throws Exception {
    load(ScoringSamples.vision(0, List.of()));
    load(ScoringSamples.classifier(0, List.of()));

    var answers = assertUnanswered(NoLabelReason.NO_CLASS_YET);

    assertThat(predictions(answers)).allMatch(prediction -> prediction.getVersion() == 0);
    assertThat(pixels(to("reconstructions", answers).getFirst().value())).containsOnly(0.4f);
  }

  @Test
  void aLoneClassIsNotNamedSinceItsConfidenceWouldSayNothing() {
    load(ScoringSamples.vision(1, List.of("cat"), 1));
    load(ScoringSamples.classifier(1, List.of("spam"), 1, 0));

    assertUnanswered(NoLabelReason.ONE_CLASS_YET);

    assertThat(unanswered("vision", "one_class_yet")).isEqualTo(1);
    assertThat(unanswered("classifier", "one_class_yet")).isEqualTo(1);
  }

  @Test
  void aDocumentWithoutAKnownTermGetsNoLabel() {
    load(ScoringSamples.classifier(5));
    var empty = ScoringSamples.vector("money", 1, 1).setTerms(List.of()).setWeights(List.of());
    var mixed =
        ScoringSamples.vector("money", 1, 1)
            .setTerms(List.of("unheard", "meeting"))
            .setWeights(List.of(0.9, 0.1));

    var answers =
        score(
            processor(),
            List.of(
                vector("empty", empty),
                vector("unknown", ScoringSamples.vector("unheard", 1, 2)),
                vector("weightless", ScoringSamples.vector("money", 0, 3)),
                vector("mixed", mixed)));

    assertThat(predictions(answers).subList(0, 3))
        .allSatisfy(prediction -> {
          assertThat(prediction.getLabel()).isNull();
          assertThat(prediction.getConfidence()).isZero();
          assertThat(prediction.getClasses()).isEmpty();
          assertThat(prediction.getReason()).isEqualTo(NoLabelReason.NO_KNOWN_TERM);
        });
    assertThat(predictions(answers).getLast().getLabel()).isEqualTo("ham");
    assertThat(predictions(answers).getLast().getReason()).isNull();
    assertThat(unanswered("classifier", "no_known_term")).isEqualTo(3);
  }

  @Test
  void onlyTheBestClassesAreTold() {
    load(ScoringSamples.vision(1, List.of("a", "b", "c", "d"), 1, 3, 2, 3));

    var answers =
        score(
            processor(Map.of("scoring.top.classes", "3")),
            List.of(image("x", ScoringSamples.png(4, 1))));

    List<ClassScore> classes = predictions(answers).getFirst().getClasses();
    assertThat(classes).map(ClassScore::getLabel).containsExactly("b", "d", "c");
    assertThat(classes.stream().mapToDouble(ClassScore::getProbability).sum()).isLessThan(1);
  }

  @Test
  void aDocumentGetsItsPredictionUnderTheDocumentsOwnPlace() {
    load(ScoringSamples.classifier(5));
    var vector = ScoringSamples.vector("money", 0.5, 41).setLabel("spam");

    var answers = score(processor(), List.of(vector("mail/9", vector)));

    assertThat(answers).hasSize(1);
    assertThat(answers.getFirst().key()).isEqualTo(utf8("document/mail/9"));
    Prediction prediction = predictions(answers).getFirst();
    assertThat(prediction.getSubject()).isEqualTo("document/mail/9");
    assertThat(prediction.getLabel()).isEqualTo("spam");
    assertThat(prediction.getClasses()).map(ClassScore::getScore).containsExactly(0.5, 0.0);
    assertThat(prediction.getModel()).isEqualTo("classifier");
    assertThat(prediction.getVersion()).isEqualTo(5);
    assertThat(prediction.getReconstructionError()).isNull();
    assertThat(prediction.getGivenLabel()).isEqualTo("spam");
    assertThat(prediction.getSource()).isEqualTo(new Source("documents", 0, 41L));
  }

  @Test
  void deletedAndReweightedDocumentsAreIgnoredAndUnusableOnesReported() {
    load(ScoringSamples.classifier(5));
    var refresh = ScoringSamples.vector("money", 1, 1).setRefresh(true);
    var unequal = ScoringSamples.vector("money", 1, 2).setWeights(List.of());

    ScoringProcessor processor = processor();
    var answers =
        score(
            processor,
            List.of(
                new ConsumerRecord<>("t-document-vectors", 0, 0L, utf8("deleted"), null),
                vector("refreshed", refresh),
                new ConsumerRecord<>("t-document-vectors", 0, 1L, utf8("wrong"), WRONG_AVRO),
                new ConsumerRecord<>("t-document-vectors", 0, 2L, utf8("none"), new byte[0]),
                vector("unequal", unequal),
                vector("nan", ScoringSamples.vector("money", Double.NaN, 3)),
                vector(null, ScoringSamples.vector("money", 1, 4)),
                vector("good", ScoringSamples.vector("meeting", 1, 5))));

    assertThat(predictions(answers)).map(Prediction::getSubject).containsExactly("document/good");
    assertThat(answers).hasSize(6);
    assertThat(answers.subList(0, 5))
        .allMatch(letter -> letter.topic().equals("t-dead-letters"))
        .extracting(letter -> header(letter, DeadLetters.REASON))
        .satisfiesExactly(
            reason -> assertThat(reason).contains("not a DocumentVector"),
            reason -> assertThat(reason).contains("not Avro"),
            reason -> assertThat(reason).contains("weights"),
            reason -> assertThat(reason).contains("weights"),
            reason -> assertThat(reason).contains("needs a key"));
    assertThat(answers.getFirst().value()).isEqualTo(WRONG_AVRO);
  }

  @Test
  void aTopicWaitsForTheFirstVersionOfItsOwnModel() {
    ScoringProcessor processor = processor();
    assertThat(processor.topics()).containsExactlyInAnyOrder("t-images", "t-document-vectors");
    assertThat(processor.ready("t-images")).isFalse();
    assertThat(processor.ready("t-document-vectors")).isFalse();

    load(ScoringSamples.classifier(0));

    assertThat(processor.ready("t-images")).isFalse();
    assertThat(processor.ready("t-document-vectors")).isTrue();
  }

  @Test
  void aNewVersionAnswersFromTheNextBatchOnAndTheOldOneIsLetGo() {
    ScoringProcessor processor = processor();
    load(ScoringSamples.vision(1));
    var before = score(processor, List.of(image("a", ScoringSamples.png(4, 1))));
    load(ScoringSamples.vision(2, List.of("only"), 1));
    load(ScoringSamples.vision(3, List.of("only"), 1));

    var after = score(processor, List.of(image("b", ScoringSamples.png(4, 1))));

    assertThat(predictions(before)).map(Prediction::getVersion).containsExactly(1L);
    assertThat(predictions(after)).map(Prediction::getVersion).containsExactly(3L);
    assertThat(TestEngine.OPEN).hasValue(openBefore + 2);
    assertThat(gauge("millrace.scoring.model.version")).isEqualTo(3);
    assertThat(gauge("millrace.scoring.model.age")).isPositive();
    assertThat(gauge("millrace.scoring.off.heap")).isEqualTo(1000.0 * TestEngine.OPEN.get());
    assertThat(visionMeter("millrace.scoring.model.swaps").counter().count()).isEqualTo(1);
    assertThat(visionMeter("millrace.scoring.model.load").timer().count()).isEqualTo(3);
    assertThat(visionMeter("millrace.scoring.model.lag").timer().count()).isEqualTo(1);
    assertThat(visionMeter("millrace.scoring.predictions").counter().count()).isEqualTo(2);
  }

  @Test
  void theVersionIsToldAlsoWhileThereIsNothingToAnswer() {
    processor();

    load(ScoringSamples.vision(1));
    load(ScoringSamples.vision(2));

    assertThat(gauge("millrace.scoring.model.version")).isEqualTo(2);
  }

  @Test
  void aVersionThatIsLoadedWhileTheServiceEndsIsLetGoToo() {
    ScoringProcessor processor = processor();
    load(ScoringSamples.vision(1));
    processor.close();

    load(ScoringSamples.vision(2));

    assertThat(TestEngine.OPEN).hasValue(openBefore);
  }

  @Test
  void aVersionThatAnswersWithWhatIsNoNumberIsReplacedWithinTheBatch() {
    ModelVersion good = ScoringSamples.vision(7);
    log.has(good);
    load(good);
    ScoringProcessor processor = processor();
    score(processor, List.of(image("x", ScoringSamples.png(4, 1))));
    load(ScoringSamples.overflowing(8));

    var answers =
        score(
            processor,
            IntStream.range(0, 40)
                .mapToObj(i -> image("i" + i, ScoringSamples.png(4, 1)))
                .toList());

    assertThat(predictions(answers)).hasSize(40).allMatch(it -> it.getVersion() == 7);
    assertThat(to("reconstructions", answers)).hasSize(40);
    assertThat(log.told)
        .singleElement()
        .satisfies(event -> {
          assertThat(event.getVersion()).isEqualTo(8);
          assertThat(event.getPrevious()).isEqualTo(7);
          assertThat(event.getNote()).contains("version 8 of the model vision has diverged");
        });
  }

  @Test
  void aModelOfWhichNoVersionAnswersWithNumbersStopsTheService() {
    load(ScoringSamples.overflowing(8));
    ScoringProcessor processor = processor();

    assertThatThrownBy(() -> score(processor, List.of(image("x", ScoringSamples.png(4, 1)))))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContaining("version 8 of the model vision has diverged")
        .hasMessageContaining("models reset vision");
  }

  @Test
  void reconstructionsCanBeTurnedOff() {
    load(ScoringSamples.vision(1));

    var answers =
        score(
            processor(Map.of("scoring.reconstructions", "false")),
            List.of(image("x", ScoringSamples.png(4, 1))));

    assertThat(answers).hasSize(1);
    assertThat(predictions(answers).getFirst().getReconstructionError()).isEqualTo(0.25);
  }

  @Test
  void predictionsCanBeTurnedOff() {
    load(ScoringSamples.vision(1));

    ScoringProcessor processor = processor(Map.of("scoring.predictions", "false"));
    var answers = score(processor, List.of(image("x", ScoringSamples.png(4, 1))));

    assertThat(answers).hasSize(1);
    assertThat(to("reconstructions", answers)).hasSize(1);
    assertThat(processor.topics()).containsExactly("t-images");
  }

  @Test
  void anImageUnlikeTheOthersIsAnAnomaly() {
    load(ScoringSamples.vision(1));
    ScoringProcessor processor = processor(Map.of("scoring.anomaly.window", "20"));
    List<ConsumerRecord<byte[], byte[]>> ordinary =
        IntStream.range(0, 10).mapToObj(i -> image("o" + i, ScoringSamples.png(4, 0.2f))).toList();
    var first = score(processor, ordinary);

    var answers =
        score(
            processor,
            List.of(
                image("bright", ScoringSamples.png(4, 1)),
                image("dark", ScoringSamples.png(4, 0)),
                image("like", ScoringSamples.png(4, 0.2f))));

    assertThat(predictions(first)).map(Prediction::getAnomaly).containsOnlyNulls();
    assertThat(predictions(answers))
        .map(Prediction::getAnomaly)
        .containsExactly(1.0, 0.0, 11 / 12.0);
    assertThat(to("reconstructions", answers))
        .map(answer -> Double.valueOf(header(answer, "millrace-anomaly")))
        .containsExactly(1.0, 0.0, 11 / 12.0);
    assertThat(
            meters
                .get("millrace.scoring.reconstruction.error")
                .tag("quantile", "0.5")
                .gauge()
                .value())
        .isEqualTo(0.01, within(0.001));
  }

  @Test
  void imagesThatBecomeOthersAreADrift() {
    load(ScoringSamples.vision(1));
    ScoringProcessor processor = processor(Map.of("scoring.drift.window", "100"));
    var random = new Random(6);

    score(processor, images(300, random, 0.2f));
    assertThat(drifts("input")).isZero();
    assertThat(drifts("confidence")).isZero();
    score(processor, images(200, random, 0.7f));

    assertThat(drifts("input")).isEqualTo(1);
    assertThat(drifts("confidence")).isEqualTo(1);
    assertThat(
            meters
                .get("millrace.scoring.drift.index")
                .tags("model", "vision", "signal", "input")
                .gauge()
                .value())
        .isGreaterThan(0.5);
  }

  @Test
  void whoLooksForNoDriftFindsNone() {
    load(ScoringSamples.vision(1));
    ScoringProcessor processor = processor(Map.of("scoring.drift.window", "0"));

    score(processor, images(1, new Random(6), 0.2f));

    assertThat(meters.find("millrace.scoring.drifts").functionCounter()).isNull();
  }

  private List<ConsumerRecord<byte[], byte[]>> images(int count, Random random, float brightness) {
    return IntStream.range(0, count)
        .mapToObj(
            i -> image("i" + i, ScoringSamples.png(4, brightness + 0.2f * random.nextFloat())))
        .toList();
  }

  private double drifts(String signal) {
    return meters
        .get("millrace.scoring.drifts")
        .tags("model", "vision", "signal", signal)
        .functionCounter()
        .count();
  }

  /** Scores an image and a document, which get no label; returns all that is sent. */
  private List<ProducerRecord<byte[], byte[]>> assertUnanswered(NoLabelReason reason) {
    List<ProducerRecord<byte[], byte[]>> answers =
        score(
            processor(),
            List.of(
                image("a", ScoringSamples.png(4, 0.8f)),
                vector("d", ScoringSamples.vector("money", 1, 0))));
    assertThat(predictions(answers))
        .hasSize(2)
        .allSatisfy(prediction -> {
          assertThat(prediction.getLabel()).isNull();
          assertThat(prediction.getConfidence()).isZero();
          assertThat(prediction.getClasses()).isEmpty();
          assertThat(prediction.getReason()).isEqualTo(reason);
        });
    return answers;
  }

  /** Processes a poll as the loop does: topic by topic. */
  private static List<ProducerRecord<byte[], byte[]>> score(
      ScoringProcessor processor, List<ConsumerRecord<byte[], byte[]>> records) {
    Map<String, List<ConsumerRecord<byte[], byte[]>>> byTopic = new LinkedHashMap<>();
    records.forEach(
        record -> byTopic.computeIfAbsent(record.topic(), _ -> new ArrayList<>()).add(record));
    List<ProducerRecord<byte[], byte[]>> outputs = new ArrayList<>();
    byTopic.forEach((topic, ofTopic) -> outputs.addAll(processor.process(topic, ofTopic)));
    return outputs;
  }

  /** Loads a version into the processor, or into the one that is made next. */
  private void load(ModelVersion version) {
    if (processors.isEmpty()) {
      loadedFirst.add(version);
    } else {
      processors.getLast().published(version);
    }
  }

  private ScoringProcessor processor() {
    return processor(Map.of());
  }

  private ScoringProcessor processor(Map<String, String> settings) {
    var processor =
        new ScoringProcessor(
            topics,
            name -> "id-of-" + name,
            ScoringConfig.from(Settings.of(settings)),
            Optional.of(new TestEngine()),
            log,
            metrics,
            new ServingGate());
    loadedFirst.forEach(processor::published);
    processor.bindTo(meters);
    processors.add(processor);
    return processor;
  }

  private ConsumerRecord<byte[], byte[]> image(@Nullable String key, byte @Nullable [] value) {
    return new ConsumerRecord<>("t-images", 2, offset++, key == null ? null : utf8(key), value);
  }

  private ConsumerRecord<byte[], byte[]> vector(
      @Nullable String key, DocumentVector.Builder vector) {
    return new ConsumerRecord<>(
        "t-document-vectors",
        1,
        offset++,
        key == null ? null : utf8(key),
        AvroCodec.of(DocumentVector.class).encode(vector.build()));
  }

  private static byte[] avro(Image image) {
    return AvroCodec.of(Image.class).encode(image);
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(1).nextBytes(bytes);
    return bytes;
  }

  private List<ProducerRecord<byte[], byte[]>> to(
      String topic, List<ProducerRecord<byte[], byte[]>> answers) {
    return answers.stream().filter(answer -> answer.topic().equals("t-" + topic)).toList();
  }

  private List<Prediction> predictions(List<ProducerRecord<byte[], byte[]>> answers) {
    return to("predictions", answers).stream()
        .map(answer -> AvroCodec.of(Prediction.class).decodeOrThrow(answer.value()))
        .toList();
  }

  private static String idOf(ProducerRecord<byte[], byte[]> answer) {
    return text(answer.key()).replace("image/", "");
  }

  private String reasonOf(String key, List<ProducerRecord<byte[], byte[]>> letters) {
    return letters.stream()
        .filter(letter -> text(letter.key()).equals(key))
        .map(letter -> header(letter, DeadLetters.REASON))
        .findFirst()
        .orElseThrow();
  }

  private static float[] pixels(byte[] png) throws Exception {
    float[] pixels = new float[TestEngine.SHAPE.size()];
    ImageDecoder.decode(png, new PixelLimit(100, "images.max.pixels"))
        .resizeInto(TestEngine.SHAPE, pixels, 0);
    return pixels;
  }

  private double unanswered(String model, String reason) {
    return meters
        .get("millrace.scoring.unanswered")
        .tag("model", model)
        .tag("reason", reason)
        .counter()
        .count();
  }

  private double gauge(String name) {
    return name.contains("off.heap")
        ? meters.get(name).gauge().value()
        : visionMeter(name).gauge().value();
  }

  private RequiredSearch visionMeter(String name) {
    return meters.get(name).tag("model", "vision");
  }

  private static String header(ProducerRecord<byte[], byte[]> record, String name) {
    return EventHeaders.text(record.headers(), name).orElseThrow();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
