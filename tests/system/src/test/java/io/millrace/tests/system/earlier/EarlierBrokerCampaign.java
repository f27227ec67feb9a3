package io.millrace.tests.system.earlier;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.testing.Await;
import io.millrace.runtime.testing.KafkaTestClient;
import io.millrace.runtime.testing.MillraceProcess;
import io.millrace.runtime.testing.SampleImages;
import io.millrace.topics.Topics;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * All services on a broker of the earliest version of Kafka that is promised, by command: {@code
 * mvn -pl tests/system -am test -Dtest=EarlierBrokerCampaign
 * -Dsurefire.failIfNoSpecifiedTests=false}. The system property {@code kafka.broker} names another
 * version.
 */
final class EarlierBrokerCampaign {

  private static final Topics TOPICS = KafkaTestClient.TOPICS;
  private static final int EACH = 20;

  @TempDir private Path folder;

  @Test
  void allServicesWork() throws Exception {
    Map<String, String> settings = new TreeMap<>(EarlierState.SETTINGS);
    settings.put("state.directory", folder.resolve("streams").toString());
    String version = System.getProperty("kafka.broker", "4.1.1");
    try (var broker = EarlierBroker.start(version, folder);
        var client = new KafkaTestClient(broker.bootstrapServers())) {
      awaitAnswer(client);
      try (var millrace =
          MillraceProcess.up(folder, settings, "--bootstrap", broker.bootstrapServers())) {
        millrace.awaitReady();
        for (int i = 0; i < EACH; i++) {
          client.send(TOPICS.images(), "i" + i, SampleImages.png(i));
          client.send(TOPICS.labels(), "image/i" + i, SampleImages.label(i));
          client.send(TOPICS.documents(), "d" + i, EarlierStateRecording.text(i));
        }
        client.flush();
        List<String> subjects =
            IntStream.range(0, EACH)
                .boxed()
                .flatMap(i -> Stream.of("image/i" + i, "document/d" + i))
                .toList();

        assertThat(client.awaitPredictions(subjects)).hasSize(subjects.size());
        client.awaitValues(TOPICS.imageExamples(), "examples", all -> all.size() == EACH);
        Await.until(
            "a version that has learned",
            () ->
                EarlierState.newest(client, "vision")
                    .filter(it -> it.getRecords() > 0)
                    .isPresent());
        assertThat(client.read(TOPICS.deadLetters())).isEmpty();
        assertThat(millrace.terminate()).isZero();
      }
    }
  }

  private static void awaitAnswer(KafkaTestClient client) {
    Await.until(
        "a broker",
        () -> {
          try {
            return !client.admin().describeCluster().nodes().get().isEmpty();
          } catch (Exception e) {
            return false;
          }
        });
  }
}
