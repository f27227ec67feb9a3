package io.millrace.classifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.learning.classifier.ClassifierPredictor;
import io.millrace.learning.classifier.ClassifierStats;
import io.millrace.learning.classifier.LabelledDocument;
import io.millrace.learning.classifier.TermVector;
import io.millrace.learning.tensors.SafeTensors;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.training.TrainerSnapshot;
import io.millrace.runtime.training.TrainerState;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.DocumentExample;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.Source;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ClassifierTrainerTest {

  private static final AvroCodec<DocumentExample> AVRO = AvroCodec.of(DocumentExample.class);
  private static final ClassifierConfig CONFIG =
      ClassifierConfig.from(Settings.of(Map.of("classifier.hidden", "8")));

  private final ClassifierTrainer trainer = new ClassifierTrainer("classifier", CONFIG);

  @BeforeEach
  void initialise() {
    trainer.initialise();
  }

  @Test
  void beginsWithASeededModelWithoutTermsAndClasses() {
    TrainerSnapshot snapshot = trainer.snapshot();

    SafeTensors model = SafeTensors.read(snapshot.model());
    assertThat(snapshot.records()).isZero();
    assertThat(snapshot.classes()).isEmpty();
    assertThat(model.tensors().get("fc1.weight").shape()).containsExactly(8, 0);
    assertThat(snapshot.model())
        .isEqualTo(new ClassifierTrainer("classifier", CONFIG).snapshot().model());
  }

  @Test
  void learnsToTellTheClassesApart() {
    learn(0, 400);

    TrainerSnapshot snapshot = trainer.snapshot();

    var predictor = ClassifierPredictor.load(SafeTensors.read(snapshot.model()));
    assertThat(snapshot.classes()).containsExactlyInAnyOrder("ham", "spam");
    assertThat(predictor.classes()).isEqualTo(snapshot.classes());
    assertThat(IntStream.range(1_000, 1_100).filter(number -> isRight(predictor, number)).count())
        .isGreaterThanOrEqualTo(95);
  }

  @Test
  void tellsInTheManifestHowWellItPredictedBeforeItLearned() {
    learn(0, 200);
    trainer.snapshot();
    learn(200, 400);

    TrainerSnapshot snapshot = trainer.snapshot();

    Map<String, Double> metrics = snapshot.metrics();
    assertThat(snapshot.records()).isEqualTo(400);
    assertThat(metrics.get("prequentialAccuracy")).isEqualTo(metrics.get("correct") / 400);
    assertThat(metrics.get("stepAccuracy"))
        .isGreaterThan(metrics.get("prequentialAccuracy"))
        .isBetween(0.9, 1.0);
    assertThat(metrics.get("stepLoss")).isLessThan(metrics.get("prequentialLoss"));
    assertThat(metrics).containsKeys("vocabulary", "evicted", "ignored", "refused");
  }

  @Test
  void readsLabelledExamplesAndPassesTheRestBy() {
    List<String> terms = List.of("a", "b");
    List<Double> weights = List.of(0.5, 1.5);

    assertThat(decode(example(terms, weights, "ham")))
        .isEqualTo(new LabelledDocument(terms, weights, "ham"));
    assertThat(decode(null)).isNull();
    assertThat(decode(new byte[] {1, 2, 3})).isNull();
    assertThat(decode(example(terms, weights, null))).isNull();
    assertThat(decode(example(terms, weights, ""))).isNull();
    assertThat(decode(example(terms, List.of(1.0), "ham"))).isNull();
    assertThat(decode(example(terms, List.of(1.0, Double.NaN), "ham"))).isNull();
  }

  @Test
  void tellsItsFigures() {
    var meters = new SimpleMeterRegistry();
    trainer.bindTo(meters);
    learn(0, 80);

    double accuracy =
        meters.get("millrace.prequential.accuracy").tag("service", "classifier").gauge().value();
    assertThat(accuracy).isEqualTo(trainer.snapshot().metrics().get("prequentialAccuracy"));
    assertThat(meters.get("millrace.prequential.loss").gauge().value()).isPositive();
    assertThat(meters.get("millrace.classifier.examples").functionCounter().count()).isEqualTo(80);
    assertThat(meters.get("millrace.classifier.vocabulary").gauge().value()).isGreaterThan(8);
    assertThat(meters.get("millrace.classifier.classes").gauge().value()).isEqualTo(2);
    assertThat(meters.get("millrace.classifier.evictions").functionCounter().count()).isZero();
  }

  @Test
  void itsStepsGrowWithItsVersionsButNotBeyondASixteenthOfItsExamples() {
    assertThat(stepRecords(65_000, 36, 0)).isEqualTo(512);
    assertThat(stepRecords(65_000, 36, 12_000)).isEqualTo(748);
    assertThat(stepRecords(65_500, 36, 1_000_000)).isEqualTo(4_096);
    assertThat(stepRecords(2_000, 20, 1_000_000)).isEqualTo(512);
    learn(0, 8_000);

    assertThat(trainer.snapshot().metrics()).containsEntry("nextStepRecords", 512.0);
  }

  private static int stepRecords(int terms, int classes, long examples) {
    var learned = new ClassifierStats(0, examples, 0, 0, terms, classes, 0, 0, 0, 0);
    ClassifierConfig defaults = ClassifierConfig.from(Settings.of(Map.of()));
    return 4 * defaults.stepBatches(128, learned);
  }

  @Test
  void rehearsesFromWhatItKeepsAsOftenAsItsSettingsAllow() {
    learn(0, 16);
    double lossOnce = trainer.snapshot().metrics().get("prequentialLoss");
    long useful = trainer.usefulUpdates();
    assertThat(useful).isPositive();

    trainer.rehearse((int) useful);
    Map<String, Double> rehearsed = trainer.snapshot().metrics();
    learn(16, 56);

    assertThat(rehearsed.get("prequentialLoss")).isEqualTo(lossOnce);
    assertThat(trainer.snapshot().metrics().get("stepAccuracy")).isGreaterThan(0.9);
  }

  @Test
  void goesOnInTheMiddleOfARehearsal() {
    learn(0, 40);
    trainer.rehearse(3);
    TrainerSnapshot written = trainer.snapshot();
    Map<String, byte[]> parts = new HashMap<>();
    written.checkpoint().forEach((part, bytes) -> parts.put(part, bytes.orElseThrow()));
    var other = new ClassifierTrainer("classifier", CONFIG);
    other.restore(new TrainerState(new ModelManifest(), written.model(), parts));
    trainer.rehearse(20);
    other.rehearse(20);

    TrainerSnapshot expected = trainer.snapshot();
    TrainerSnapshot snapshot = other.snapshot();
    assertThat(other.usefulUpdates()).isEqualTo(trainer.usefulUpdates());
    assertThat(snapshot.model()).isEqualTo(expected.model());
    assertThat(snapshot.checkpoint().keySet()).isEqualTo(expected.checkpoint().keySet());
    expected
        .checkpoint()
        .forEach((part, bytes) ->
            assertThat(snapshot.checkpoint().get(part).orElseThrow())
                .as(part)
                .isEqualTo(bytes.orElseThrow()));
  }

  @Test
  void forgetsAfterADriftIfItIsToAndGoesOnWithItFromWhatItWrote() {
    Map<String, String> settings =
        Map.of("classifier.hidden", "8", "classifier.drift.action", "raise-learning-rate");
    ClassifierConfig config = ClassifierConfig.from(Settings.of(settings));
    var forgets = new ClassifierTrainer("classifier", config);
    forgets.initialise();
    for (ClassifierTrainer each : List.of(forgets, trainer)) {
      learn(each, 0, 2_000, false);
    }
    assertThat(forgets.snapshot().model()).isEqualTo(trainer.snapshot().model());
    learn(trainer, 2_000, 2_200, true);
    learn(forgets, 2_000, 2_200, true);
    TrainerSnapshot written = forgets.snapshot();
    assertThat(written.metrics()).containsEntry("drifts", 1.0);
    assertThat(written.model()).isNotEqualTo(trainer.snapshot().model());

    // What changed before was taken by the first snapshot.
    var again = new ClassifierTrainer("classifier", config);
    again.initialise();
    learn(again, 0, 2_000, false);
    learn(again, 2_000, 2_200, true);
    var other = new ClassifierTrainer("classifier", config);
    Map<String, byte[]> parts = new HashMap<>();
    TrainerSnapshot whole = again.snapshot();
    whole.checkpoint().forEach((part, bytes) -> parts.put(part, bytes.orElseThrow()));
    other.restore(new TrainerState(new ModelManifest(), whole.model(), parts));
    for (ClassifierTrainer each : List.of(again, other)) {
      each.rehearse(5);
      learn(each, 2_200, 2_400, true);
    }

    assertThat(whole.model()).isEqualTo(written.model());
    assertThat(other.snapshot().model()).isEqualTo(again.snapshot().model());
  }

  @Test
  void beginsAnewAfterADriftIfItIsToAndGoesOnFromWhatItWroteOfIt() {
    Map<String, String> settings =
        Map.of("classifier.hidden", "8", "classifier.drift.action", "begin-anew");
    ClassifierConfig config = ClassifierConfig.from(Settings.of(settings));
    var anew = new ClassifierTrainer("classifier", config);
    anew.initialise();
    learn(anew, 0, 2_000, false);
    TrainerSnapshot before = anew.snapshot();
    Map<String, byte[]> stored = new HashMap<>();
    store(stored, before);

    learn(anew, 2_000, 2_200, true);
    TrainerSnapshot written = anew.snapshot();
    store(stored, written);
    var other = new ClassifierTrainer("classifier", config);
    other.restore(new TrainerState(new ModelManifest(), written.model(), stored));
    learn(anew, 2_200, 2_400, true);
    learn(other, 2_200, 2_400, true);
    learn(trainer, 0, 2_000, false);
    learn(trainer, 2_000, 2_400, true);
    TrainerSnapshot expected = anew.snapshot();

    assertThat(written.metrics()).containsEntry("drifts", 1.0);
    assertThat(written.records()).isEqualTo(2_200);
    assertThat(written.metrics().get("correct")).isGreaterThan(before.metrics().get("correct"));
    assertThat(written.checkpoint()).containsValue(Optional.empty());
    assertThat(other.snapshot().model()).isEqualTo(expected.model());
    assertThat(expected.metrics().get("stepAccuracy")).isGreaterThan(0.9);
    assertThat(trainer.snapshot().model()).isNotEqualTo(expected.model());
  }

  /** Takes the parts of a step into a checkpoint, as the topic does. */
  private static void store(Map<String, byte[]> checkpoint, TrainerSnapshot step) {
    step.checkpoint()
        .forEach((part, bytes) ->
            bytes.ifPresentOrElse(it -> checkpoint.put(part, it), () -> checkpoint.remove(part)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"page-hinkley", "adwin"})
  void countsADriftAndGoesOnFromWhatItWroteOfIt(String detector) {
    ClassifierConfig config =
        ClassifierConfig.from(
            Settings.of(Map.of("classifier.hidden", "8", "classifier.drift.detector", detector)));
    var meters = new SimpleMeterRegistry();
    var learner = new ClassifierTrainer("classifier", config);
    learner.bindTo(meters);
    learner.initialise();
    learn(learner, 0, 2_000, false);
    learn(learner, 2_000, 2_008, true);
    TrainerSnapshot written = learner.snapshot();
    assertThat(written.metrics()).containsEntry("drifts", 0.0);
    Map<String, byte[]> parts = new HashMap<>();
    written.checkpoint().forEach((part, bytes) -> parts.put(part, bytes.orElseThrow()));
    var other = new ClassifierTrainer("classifier", config);
    other.restore(new TrainerState(new ModelManifest(), written.model(), parts));

    learn(learner, 2_008, 2_240, true);
    learn(other, 2_008, 2_240, true);

    TrainerSnapshot expected = learner.snapshot();
    TrainerSnapshot snapshot = other.snapshot();
    assertThat(expected.metrics()).containsEntry("drifts", 1.0);
    assertThat(meters.get("millrace.classifier.drifts").functionCounter().count()).isEqualTo(1);
    assertThat(snapshot.model()).isEqualTo(expected.model());
    assertThat(snapshot.checkpoint().keySet()).isEqualTo(expected.checkpoint().keySet());
    expected
        .checkpoint()
        .forEach((part, bytes) ->
            assertThat(snapshot.checkpoint().get(part).orElseThrow())
                .as(part)
                .isEqualTo(bytes.orElseThrow()));
  }

  @Test
  void aCheckpointOfBeforeThereWereDriftsHasNone() {
    learn(0, 40);
    TrainerSnapshot written = trainer.snapshot();
    Map<String, byte[]> parts = new HashMap<>();
    written.checkpoint().forEach((part, bytes) -> parts.put(part, bytes.orElseThrow()));
    parts.remove("drift");

    trainer.restore(new TrainerState(new ModelManifest(), written.model(), parts));

    assertThat(trainer.snapshot().metrics()).containsEntry("drifts", 0.0);
  }

  /** As {@link #learn(int, int)}, or with the other of the two labels. */
  private void learn(ClassifierTrainer learner, int from, int to, boolean swapped) {
    for (int number = from; number < to; number += 4) {
      learner.learn(
          IntStream.range(number, number + 4)
              .mapToObj(this::example)
              .map(it -> swapped ? swapped(it) : it)
              .toList());
    }
  }

  private static LabelledDocument swapped(LabelledDocument document) {
    return new LabelledDocument(document.terms(), document.label().equals("spam") ? "ham" : "spam");
  }

  private void learn(int from, int to) {
    for (int number = from; number < to; number += 8) {
      trainer.learn(IntStream.range(number, number + 8).mapToObj(this::example).toList());
    }
  }

  private LabelledDocument example(int number) {
    return trainer.decode(document(AVRO.encode(SyntheticMails.mail(number)))).orElseThrow();
  }

  private static byte[] example(List<String> terms, List<Double> weights, @Nullable String label) {
    return AVRO.encode(
        new DocumentExample("document/1", terms, weights, label, new Source("documents", 0, 0L)));
  }

  private @Nullable LabelledDocument decode(byte @Nullable [] value) {
    return trainer.decode(document(value)).orElse(null);
  }

  private static ConsumerRecord<byte[], byte[]> document(byte @Nullable [] value) {
    return new ConsumerRecord<>("document-examples", 0, 0, new byte[] {1}, value);
  }

  private static boolean isRight(ClassifierPredictor predictor, int number) {
    DocumentExample mail = SyntheticMails.mail(number);
    float[] scores = predictor.predict(TermVector.of(mail.getTerms(), mail.getWeights())).scores();
    return predictor
        .classes()
        .get(scores[0] > scores[1] ? 0 : 1)
        .equals(SyntheticMails.label(number));
  }
}
