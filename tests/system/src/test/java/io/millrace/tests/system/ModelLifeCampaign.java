package io.millrace.tests.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.runtime.testing.KafkaTestClient;
import io.millrace.runtime.testing.MillraceProcess;
import io.millrace.runtime.testing.SampleImages;
import io.millrace.schemas.avro.Prediction;
import io.millrace.schemas.avro.ServingDecision;
import io.millrace.schemas.avro.ServingReason;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three models of one kind learn from the same images in one process: the one of the service's name
 * and {@code idle} learn next to nothing, {@code quick} learns. Rules choose who answers, and the
 * process is killed while they do. Takes some minutes, so by command: {@code mvn -pl tests/system
 * -am test -Dtest=ModelLifeCampaign -Dsurefire.failIfNoSpecifiedTests=false}.
 */
final class ModelLifeCampaign {

  private static final int CHUNK = 64;
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String QUICK = "vision-quick";

  /** Short, so that the broker notices soon that a member is gone. */
  private static final Map<String, String> IMPATIENT =
      Map.of("group.min.session.timeout.ms", "1000");

  @TempDir private Path folder;

  private final Map<String, String> settings = new HashMap<>(MillraceProcess.SMALL_STEPS);
  private final List<ServingDecision> decisions = new ArrayList<>();
  private int sent;

  @BeforeEach
  void setUp() {
    settings.putAll(
        Map.of(
            "vision.variants", "quick,idle",
            "vision.learning.rate", "1e-9",
            "vision.quick.learning.rate", "0.001",
            "vision.idle.seed", "7",
            "vision.hidden", "32",
            "scoring.vision.serving", "gated",
            "scoring.batch.max.records", "20",
            "evaluation.window.ms", "1000",
            "evaluation.publish.interval.ms", "200"));
    settings.putAll(
        Map.of(
            "images.max.pixels", "10000",
            "vision.models.retain", "20",
            "state.directory", folder.resolve("streams").toString(),
            "vision.session.timeout.ms", "3000",
            "scoring.session.timeout.ms", "3000",
            "scoring.promotion.labels", "100",
            "scoring.promotion.hold.labels", "100",
            "scoring.fallback.labels", "50"));
  }

  @Test
  void theBetterVariantIsPromotedAWorseVersionRolledBackAndNothingIsLostOrRepeated()
      throws Exception {
    try (var broker = EmbeddedBroker.start(folder.resolve("broker"), 0, IMPATIENT);
        var client = new KafkaTestClient(broker.bootstrapServers())) {
      try (var first = up(broker)) {
        first.awaitReady();
        for (int chunk = 0; chunk < 4; chunk++) {
          send(client);
        }
        client.awaitValues(
            KafkaTestClient.TOPICS.predictions(), "an answer", all -> !all.isEmpty());
        first.kill();
      }
      try (var second = up(broker)) {
        second.awaitReady();
        feedUntil(client, "a promotion", () -> decided(client, ServingReason.RULE));
        long worse = newest(client, "vision");
        second.kill();

        try (var third = up(broker)) {
          third.awaitReady();
          MillraceProcess.run(
              folder,
              "models",
              "promote",
              "vision",
              Long.toString(worse),
              "--bootstrap",
              broker.bootstrapServers(),
              "-D",
              "scoring.vision.serving=gated");
          feedUntil(client, "a fall back", () -> decided(client, ServingReason.FALLBACK));
          send(client);
          List<Prediction> predictions = client.awaitPredictions(subjects());

          assertThat(predictions)
              .map(Prediction::getSubject)
              .containsExactlyInAnyOrderElementsOf(subjects());
          assertThat(rightShare(predictions, QUICK))
              .isGreaterThan(0.3 + rightShare(predictions, "vision"));
          third.assertAlive();
          assertThat(third.terminate()).isZero();
        }
      }
      assertThat(decisions).noneMatch(it -> it.getServingModel().equals("vision-idle"));
    }
  }

  private boolean decided(KafkaTestClient client, ServingReason reason) {
    decisions.clear();
    decisions.addAll(client.values(KafkaTestClient.TOPICS.servingEvents()));
    return decisions.stream()
        .anyMatch(it -> it.getReason() == reason && it.getServingModel().equals(QUICK));
  }

  private static long newest(KafkaTestClient client, String model) {
    return client.values(KafkaTestClient.TOPICS.predictions()).stream()
        .filter(it -> it.getModel().equals(model))
        .mapToLong(Prediction::getVersion)
        .max()
        .orElseThrow();
  }

  private static double rightShare(List<Prediction> predictions, String model) {
    return predictions.stream()
        .filter(it -> it.getModel().equals(model))
        .mapToInt(it -> {
          int number = Integer.parseInt(it.getSubject().substring("image/m".length()));
          return SampleImages.label(number).equals(it.getLabel()) ? 1 : 0;
        })
        .average()
        .orElseThrow();
  }

  private MillraceProcess up(EmbeddedBroker broker) throws Exception {
    return MillraceProcess.up(
        folder,
        settings,
        "--bootstrap",
        broker.bootstrapServers(),
        "--services",
        "labelling,vision,scoring,evaluation");
  }

  private void feedUntil(KafkaTestClient client, String what, BooleanSupplier condition) {
    Instant end = Instant.now().plus(PATIENCE);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).as(what + ", decisions: " + decisions).isBefore(end);
      send(client);
      client.awaitPredictions(subjects());
    }
  }

  private void send(KafkaTestClient client) {
    for (int end = sent + CHUNK; sent < end; sent++) {
      client.send(KafkaTestClient.TOPICS.images(), "m" + sent, SampleImages.png(sent));
      client.send(KafkaTestClient.TOPICS.labels(), "image/m" + sent, SampleImages.label(sent));
    }
    client.flush();
  }

  private List<String> subjects() {
    return IntStream.range(0, sent).mapToObj(i -> "image/m" + i).toList();
  }
}
