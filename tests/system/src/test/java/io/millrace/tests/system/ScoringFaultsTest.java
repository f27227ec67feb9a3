package io.millrace.tests.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.runtime.testing.Await;
import io.millrace.runtime.testing.KafkaTestClient;
import io.millrace.runtime.testing.MillraceProcess;
import io.millrace.runtime.testing.SampleImages;
import io.millrace.schemas.avro.Prediction;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two scoring processes on one broker, while images arrive and the model changes: one is suspended
 * longer than its session and resumes, the other is killed.
 */
final class ScoringFaultsTest {

  private static final String GROUP = "millrace-scoring";
  private static final int CHUNK = 128;

  /** Short, so that the broker notices a silent member soon. */
  private static final Map<String, String> IMPATIENT =
      Map.of("group.min.session.timeout.ms", "1000");

  private static final Map<String, String> SCORING =
      Map.of("scoring.session.timeout.ms", "3000", "scoring.batch.max.records", "10");

  @TempDir private Path folder;

  private int sent;

  @Test
  void everyImageIsPredictedOnceAlthoughScorersFreezeAndDie() throws Exception {
    try (var broker = EmbeddedBroker.start(folder.resolve("broker"), 0, IMPATIENT);
        var trainer = up(broker, "labelling,vision", MillraceProcess.SMALL_STEPS);
        var client = new KafkaTestClient(broker.bootstrapServers())) {
      trainer.awaitReady();
      try (var sleeper = up(broker, "scoring", SCORING);
          var victim = up(broker, "scoring", SCORING)) {
        sleeper.awaitReady();
        victim.awaitReady();
        Await.until("two members", () -> client.members(GROUP) == 2);
        untilAnswered(client);

        send(client);
        sleeper.suspend();
        Await.until("one member", () -> client.members(GROUP) == 1);
        untilAnswered(client);

        send(client);
        victim.kill();
        sleeper.resume();
        untilAnswered(client);
        untilAnswered(client);

        sleeper.assertAlive();
        assertThat(sleeper.terminate()).isZero();
      }
      List<Prediction> predictions = client.values(KafkaTestClient.TOPICS.predictions());
      assertThat(predictions)
          .map(Prediction::getSubject)
          .containsExactlyInAnyOrderElementsOf(subjects());
      assertThat(predictions.stream().map(Prediction::getVersion).distinct().count())
          .isGreaterThanOrEqualTo(3);
    }
  }

  @Test
  void atLeastOnceLosesNothingWhenTheScorerIsKilled() throws Exception {
    Map<String, String> atLeastOnce = new HashMap<>(SCORING);
    atLeastOnce.put("scoring.processing.guarantee", "at_least_once");
    try (var broker = EmbeddedBroker.start(folder.resolve("broker"), 0, IMPATIENT);
        var trainer = up(broker, "labelling,vision", MillraceProcess.SMALL_STEPS);
        var client = new KafkaTestClient(broker.bootstrapServers())) {
      trainer.awaitReady();
      try (var victim = up(broker, "scoring", atLeastOnce)) {
        victim.awaitReady();
        untilAnswered(client);

        send(client);
        victim.kill();
        send(client);
      }
      try (var next = up(broker, "scoring", atLeastOnce)) {
        next.awaitReady();
        client.awaitPredictions(subjects());
        assertThat(next.terminate()).isZero();
      }
      assertThat(client.values(KafkaTestClient.TOPICS.predictions()))
          .map(Prediction::getSubject)
          .containsAll(subjects());
    }
  }

  private MillraceProcess up(EmbeddedBroker broker, String services, Map<String, String> settings)
      throws Exception {
    Map<String, String> own = new HashMap<>(settings);
    own.put("state.directory", folder.resolve("streams").toString());
    return MillraceProcess.up(
        folder, own, "--bootstrap", broker.bootstrapServers(), "--services", services);
  }

  /** Sends labelled images, from which the trainer makes versions. */
  private void send(KafkaTestClient client) {
    for (int end = sent + CHUNK; sent < end; sent++) {
      client.send(KafkaTestClient.TOPICS.images(), "s" + sent, SampleImages.png(sent));
      client.send(KafkaTestClient.TOPICS.labels(), "image/s" + sent, SampleImages.label(sent));
    }
    client.flush();
  }

  private void untilAnswered(KafkaTestClient client) {
    send(client);
    client.awaitPredictions(subjects());
  }

  private List<String> subjects() {
    return IntStream.range(0, sent).mapToObj(i -> "image/s" + i).toList();
  }
}
