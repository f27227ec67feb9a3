package io.millrace.classifier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.classifier.ClassifierPredictor;
import io.millrace.learning.classifier.TermVector;
import io.millrace.learning.tensors.SafeTensors;
import io.millrace.runtime.administration.CloseStep;
import io.millrace.runtime.administration.ModelVerification;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.models.ModelName;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.models.StoredCheckpoint;
import io.millrace.runtime.testing.MixedBuilds;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.runtime.testing.TrainerServiceFixture;
import io.millrace.schemas.avro.CheckpointManifest;
import io.millrace.schemas.avro.DocumentExample;
import io.millrace.topics.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class ClassifierServiceTest {

  private static final int STEP = 32;

  @RegisterExtension private final MixedBuilds builds = new MixedBuilds();

  private static final Map<String, String> SETTINGS =
      Map.of(
          "classifier.step.batches", Integer.toString(STEP / 4),
          "classifier.vocabulary.capacity", "100",
          "classifier.hidden", "8");

  @RegisterExtension
  private final TrainerServiceFixture fixture =
      new TrainerServiceFixture(ClassifierService.TYPE, SETTINGS);

  @Test
  void aStreamOfExamplesMakesVersionsOfAModelThatAnswers() {
    TestKafka kafka = fixture.kafka();
    String topic = kafka.topics().documentExamples().name();
    send(kafka, 0, 400);
    kafka.send(new ProducerRecord<>(topic, "garbage".getBytes(UTF_8), new byte[] {1, 2, 3}));
    CloseStep.write(kafka.settings(Map.of()), "classifier", kafka.topics().documentExamples());

    fixture.start(kafka);
    fixture.awaitRecords(kafka, 400);

    ModelVersion version = fixture.newestVersion(kafka);
    var predictor = ClassifierPredictor.load(SafeTensors.read(version.bytes()));
    assertThat(version.manifest().getClasses()).isEqualTo(predictor.classes());
    assertThat(version.manifest().getMetrics().get("prequentialAccuracy")).isBetween(0.75, 1.0);
    assertThat(version.manifest().getInputs())
        .singleElement()
        .satisfies(range -> assertThat(range.getTo()).isEqualTo(402));
    assertThat(IntStream.range(1_000, 1_100).filter(number -> isRight(predictor, number)).count())
        .isGreaterThanOrEqualTo(90);
  }

  @Test
  void theSeededModelIsThereBeforeTheFirstExample() {
    TestKafka kafka = fixture.kafka();

    fixture.start(kafka);
    fixture.awaitRecords(kafka, 0);

    ModelVersion version = fixture.newestVersion(kafka);
    assertThat(version.manifest().getVersion()).isZero();
    assertThat(ClassifierPredictor.load(SafeTensors.read(version.bytes())).classes()).isEmpty();
  }

  @Test
  void stoppedAgainAndAgainItLearnsTheSameBytesAndKeepsCheckpointsThatProveThem() throws Exception {
    Map<String, String> keeping = Map.of("classifier.checkpoints.every", "3");
    TestKafka undisturbed = fixture.kafka();
    send(undisturbed, 0, 10 * STEP);
    fixture.start(undisturbed, keeping);
    fixture.awaitRecords(undisturbed, 10 * STEP);

    TestKafka stopped = fixture.kafka();
    int sent = 0;
    for (int end : new int[] {STEP + 11, 3 * STEP + 1, 7 * STEP + 30}) {
      send(stopped, sent, end);
      sent = end;
      Service service = fixture.start(stopped, keeping);
      fixture.awaitRecords(stopped, end / STEP * STEP);
      service.close(Duration.ofSeconds(10));
    }
    send(stopped, sent, 10 * STEP);
    fixture.start(stopped, keeping);
    fixture.awaitRecords(stopped, 10 * STEP);

    assertThat(fixture.newestVersion(stopped).manifest().getMetrics().get("evicted")).isPositive();
    assertThat(fixture.newestVersion(stopped).manifest().getMetrics())
        .isEqualTo(fixture.newestVersion(undisturbed).manifest().getMetrics());
    assertThat(fixture.newestVersion(stopped).bytes())
        .isEqualTo(fixture.newestVersion(undisturbed).bytes());
    fixture.assertSameValues(stopped, undisturbed, stopped.topics().checkpoints());

    var nineSteps = new TopicPartition(stopped.topics().documentExamples().name(), 0);
    stopped
        .admin()
        .deleteRecords(Map.of(nineSteps, RecordsToDelete.beforeOffset(9 * STEP)))
        .all()
        .get();
    var verification =
        new ModelVerification(
            stopped.settings(SETTINGS),
            "classifier",
            given ->
                ClassifierService.MODELS.trainer().trainer(given, new ModelName("classifier", "")));
    assertThat(verification.verify(10, _ -> {}))
        .extracting(ModelVerification.Finding::result)
        .containsOnly(ModelVerification.Result.PROVED);
  }

  @Test
  void aChangedSettingAgainstAnOldCheckpointStopsItAndIsNamed() {
    TestKafka kafka = fixture.kafka();
    send(kafka, 0, STEP);
    Service first = fixture.start(kafka);
    fixture.awaitRecords(kafka, STEP);
    first.close(Duration.ofSeconds(10));

    Service second = fixture.start(kafka, Map.of("classifier.hidden", "16"));

    TestKafka.await("the refusal", () -> second.health() == Service.Health.FAILED);
    assertThat(second.failure())
        .contains("classifier.hidden is 16", "trained with 8")
        .contains("millrace models reset classifier");
  }

  @Test
  void aCheckpointOfABuildThatKeptNoDocumentsGoesOn() {
    TestKafka kafka = fixture.kafka();
    send(kafka, 0, STEP);
    Service first = fixture.start(kafka);
    fixture.awaitRecords(kafka, STEP);
    first.close(Duration.ofSeconds(10));
    removeWhatEarlierBuildsDidNotWrite(kafka);

    send(kafka, STEP, 2 * STEP);
    fixture.start(kafka, Map.of("classifier.memory.capacity", "10"));

    fixture.awaitRecords(kafka, 2 * STEP);
  }

  private static void removeWhatEarlierBuildsDidNotWrite(TestKafka kafka) {
    StoredCheckpoint stored =
        StoredCheckpoint.read(kafka.settings(Map.of()), "classifier", "classifier").orElseThrow();
    Map<String, Optional<byte[]>> removed = new HashMap<>();
    stored.parts().keySet().stream()
        .filter(part -> part.startsWith("memory-") || part.equals("rehearsal"))
        .forEach(part -> removed.put(part, Optional.empty()));
    assertThat(removed).hasSizeGreaterThan(2);
    CheckpointManifest now = stored.manifest();
    Map<String, String> settings = new HashMap<>(now.getSettings());
    assertThat(settings.remove("memory.capacity")).isEqualTo("1000");
    var manifest =
        new CheckpointManifest(
            now.getModel(),
            now.getVersion(),
            now.getFormat(),
            now.getParts() - removed.size(),
            settings,
            now.getPositions(),
            now.getTurn(),
            now.getTaken(),
            -1L,
            List.of());
    kafka.sendAll(
        StoredCheckpoint.records(
            kafka.topics().checkpoints().name(), "classifier", manifest, removed));
  }

  static void send(TestKafka kafka, int from, int to) {
    Topic<String, DocumentExample> topic = kafka.topics().documentExamples();
    kafka.sendAll(
        IntStream.range(from, to)
            .mapToObj(number ->
                new ProducerRecord<>(
                    topic.name(),
                    0,
                    topic.keys().serializer().serialize(topic.name(), "document/" + number),
                    topic
                        .values()
                        .serializer()
                        .serialize(topic.name(), SyntheticMails.mail(number))))
            .toList());
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
