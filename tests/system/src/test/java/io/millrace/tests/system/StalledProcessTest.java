package io.millrace.tests.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.runtime.testing.Await;
import io.millrace.runtime.testing.KafkaTestClient;
import io.millrace.runtime.testing.MillraceProcess;
import io.millrace.runtime.testing.SampleImages;
import io.millrace.schemas.avro.DocumentExample;
import io.millrace.schemas.avro.ImageExample;
import io.millrace.schemas.avro.Prediction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * All services in one process that gets no processor time while it works, as on a machine that is
 * overloaded or suspended: for longer than its transactions may stay open, and at times for longer
 * than its groups wait for it. More stalls by command: {@code mvn -pl tests/system -am test
 * -Dtest=StalledProcessTest -Dsurefire.failIfNoSpecifiedTests=false
 * -Dtest.flags=-Dcampaign.stalls=100}.
 */
final class StalledProcessTest {

  private static final int STALLS = Integer.getInteger("campaign.stalls", 2);
  private static final int CHUNK = 100;

  /** A third of the time-outs of a default installation, or less. */
  private static final Map<String, String> IMPATIENT =
      Map.of(
          "kafka.transaction.timeout.ms", "1000",
          "kafka.session.timeout.ms", "3000",
          "kafka.heartbeat.interval.ms", "1000",
          "scoring.transaction.timeout.ms", "1000",
          "scoring.session.timeout.ms", "3000",
          "vision.transaction.timeout.ms", "1000",
          "vision.session.timeout.ms", "3000",
          "classifier.transaction.timeout.ms", "1000",
          "embedding.transaction.timeout.ms", "1000");

  private static final String TEXT =
      """
      {"text": "wheels and gears number %d turn in the mill by the stream"}
      """;

  @TempDir private Path folder;

  private final Random random = new Random(Long.getLong("campaign.seed", 1));
  private final List<String> subjects = new ArrayList<>();

  @Test
  void everyRecordIsAnsweredAndLearnedFromOnceThoughTheProcessStandsStill() throws Exception {
    Map<String, String> settings = new HashMap<>(MillraceProcess.SMALL_STEPS);
    settings.putAll(IMPATIENT);
    settings.put("scoring.batch.max.records", "20");
    settings.put("images.max.pixels", "10000");
    settings.put("state.directory", folder.resolve("streams").toString());
    try (var broker =
            EmbeddedBroker.start(
                folder.resolve("broker"), 0, Map.of("group.min.session.timeout.ms", "1000"));
        var client = new KafkaTestClient(broker.bootstrapServers());
        var millrace =
            MillraceProcess.up(folder, settings, "--bootstrap", broker.bootstrapServers())) {
      millrace.awaitReady();
      for (int stall = 0; stall < STALLS; stall++) {
        send(client);
        // Any moment of the work on these records.
        Thread.sleep(random.nextInt(700));
        millrace.suspend();
        // Longer than a transaction may stay open, and at times than a session lasts.
        Thread.sleep(2_500 + random.nextInt(2_500));
        millrace.resume();
      }
      send(client);

      List<Prediction> predictions = client.awaitPredictions(subjects);
      assertThat(predictions.stream().map(Prediction::getSubject).filter(this::isImage))
          .containsExactlyInAnyOrderElementsOf(subjects.stream().filter(this::isImage).toList());
      assertThat(
              client.awaitValues(
                  KafkaTestClient.TOPICS.imageExamples(),
                  "examples",
                  all -> all.size() >= subjects.size() / 2))
          .map(ImageExample::getSubject)
          .containsExactlyInAnyOrderElementsOf(subjects.stream().filter(this::isImage).toList());
      assertThat(
              client.awaitValues(
                  KafkaTestClient.TOPICS.documentExamples(),
                  "examples",
                  all -> all.size() >= subjects.size() / 2))
          .map(DocumentExample::getSubject)
          .containsExactlyInAnyOrderElementsOf(
              subjects.stream().filter(it -> !isImage(it)).toList());
      Await.until("ready again", () -> millrace.answer("/health/ready").isPresent());
      millrace.assertAlive();
      assertThat(millrace.terminate()).isZero();
    }
  }

  private boolean isImage(String subject) {
    return subject.startsWith("image/");
  }

  private void send(KafkaTestClient client) {
    for (int i = 0; i < CHUNK; i++) {
      int number = subjects.size() / 2;
      client.send(KafkaTestClient.TOPICS.images(), "s" + number, SampleImages.png(number));
      client.send(KafkaTestClient.TOPICS.labels(), "image/s" + number, SampleImages.label(number));
      client.send(KafkaTestClient.TOPICS.documents(), "s" + number, TEXT.formatted(number));
      client.send(
          KafkaTestClient.TOPICS.labels(), "document/s" + number, SampleImages.label(number));
      subjects.add("image/s" + number);
      subjects.add("document/s" + number);
    }
    client.flush();
  }
}
