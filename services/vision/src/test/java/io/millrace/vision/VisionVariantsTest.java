package io.millrace.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.administration.ModelVerification;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.lifecycle.ServiceHost;
import io.millrace.runtime.models.ModelName;
import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.records.ControlRecords;
import io.millrace.runtime.settings.HeapRequirement;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.runtime.variants.ModelVariants;
import io.millrace.schemas.avro.ModelManifest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class VisionVariantsTest {

  private static final int STEP = 32;

  private static final Map<String, String> WIDE = Map.of("hidden", "16");
  private static final Map<String, String> SLOW =
      Map.of("learning.rate", "0.002", "step.batches", "2", "seed", "7", "replay.ratio", "1");

  private static final List<String> MODELS = List.of("vision", "vision-slow", "vision-wide");

  private final List<TestKafka> brokers = new ArrayList<>();
  private final List<Service> services = new ArrayList<>();

  @AfterEach
  void stop() {
    services.forEach(service -> service.close(Duration.ofSeconds(10)));
    brokers.forEach(TestKafka::close);
  }

  @Test
  void inOneProcessEachLearnsTheBytesThatItWouldLearnAlone() {
    TestKafka together = kafka(6 * STEP);
    start(together, Map.of());
    MODELS.forEach(model -> awaitRecords(together, model, 6 * STEP));

    assertSameAsAlone(together, 6 * STEP);
    assertThat(versions(together, "vision-slow")).hasSize(13);
    assertThat(versions(together, "vision-wide")).hasSize(7);
    assertThat(versions(together, "vision-wide").getLast().getSha256())
        .isNotEqualTo(versions(together, "vision").getLast().getSha256());
  }

  @Test
  void killedAtRandomMomentsEachLearnsTheSameBytes() {
    TestKafka killed = kafka(8 * STEP);
    var random = new Random(20_261_201);
    for (int kill = 1; kill <= 3; kill++) {
      List<Service> running = start(killed, Map.of());
      awaitRecords(killed, MODELS.get(random.nextInt(3)), 2 * kill * STEP);
      // Without patience: whatever is in hand, a batch or an open transaction, is left behind.
      running.forEach(service -> service.close(Duration.ZERO));
    }
    start(killed, Map.of());
    MODELS.forEach(model -> awaitRecords(killed, model, 8 * STEP));

    assertSameAsAlone(killed, 8 * STEP);
  }

  @Test
  void severalProcessesShareTheModelsAndTakeThemOver() {
    TestKafka kafka = kafka(2 * STEP);
    List<Service> first = start(kafka, Map.of("vision.models", "vision-slow,vision"));
    assertThat(first).extracting(Service::name).containsExactly("vision", "vision-slow");
    List<Service> second = start(kafka, Map.of("vision.models", "vision-wide"));
    assertThat(second).extracting(Service::name).containsExactly("vision-wide");
    MODELS.forEach(model -> awaitRecords(kafka, model, 2 * STEP));

    first.forEach(service -> service.close(Duration.ofSeconds(10)));
    send(kafka, 2 * STEP, 4 * STEP);
    awaitRecords(kafka, "vision-wide", 4 * STEP);
    assertThat(versions(kafka, "vision").getLast().getRecords()).isEqualTo(2 * STEP);
    start(kafka, Map.of("vision.models", "vision,vision-slow"));
    MODELS.forEach(model -> awaitRecords(kafka, model, 4 * STEP));

    assertSameAsAlone(kafka, 4 * STEP);
  }

  @Test
  void allCloseTheirStepsAtTheMarkersOfTheModelWithoutAVariant() {
    TestKafka kafka = kafka(20);

    start(kafka, Map.of("vision.step.idle.ms", "100", "vision.rehearsal.passes", "0"));
    MODELS.forEach(model -> awaitRecords(kafka, model, 20));

    assertThat(
            kafka.committed(kafka.topics().imageExamples().name()).stream()
                .filter(record -> ControlRecords.isMarker(record.headers(), record.value())))
        .hasSize(1);
    MODELS.forEach(model -> assertThat(versions(kafka, model)).as(model).hasSizeBetween(2, 3));
  }

  @Test
  void whatAVariantHasRehearsedIsProvedFromTheLog() {
    TestKafka kafka = kafka(20);
    start(kafka, Map.of("vision.step.idle.ms", "100", "vision.rehearsal.passes", "30"));
    TestKafka.await(
        "rehearsals",
        () -> versions(kafka, "vision-wide").size() > 2 && versions(kafka, "vision").size() > 2);
    services.forEach(service -> service.close(Duration.ofSeconds(10)));

    var wide = new ModelName("vision", "wide");
    Settings own = ModelVariants.settings(kafka.settings(settings(Map.of())), wide);
    var verification =
        new ModelVerification(
            own, "vision-wide", given -> VisionService.MODELS.trainer().trainer(given, wide));

    assertThat(verification.verify(versions(kafka, "vision-wide").getLast().getVersion(), _ -> {}))
        .extracting(ModelVerification.Finding::result)
        .containsOnly(ModelVerification.Result.PROVED);
  }

  @Test
  void theMetersOfEachCarryItsName() {
    TestKafka kafka = kafka(STEP);
    Settings settings =
        kafka.settings(settings(Map.of("http.port", "0", "http.host", "127.0.0.1")));

    try (var host = ServiceHost.start(settings, VisionService.TYPE.createAll().apply(settings))) {
      MODELS.forEach(model -> awaitRecords(kafka, model, STEP));
      TestKafka.await(
          "the count of the last commit",
          () ->
              MODELS.stream()
                  .allMatch(model ->
                      host.metrics()
                          .scrape()
                          .contains("millrace_records_in_total{service=\"" + model + "\"} 32.0")));

      String scrape = host.metrics().scrape();
      for (String model : MODELS) {
        assertThat(scrape)
            .contains("millrace_vision_images_total{model=\"" + model + "\"} 32.0")
            .contains("millrace_trainer_active{model=\"" + model + "\",service=\"" + model + "\"}")
            .contains(
                "millrace_prequential_loss{model=\"" + model + "\",service=\"" + model + "\"}")
            .contains("millrace_service_health{health=\"ready\",service=\"" + model + "\"}");
      }
    }
  }

  @Test
  void aBadSettingOfAVariantIsRefusedByItsName() {
    assertThatThrownBy(() -> created(Map.of("vision.wide.hidden", "0")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("vision-wide")
        .hasMessageContaining("vision.wide.hidden");
    assertThatThrownBy(() -> created(Map.of("vision.models", "vision,vision-fast")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("vision.models: there is no model vision-fast")
        .hasMessageContaining("vision, vision-wide, vision-slow");
    assertThatThrownBy(() -> created(Map.of("vision.variants", "replay")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("vision.variants");
  }

  @Test
  void aChangedSettingAgainstTheCheckpointOfAVariantIsNamedAsTheVariants() {
    TestKafka kafka = kafka(STEP);
    List<Service> first = start(kafka, Map.of("vision.models", "vision-wide"));
    awaitRecords(kafka, "vision-wide", STEP);
    first.forEach(service -> service.close(Duration.ofSeconds(10)));

    Service second =
        start(kafka, Map.of("vision.models", "vision-wide", "vision.wide.hidden", "24")).getFirst();

    TestKafka.await("the refusal", () -> second.health() == Service.Health.FAILED);
    assertThat(second.failure())
        .contains("the setting vision.wide.hidden is 24", "trained with 16")
        .contains("millrace models reset vision-wide");
    services.clear();
  }

  @Test
  void theHeapOfAllIsNeeded() {
    Map<String, String> alone = Map.of("vision.variants", "");
    long one = bytes(alone);

    assertThat(bytes(Map.of("vision.variants", "same"))).isEqualTo(2 * one);
    assertThat(bytes(Map.of("vision.variants", "same", "vision.models", "vision-same")))
        .isEqualTo(one);
    assertThat(
            VisionService.TYPE.heap().apply(Settings.of(settings(Map.of()))).stream()
                .map(HeapRequirement::setting))
        .contains("vision.hidden", "vision.wide.hidden")
        .doesNotHaveDuplicates();
  }

  private static long bytes(Map<String, String> more) {
    return VisionService.TYPE.heap().apply(Settings.of(settings(more))).stream()
        .mapToLong(HeapRequirement::bytes)
        .sum();
  }

  private void assertSameAsAlone(TestKafka together, int records) {
    for (String model : MODELS) {
      Map<String, String> own = new HashMap<>(BarImages.SETTINGS);
      own.put("vision.step.idle.ms", "0");
      overrides(model).forEach((name, value) -> own.put("vision." + name, value));
      TestKafka alone = kafka(records);
      Service service = VisionService.TYPE.create().apply(alone.settings(own));
      services.add(service);
      service.start();
      awaitRecords(alone, "vision", records);
      assertThat(learned(versions(together, model)))
          .as(model)
          .isEqualTo(learned(versions(alone, "vision")));
    }
  }

  /** All of each version except its name and where it was learned. */
  private static List<Object> learned(List<ModelManifest> versions) {
    return versions.stream()
        .<Object>map(it ->
            List.of(
                it.getVersion(),
                it.getSha256(),
                it.getRecords(),
                it.getExamples(),
                new TreeMap<>(it.getSettings()),
                new TreeMap<>(it.getMetrics())))
        .toList();
  }

  private static Map<String, String> overrides(String model) {
    return switch (model) {
      case "vision-wide" -> WIDE;
      case "vision-slow" -> SLOW;
      default -> Map.of();
    };
  }

  private static Map<String, String> settings(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(BarImages.SETTINGS);
    all.put("vision.step.idle.ms", "0");
    all.put("vision.variants", "wide,slow");
    WIDE.forEach((name, value) -> all.put("vision.wide." + name, value));
    SLOW.forEach((name, value) -> all.put("vision.slow." + name, value));
    all.putAll(more);
    return all;
  }

  private static List<Service> created(Map<String, String> more) {
    return VisionService.TYPE.createAll().apply(Settings.of(settings(more)));
  }

  private List<Service> start(TestKafka kafka, Map<String, String> more) {
    List<Service> started = VisionService.TYPE.createAll().apply(kafka.settings(settings(more)));
    services.addAll(started);
    started.forEach(Service::start);
    return started;
  }

  private TestKafka kafka(int images) {
    var kafka = new TestKafka();
    brokers.add(kafka);
    send(kafka, 0, images);
    return kafka;
  }

  private static void send(TestKafka kafka, int from, int to) {
    BarImages.send(kafka, from, to);
  }

  private void awaitRecords(TestKafka kafka, String model, long count) {
    TestKafka.await(
        count + " records of " + model,
        () -> {
          services.forEach(service -> assertThat(service.failure()).as(service.name()).isEmpty());
          return versions(kafka, model).stream().anyMatch(it -> it.getRecords() >= count);
        });
  }

  private static List<ModelManifest> versions(TestKafka kafka, String model) {
    return ModelReader.manifests(kafka.settings(Map.of())).stream()
        .filter(it -> it.getModel().equals(model))
        .toList();
  }
}
