package io.millrace.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.runtime.models.ModelKey;
import io.millrace.runtime.testing.KafkaTestClient;
import io.millrace.topics.Topic;
import io.millrace.topics.Topics;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends the worst that a broker takes: 64 partitions, records of 8 MiB and more, without keys,
 * packed a thousandfold, on every topic that a service reads; and among them good ones, so that all
 * services have work. Runs on a thread of its own until it is closed.
 */
final class WorstInput implements AutoCloseable {

  private static final Topics TOPICS = KafkaTestClient.TOPICS;
  private static final int PARTITIONS = 64;
  private static final int MEBIBYTE = 1 << 20;

  /** Records that go on every partition at once, before the services start. */
  private static final int BACKLOG = 4;

  private static final byte[] ZEROS = new byte[8 * MEBIBYTE];

  private final KafkaProducer<byte[], byte[]> producer;
  private final Thread thread;
  private final double perSecond;
  private final Random random = new Random(1);
  private volatile boolean closing;
  private volatile long sent;
  private volatile @Nullable Exception failure;
  private int good;

  /**
   * Creates the topics and sends the backlog.
   *
   * @param perSecond records of 8 MiB a second after that
   */
  WorstInput(String bootstrap, double perSecond) throws Exception {
    this.perSecond = perSecond;
    this.producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap,
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                "zstd",
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                64 * MEBIBYTE,
                ProducerConfig.BUFFER_MEMORY_CONFIG,
                256L * MEBIBYTE),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    createTopics(bootstrap);
    for (int i = 0; i < 50; i++) {
      send(TOPICS.images(), i % PARTITIONS, null, new byte[32 * MEBIBYTE]);
    }
    for (int round = 0; round < BACKLOG; round++) {
      for (int partition = 0; partition < PARTITIONS; partition++) {
        bad(partition);
      }
    }
    producer.flush();
    thread = Thread.ofPlatform().name("worst-input").unstarted(this::run);
  }

  /** Before `topics apply`, which leaves the number of partitions as it is. */
  private static void createTopics(String bootstrap) throws Exception {
    try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      List<NewTopic> topics =
          Stream.<Topic<?, ?>>of(
                  TOPICS.images(),
                  TOPICS.documents(),
                  TOPICS.labels(),
                  TOPICS.documentVectors(),
                  TOPICS.predictions())
              .map(topic ->
                  new NewTopic(topic.name(), PARTITIONS, (short) 1)
                      .configs(Map.of("max.message.bytes", "9437184")))
              .toList();
      admin.createTopics(topics).all().get();
      // The others have one partition.
      admin
          .createTopics(
              Stream.<Topic<?, ?>>of(
                      TOPICS.imageExamples(), TOPICS.documentExamples(), TOPICS.models())
                  .map(topic -> new NewTopic(topic.name(), 1, (short) 1))
                  .toList())
          .all()
          .get();
    }
  }

  void start() {
    thread.start();
  }

  /** Records sent so far. */
  long sent() throws Exception {
    Exception failed = failure;
    if (failed != null) {
      throw failed;
    }
    return sent;
  }

  private void run() {
    try {
      while (!closing) {
        long next = System.nanoTime() + (long) (1e9 / perSecond);
        int partition = random.nextInt(PARTITIONS);
        if (sent % 2 == 0) {
          bad(partition);
        }
        good(partition);
        TimeUnit.NANOSECONDS.sleep(Math.max(0, next - System.nanoTime()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      failure = e;
    }
  }

  /**
   * What no service can use, in every topic, one of them after the other. Compacted topics take no
   * record without a key.
   */
  private void bad(int partition) throws InterruptedException, ExecutionException {
    switch ((int) (sent % 7)) {
      case 0, 1 -> send(TOPICS.images(), partition, null, ZEROS);
      case 2 -> send(TOPICS.documents(), partition, "bad" + sent, ZEROS);
      case 3 -> send(TOPICS.labels(), partition, null, objects());
      case 4 -> send(TOPICS.documentVectors(), partition, "bad" + sent, ZEROS);
      case 5 -> send(TOPICS.predictions(), partition, null, ZEROS);
      default -> {
        send(TOPICS.imageExamples(), 0, null, ZEROS);
        send(TOPICS.documentExamples(), 0, null, ZEROS);
        send(TOPICS.models(), 0, ModelKey.part("vision", 900_000_000_000L + sent, 0).text(), ZEROS);
      }
    }
  }

  /** An image of 28 × 28 and a document, with labels of a thousand characters. */
  private void good(int partition) throws InterruptedException, ExecutionException {
    String label = "l".repeat(990) + random.nextInt(20);
    int number = good++;
    String image = "i" + number;
    send(TOPICS.images(), partition, image, SampleRecords.png(number));
    send(TOPICS.labels(), partition, "image/" + image, label.getBytes(UTF_8));
    if (number % 8 == 0) {
      String document = "d" + number % 5_000;
      send(TOPICS.documents(), partition, document, text(number));
      send(TOPICS.labels(), partition, "document/" + document, label.getBytes(UTF_8));
    } else {
      send(TOPICS.documents(), partition, "s" + number % 5_000, ("corn " + number).getBytes(UTF_8));
    }
  }

  /**
   * A text of nearly the longest that is accepted: some words of its own, and one again and again.
   */
  private static byte[] text(int number) {
    byte[] text = new byte[MEBIBYTE - 1_024];
    Arrays.fill(text, (byte) ' ');
    int at = 0;
    for (int word = 0; word < 2_000; word++) {
      byte[] bytes = ("w" + number + "x" + word + " ").getBytes(UTF_8);
      System.arraycopy(bytes, 0, text, at, bytes.length);
      at += bytes.length;
    }
    for (; at + 4 < text.length; at += 4) {
      text[at] = 'm';
      text[at + 1] = 'i';
      text[at + 2] = 'l';
    }
    return text;
  }

  /** JSON that becomes many objects. */
  private static byte[] objects() {
    byte[] json = ZEROS.clone();
    byte[] object = "{\"\":0},".getBytes(UTF_8);
    json[0] = '[';
    for (int at = 1; at + object.length < json.length; at += object.length) {
      System.arraycopy(object, 0, json, at, object.length);
    }
    return json;
  }

  private void send(Topic<?, ?> topic, int partition, @Nullable String key, byte[] value)
      throws InterruptedException, ExecutionException {
    byte[] keyBytes = key == null ? null : key.getBytes(UTF_8);
    var acknowledged =
        producer.send(new ProducerRecord<>(topic.name(), partition, keyBytes, value));
    sent++;
    if (sent % 64 == 0) {
      acknowledged.get();
    }
  }

  @Override
  public void close() throws InterruptedException {
    closing = true;
    thread.interrupt();
    thread.join();
    producer.close();
  }
}
