package io.millrace.tests.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.testing.Await;
import io.millrace.runtime.testing.KafkaTestClient;
import io.millrace.runtime.testing.MillraceProcess;
import io.millrace.runtime.testing.SampleImages;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.Pixels;
import io.millrace.topics.Topic;
import io.millrace.topics.Topics;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** An unusable record stops no service and becomes a dead letter with a reason. */
@ExtendWith(SharedMillrace.Extension.class)
final class GarbageTest {

  private static final int HUGE = 20_000;

  @Test
  void garbageOnEveryInputTopicBecomesDeadLettersAndGoodRecordsArePredicted(SharedMillrace up)
      throws Exception {
    KafkaTestClient client = up.client();
    Map<String, byte[]> sent = new HashMap<>();

    for (Topic<byte[], byte[]> topic : inputs()) {
      garbage()
          .forEach((name, value) -> {
            String key = "garbage-" + topic.name() + "-input-" + name;
            client.send(topic, key, value);
            sent.put(key, value);
          });
    }
    client.send(KafkaTestClient.TOPICS.images(), "after-garbage", SampleImages.png(1));
    client.send(KafkaTestClient.TOPICS.labels(), "image/after-garbage", "good");
    client.send(KafkaTestClient.TOPICS.documents(), "after-garbage", "a good document");
    client.flush();

    Await.until("dead letters", () -> letters(client, "-input-").size() >= sent.size());
    client.awaitPredictions(List.of("image/after-garbage", "document/after-garbage"));
    client.awaitValues(
        KafkaTestClient.TOPICS.imageExamples(),
        "the label",
        all -> all.stream().anyMatch(it -> it.getSubject().equals("image/after-garbage")));
    assertThat(letters(client, "-input-"))
        .hasSize(sent.size())
        .allSatisfy(letter -> {
          String key = new String(letter.key(), UTF_8);
          assertThat(letter.value()).as(key).isEqualTo(sent.get(key));
          assertThat(key).contains("-" + header(letter, DeadLetters.TOPIC) + "-");
          assertThat(header(letter, DeadLetters.TOPIC_ID)).matches("\\S{22}/\\S{22}");
          assertThat(header(letter, DeadLetters.OFFSET)).matches("\\d+");
          assertThat(header(letter, DeadLetters.REASON)).isNotBlank();
        });
    up.assertAlive();
  }

  @Test
  void garbageOnTopicsThatServicesWriteStopsNoServiceAndBecomesDeadLetters(
      SharedMillrace up, @TempDir Path folder) throws Exception {
    KafkaTestClient client = up.client();
    Map<String, byte[]> reported = new HashMap<>();
    for (Topic<?, ?> topic : own()) {
      garbageForServices()
          .forEach((name, value) -> {
            String key = "garbage-" + topic.name() + "-own-" + name;
            client.send(topic, key, value);
            if (isReported(topic)) {
              reported.put(key, value);
            }
          });
    }
    String manifest = "classifier/000000999999/manifest";
    client.send(KafkaTestClient.TOPICS.models(), manifest, "no manifest");
    reported.put(manifest, "no manifest".getBytes(UTF_8));
    for (Topic<?, ?> topic :
        List.of(KafkaTestClient.TOPICS.predictions(), KafkaTestClient.TOPICS.imageExamples())) {
      client.send(topic, null, "no key on " + topic.name());
    }
    client.send(KafkaTestClient.TOPICS.images(), "after-own-garbage", SampleImages.png(1));
    client.send(KafkaTestClient.TOPICS.documents(), "after-own-garbage", "a good document");
    client.flush();

    Await.until("dead letters", () -> letters(client, "-own-").size() >= reported.size() - 1);
    Await.until("letters without keys", () -> unkeyed(client).size() >= 2);
    client.awaitPredictions(List.of("image/after-own-garbage", "document/after-own-garbage"));
    var letters =
        client.read(KafkaTestClient.TOPICS.deadLetters()).stream()
            .filter(it -> it.key() != null && reported.containsKey(new String(it.key(), UTF_8)))
            .toList();
    assertThat(letters)
        .hasSize(reported.size())
        .allSatisfy(letter ->
            assertThat(letter.value()).isEqualTo(reported.get(new String(letter.key(), UTF_8))));
    assertThat(unkeyed(client))
        .containsExactlyInAnyOrder("no key on predictions", "no key on image-examples");
    startsOverIt(up, folder);
    up.assertAlive();
  }

