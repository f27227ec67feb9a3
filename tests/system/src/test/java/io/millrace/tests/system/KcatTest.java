package io.millrace.tests.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.testing.Await;
import io.millrace.runtime.testing.InstalledProgram;
import io.millrace.runtime.testing.KafkaTestClient;
import io.millrace.runtime.testing.SampleImages;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.schemas.avro.Prediction;
import io.millrace.topics.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Records of a client that is not written in Java, Debian's kcat: without headers, and with another
 * partitioner, so that two records of one key can be in two partitions.
 */
@ExtendWith(SharedMillrace.Extension.class)
final class KcatTest {

  private static final int KEYS = 12;
  private static final String BARE = "image/images-\\d+-\\d+";
  private static final Topic<String, DocumentVector> VECTORS =
      KafkaTestClient.TOPICS.documentVectors();

  @TempDir private Path folder;

  @Test
  void aBarePngIsPredictedAndReconstructed(SharedMillrace up) throws Exception {
    Path file = Files.write(folder.resolve("picture.png"), SampleImages.png(7));
    int before = bareOnes(up.client().values(KafkaTestClient.TOPICS.predictions())).size();

    kcat(up, KafkaTestClient.TOPICS.images(), "", file.toString());

    List<Prediction> answers =
        bareOnes(
            up.client()
                .awaitValues(
                    KafkaTestClient.TOPICS.predictions(),
                    "the answer to a bare PNG",
                    all -> bareOnes(all).size() > before));
    String subject = answers.getLast().getSubject();
    String id = subject.substring("image/".length());
    Await.until(
        "its reconstruction",
        () ->
            up.client().read(KafkaTestClient.TOPICS.reconstructions()).stream()
                .anyMatch(it -> isPngUnder(it, id)));
  }

  @Test
  void aLineOfPlainTextGetsAVectorAndAPrediction(SharedMillrace up) throws Exception {
    kcat(
        up,
        KafkaTestClient.TOPICS.documents(),
        "kcat-line:the miller grinds the corn\n",
        "-K",
        ":");

    assertThat(up.client().awaitPredictions(List.of("document/kcat-line"))).isNotEmpty();
    var vectors = up.client().read(VECTORS);
    assertThat(newest(vectors, "kcat-line").orElseThrow().getTerms()).contains("miller", "corn");
  }

  @Test
  void aNewRevisionReplacesADocumentInAnotherPartition(SharedMillrace up) throws Exception {
    var lines = new StringBuilder();
    for (int i = 0; i < KEYS; i++) {
      up.client()
          .send(KafkaTestClient.TOPICS.documents(), "replaced-" + i, "an oldword of " + i)
          .get();
      lines.append("replaced-").append(i).append(":a newword of ").append(i).append('\n');
    }

    kcat(up, KafkaTestClient.TOPICS.documents(), lines.toString(), "-K", ":");

    Await.until(
        "all replaced",
        () -> {
          var vectors = up.client().read(VECTORS);
          return IntStream.range(0, KEYS).allMatch(i -> has(vectors, "replaced-" + i, "newword"));
        });
    var vectors = up.client().read(VECTORS);
    assertThat(
            IntStream.range(0, KEYS).mapToObj(i -> newest(vectors, "replaced-" + i).orElseThrow()))
        .allSatisfy(vector -> assertThat(vector.getTerms()).doesNotContain("oldword"));
    // Otherwise this would test Java's partitioner only.
    assertThat(placesOfReplaced(up.client())).anyMatch(partitions -> partitions.size() > 1);
  }

  @Test
  void anImageIsJoinedWithALabelInAnotherPartition(SharedMillrace up) throws Exception {
    List<String> subjects = new ArrayList<>();
    var lines = new StringBuilder();
    for (int i = 0; i < KEYS; i++) {
      up.client().send(KafkaTestClient.TOPICS.images(), "labelled-" + i, SampleImages.png(i)).get();
      subjects.add("image/labelled-" + i);
      lines
          .append("image/labelled-")
          .append(i)
          .append(':')
          .append(SampleImages.label(i))
          .append('\n');
    }

    kcat(up, KafkaTestClient.TOPICS.labels(), lines.toString(), "-K", ":");

    up.client()
        .awaitValues(
            KafkaTestClient.TOPICS.imageExamples(),
            "labelled images",
            all ->
                all.stream()
                        .filter(it -> subjects.contains(it.getSubject()))
                        .filter(it -> it.getLabel() != null)
                        .count()
                    == KEYS);
  }

  /** Predictions of images that were sent without a key, in order. */
  private static List<Prediction> bareOnes(List<Prediction> all) {
    return all.stream().filter(it -> it.getSubject().matches(BARE)).toList();
  }

  private static boolean isPngUnder(ConsumerRecord<byte[], byte[]> record, String id) {
    return id.equals(new String(record.key(), UTF_8)) && record.value()[1] == 'P';
  }

  private static boolean has(List<ConsumerRecord<byte[], byte[]>> vectors, String id, String term) {
    return newest(vectors, id).filter(vector -> vector.getTerms().contains(term)).isPresent();
  }

  private static Optional<DocumentVector> newest(
      List<ConsumerRecord<byte[], byte[]>> vectors, String id) {
    return vectors.stream()
        .filter(it -> id.equals(new String(it.key(), UTF_8)) && it.value() != null)
        .reduce((first, second) -> second)
        .map(it -> VECTORS.values().deserializer().deserialize(VECTORS.name(), it.value()));
  }

  /** For each replaced document, the partitions that have its records. */
  private static Collection<Set<Integer>> placesOfReplaced(KafkaTestClient client) {
    return client.read(KafkaTestClient.TOPICS.documents()).stream()
        .filter(it -> new String(it.key(), UTF_8).startsWith("replaced-"))
        .collect(
            Collectors.groupingBy(
                it -> new String(it.key(), UTF_8),
                Collectors.mapping(ConsumerRecord::partition, Collectors.toSet())))
        .values();
  }

  private static void kcat(SharedMillrace up, Topic<?, ?> topic, String input, String... more)
      throws IOException, InterruptedException {
    List<String> arguments =
        new ArrayList<>(List.of("-P", "-b", up.bootstrap(), "-t", topic.name()));
    arguments.addAll(List.of(more));
    InstalledProgram.required("kcat").run(input.getBytes(UTF_8), arguments);
  }
}
