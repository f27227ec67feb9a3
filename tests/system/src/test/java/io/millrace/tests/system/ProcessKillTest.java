package io.millrace.tests.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.testing.Await;
import io.millrace.runtime.testing.KafkaTestClient;
import io.millrace.runtime.testing.MillraceProcess;
import io.millrace.runtime.testing.SampleImages;
import io.millrace.schemas.avro.ImageExample;
import io.millrace.schemas.avro.Prediction;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code millrace up}, including its broker, is killed while it works. */
final class ProcessKillTest {

  private static final int IMAGES = 1_500;

  /** Small, so that one transaction covers a small part of the stream. */
  private static final Map<String, String> SMALL_BATCHES =
      Map.of(
          "scoring.batch.max.records", "20",
          "vision.batch.size", "16",
          "vision.step.batches", "2");

  @TempDir private Path folder;

  @Test
  void afterKillMinusNineEveryImageIsPredictedOnceAndLearnedFromOnce() throws Exception {
    int port = MillraceProcess.freePort();
    List<String> subjects = IntStream.range(0, IMAGES).mapToObj(i -> "image/k" + i).toList();

    int answeredBefore;
    try (var first = up(port);
        var client = new KafkaTestClient("127.0.0.1:" + port)) {
      first.awaitReady();
      send(client, 0, IMAGES / 2);
      client.flush();
      answeredBefore =
          client
              .awaitValues(KafkaTestClient.TOPICS.predictions(), "an answer", all -> !all.isEmpty())
              .size();
      send(client, IMAGES / 2, IMAGES);
      first.kill();

      try (var second = up(port)) {
        second.awaitReady();
        client.flush();
        client.awaitPredictions(subjects);
        Await.until(
            "no image left",
            () -> client.lag("millrace-scoring", KafkaTestClient.TOPICS.images()) == 0);

        assertThat(answeredBefore).isBetween(1, IMAGES - 1);
        assertThat(client.values(KafkaTestClient.TOPICS.predictions()))
            .map(Prediction::getSubject)
            .containsExactlyInAnyOrderElementsOf(subjects);
        assertThat(client.read(KafkaTestClient.TOPICS.reconstructions())).hasSize(IMAGES);
        assertThat(
                client.awaitValues(
                    KafkaTestClient.TOPICS.imageExamples(),
                    "examples",
                    all -> all.size() >= IMAGES))
            .map(ImageExample::getSubject)
            .containsExactlyInAnyOrderElementsOf(subjects);
        second.assertAlive();
        assertThat(second.terminate()).isZero();
      }
    }
  }

  private MillraceProcess up(int port) throws Exception {
    return MillraceProcess.up(folder, SMALL_BATCHES, "--port", Integer.toString(port));
  }

  private static void send(KafkaTestClient client, int from, int to) {
    for (int i = from; i < to; i++) {
      client.send(KafkaTestClient.TOPICS.images(), "k" + i, SampleImages.png(i));
      client.send(KafkaTestClient.TOPICS.labels(), "image/k" + i, SampleImages.label(i));
    }
  }
}
