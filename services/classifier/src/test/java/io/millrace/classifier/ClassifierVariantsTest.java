package io.millrace.classifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.runtime.testing.TrainerServiceFixture;
import io.millrace.schemas.avro.ModelManifest;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class ClassifierVariantsTest {

  private static final int STEP = 32;

  private static final Map<String, String> SETTINGS =
      Map.of(
          "classifier.step.idle.ms", "0",
          "classifier.step.batches", Integer.toString(STEP / 4),
          "classifier.vocabulary.capacity", "100",
          "classifier.hidden", "8");

  @RegisterExtension
  private final TrainerServiceFixture fixture =
      new TrainerServiceFixture(ClassifierService.TYPE, SETTINGS);

  @Test
  void killedWithItsServiceAVariantLearnsTheBytesThatItWouldLearnAlone() {
    TestKafka kafka = fixture.kafka();
    ClassifierServiceTest.send(kafka, 0, 6 * STEP);
    Map<String, String> both = new HashMap<>(SETTINGS);
    both.put("classifier.variants", "narrow");
    both.put("classifier.narrow.hidden", "4");
    both.put("classifier.narrow.vocabulary.capacity", "50");

    run(kafka, both, 3 * STEP, Duration.ZERO);
    run(kafka, both, 6 * STEP, Duration.ofSeconds(10));

    TestKafka alone = fixture.kafka();
    ClassifierServiceTest.send(alone, 0, 6 * STEP);
    fixture.start(alone, Map.of("classifier.hidden", "4", "classifier.vocabulary.capacity", "50"));
    fixture.awaitRecords(alone, 6 * STEP);
    TestKafka plain = fixture.kafka();
    ClassifierServiceTest.send(plain, 0, 6 * STEP);
    fixture.start(plain);
    fixture.awaitRecords(plain, 6 * STEP);
    assertThat(learned(kafka, "classifier-narrow")).isEqualTo(learned(alone, "classifier"));
    assertThat(learned(kafka, "classifier")).isEqualTo(learned(plain, "classifier"));
  }

  private static void run(
      TestKafka kafka, Map<String, String> settings, long records, Duration patience) {
    List<Service> services = ClassifierService.TYPE.createAll().apply(kafka.settings(settings));
    assertThat(services)
        .extracting(Service::name)
        .containsExactly("classifier", "classifier-narrow");
    services.forEach(Service::start);
    for (Service service : services) {
      TestKafka.await(
          records + " records of " + service.name(),
          () -> {
            assertThat(service.failure()).isEmpty();
            return versions(kafka, service.name()).stream()
                .anyMatch(it -> it.getRecords() >= records);
          });
    }
    services.forEach(service -> service.close(patience));
  }

  private static List<ModelManifest> versions(TestKafka kafka, String model) {
    return ModelReader.manifests(kafka.settings(Map.of())).stream()
        .filter(it -> it.getModel().equals(model))
        .toList();
  }

  /** All of each version except its name and where it was learned. */
  private static List<List<Object>> learned(TestKafka kafka, String model) {
    return versions(kafka, model).stream()
        .map(it ->
            List.<Object>of(
                it.getVersion(),
                it.getSha256(),
                it.getExamples(),
                new TreeMap<>(it.getSettings()),
                new TreeMap<>(it.getMetrics())))
        .toList();
  }
}
