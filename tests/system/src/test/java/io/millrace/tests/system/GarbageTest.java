package io.millrace.tests.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.DeadLetters;
import io.millrace.schemas.Avro;
import io.millrace.schemas.avro.Pixels;
import io.millrace.topics.Topic;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What no service can use stops nothing, and is kept whole with the reason. */
@ExtendWith(SharedUp.Extension.class)
final class GarbageTest {

  private static final int HUGE = 20_000;

  @Test
  void garbageOnEveryInputTopicIsKeptWithItsReasonAndGoodRecordsAreAnswered(SharedUp up)
      throws Exception {
    Client client = up.client();
    Map<String, byte[]> sent = new HashMap<>();

    for (Topic<byte[], byte[]> topic : inputs()) {
      garbage()
          .forEach((name, value) -> {
            String key = "garbage-" + topic.name() + "-" + name;
            client.send(topic, key, value);
            sent.put(key, value);
          });
    }
    client.send(Client.TOPICS.images(), "after-garbage", Pictures.png(1));
    client.send(Client.TOPICS.labels(), "image/after-garbage", "good");
    client.send(Client.TOPICS.documents(), "after-garbage", "a good document");
    client.flush();

    Await.until("dead letters", () -> letters(client).size() >= sent.size());
    client.awaitPredictions(List.of("image/after-garbage", "document/after-garbage"));
    client.await(
        Client.TOPICS.imageExamples(),
        "the label",
        all -> all.stream().anyMatch(it -> it.getSubject().equals("image/after-garbage")));
    assertThat(letters(client))
        .hasSize(sent.size())
        .allSatisfy(letter -> {
          String key = new String(letter.key(), UTF_8);
          assertThat(letter.value()).as(key).isEqualTo(sent.get(key));
          assertThat(key).contains("-" + header(letter, DeadLetters.TOPIC) + "-");
          assertThat(header(letter, DeadLetters.OFFSET)).matches("\\d+");
          assertThat(header(letter, DeadLetters.REASON)).isNotBlank();
        });
    up.assertAlive();
  }

  private static List<Topic<byte[], byte[]>> inputs() {
    return List.of(Client.TOPICS.documents(), Client.TOPICS.images(), Client.TOPICS.labels());
  }

  private static List<ConsumerRecord<byte[], byte[]>> letters(Client client) {
    return client.read(Client.TOPICS.deadLetters()).stream()
        .filter(it -> it.key() != null && new String(it.key(), UTF_8).startsWith("garbage-"))
        .toList();
  }

  private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
    return new String(letter.headers().lastHeader(name).value(), UTF_8);
  }

  private static Map<String, byte[]> garbage() {
    byte[] random = new byte[1_000];
    new Random(3).nextBytes(random);
    byte[] png = Pictures.png(0);
    Map<String, byte[]> garbage = new LinkedHashMap<>();
    garbage.put("empty", new byte[0]);
    garbage.put("random", random);
    garbage.put("truncated", Arrays.copyOf(png, png.length / 2));
    garbage.put("huge", HugePng.of(HUGE));
    garbage.put("text", "a mill ".repeat(5_000_000 / 7).getBytes(UTF_8));
    garbage.put("avro", Avro.of(Pixels.class).encode(new Pixels(1, 1, 1, ByteBuffer.allocate(1))));
    return garbage;
  }
}