  @Test
  void aCompressedRecordAboveTheInputLimitIsKeptUpToABound(SharedMillrace up) throws Exception {
    KafkaTestClient client = up.client();
    byte[] whole = new byte[12 << 20];
    byte[] cut = new byte[60 << 20];
    for (Topic<?, ?> topic : inputs()) {
      client.sendCompressed(topic, "garbage-" + topic.name() + "-packed-12", whole);
      client.sendCompressed(topic, "garbage-" + topic.name() + "-packed-60", cut);
    }
    client.send(KafkaTestClient.TOPICS.images(), "after-packed", SampleImages.png(1));
    client.send(KafkaTestClient.TOPICS.documents(), "after-packed", "a good document");

    client.awaitPredictions(List.of("image/after-packed", "document/after-packed"));
    Await.until("dead letters", () -> letters(client, "-packed-").size() >= 6);
    assertThat(letters(client, "-packed-12"))
        .hasSize(3)
        .allMatch(letter -> Arrays.equals(letter.value(), whole))
        .allMatch(letter -> letter.headers().lastHeader(DeadLetters.CUT) == null);
    assertThat(letters(client, "-packed-60"))
        .hasSize(3)
        .allMatch(letter -> Arrays.equals(letter.value(), new byte[9 << 20]))
        .allSatisfy(letter ->
            assertThat(header(letter, DeadLetters.CUT)).contains("value of 62914560 bytes"));
    up.assertAlive();
  }

  /** Services that read topics from the beginning skip the garbage on them. */
  private static void startsOverIt(SharedMillrace up, Path folder) throws Exception {
    try (var another =
        MillraceProcess.up(
            folder, Map.of(), "--bootstrap", up.bootstrap(), "--services", "text,scoring")) {
      another.awaitReady();
      another.terminate();
    }
  }

  private static List<Topic<?, ?>> own() {
    Topics topics = KafkaTestClient.TOPICS;
    return List.of(
        topics.documentVectors(),
        topics.documentFrequencies(),
        topics.imageExamples(),
        topics.documentExamples(),
        topics.wordVectors(),
        topics.models(),
        topics.checkpoints(),
        topics.commands(),
        topics.predictions());
  }

  /** The other topics are read only by the service that writes them, which skips garbage. */
  private static boolean isReported(Topic<?, ?> topic) {
    return !List.of("document-frequencies", "word-vectors", "checkpoints").contains(topic.name());
  }

  private static Map<String, byte[]> garbageForServices() {
    Map<String, byte[]> garbage = new LinkedHashMap<>(garbage());
    garbage.keySet().retainAll(List.of("empty", "random", "avro"));
    return garbage;
  }

  private static List<ConsumerRecord<byte[], byte[]>> letters(
      KafkaTestClient client, String which) {
    return letters(client).stream()
        .filter(it -> new String(it.key(), UTF_8).contains(which))
        .toList();
  }

  private static List<String> unkeyed(KafkaTestClient client) {
    return client.read(KafkaTestClient.TOPICS.deadLetters()).stream()
        .filter(it -> it.key() == null)
        .map(it -> new String(it.value(), UTF_8))
        .filter(it -> it.startsWith("no key on "))
        .toList();
  }

  private static List<Topic<byte[], byte[]>> inputs() {
    return List.of(
        KafkaTestClient.TOPICS.documents(),
        KafkaTestClient.TOPICS.images(),
        KafkaTestClient.TOPICS.labels());
  }

  private static List<ConsumerRecord<byte[], byte[]>> letters(KafkaTestClient client) {
    return client.read(KafkaTestClient.TOPICS.deadLetters()).stream()
        .filter(it -> it.key() != null && new String(it.key(), UTF_8).startsWith("garbage-"))
        .toList();
  }

  private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
    return new String(letter.headers().lastHeader(name).value(), UTF_8);
  }

  private static Map<String, byte[]> garbage() {
    byte[] random = new byte[1_000];
    new Random(3).nextBytes(random);
    byte[] png = SampleImages.png(0);
    Map<String, byte[]> garbage = new LinkedHashMap<>();
    garbage.put("empty", new byte[0]);
    garbage.put("random", random);
    garbage.put("truncated", Arrays.copyOf(png, png.length / 2));
    garbage.put("huge", HugePng.of(HUGE));
    garbage.put("text", "a mill ".repeat(5_000_000 / 7).getBytes(UTF_8));
    garbage.put(
        "avro", AvroCodec.of(Pixels.class).encode(new Pixels(1, 1, 1, ByteBuffer.allocate(1))));
    return garbage;
  }
}
