package io.millrace.tests.benchmarks.whole;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cli.dataset.LabelledImages;
import io.millrace.cli.demo.data.DemoData;
import io.millrace.cli.demo.data.GrayscaleImages;
import io.millrace.cli.demo.data.Mail;
import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.testing.MillraceProcess;
import io.millrace.schemas.avro.Prediction;
import io.millrace.tests.benchmarks.PythonScript;
import io.millrace.topics.Topic;
import io.millrace.topics.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a user sees who sends a few records to {@code millrace up}, with its own settings and a
 * plain Kafka client: how soon they are answered, and how well.
 */
final class FirstHourBenchmark {

  private static final Topics TOPICS = new Topics("");
  private static final Path DATA = Path.of("..", "..", "data");
  private static final Path MNIST = DATA.resolve("mnist");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  @Test
  void twentyZerosAndTwentyOnes() throws Exception {
    DemoData data = DemoData.read(DATA);
    try (var run = new Run(folder)) {
      run.sendImages(data.training(), first(data.training(), 20, digit -> digit <= 1), true);
      run.pause(10);
      List<Integer> fresh = first(data.heldOut(), 100, digit -> digit <= 1);
      run.sendImages(data.heldOut(), fresh, false);
      Map<String, Prediction> answers = run.answers(fresh.stream().map(i -> "image/new-" + i));
      long right =
          fresh.stream()
              .filter(i -> data.heldOut().label(i).equals(answers.get("image/new-" + i).getLabel()))
              .count();
      report("20 zeros, 20 ones: of fresh ones right, 10 s later", (double) right / fresh.size());
    }
  }

  @Test
  void tenImagesOfEachDigit() throws Exception {
    DemoData data = DemoData.read(DATA);
    List<Integer> chosen = first(data.training(), 10, digit -> true);
    String numbers = chosen.stream().map(String::valueOf).collect(Collectors.joining(","));
    String peer = PythonScript.run("few_images.py", MNIST.toString(), numbers).strip();
    System.out.println("PyTorch after 100, 200, 400 updates of the same 100 images: " + peer);
    try (var run = new Run(folder)) {
      run.sendImages(data.training(), chosen, true);
      Instant sent = Instant.now();
      run.pause(30);
      run.versions("vision", sent, version -> HeldOutDigits.accuracy(version, data.heldOut()));
    }
  }

  @Test
  void twentyOfEachKindOfMail() throws Exception {
    DemoData data = DemoData.read(DATA);
    List<Mail> few = new ArrayList<>();
    for (String label : List.of("spam", "ham")) {
      data.mails().stream().filter(it -> it.label().equals(label)).limit(20).forEach(few::add);
    }
    List<Mail> next = data.mails().stream().filter(it -> !few.contains(it)).limit(200).toList();
    try (var run = new Run(folder)) {
      for (Mail mail : few) {
        run.send(TOPICS.documents(), mail.id(), json(mail, true));
      }
      run.flush();
      run.pause(10);
      for (Mail mail : next) {
        run.send(TOPICS.documents(), mail.id(), json(mail, false));
      }
      Map<String, Prediction> answers =
          run.answers(next.stream().map(mail -> "document/" + mail.id()));
      long right =
          next.stream()
              .filter(it -> it.label().equals(answers.get("document/" + it.id()).getLabel()))
              .count();
      report("20 spam, 20 ham: of the next 200 right, 10 s later", right / 200.0);
    }
  }

  private static byte[] json(Mail mail, boolean labelled) throws IOException {
    Map<String, String> fields = new HashMap<>();
    fields.put("text", mail.text());
    if (labelled) {
      fields.put("label", mail.label());
    }
    return JSON.writeValueAsBytes(fields);
  }

  /** The first images of each wanted digit, in the order of the set. */
  private static List<Integer> first(LabelledImages images, int ofEach, IntPredicate wanted) {
    int[] taken = new int[10];
    return IntStream.range(0, images.count())
        .filter(i -> {
          int digit = Integer.parseInt(images.label(i));
          return wanted.test(digit) && taken[digit]++ < ofEach;
        })
        .boxed()
        .toList();
  }

  private static void report(String what, double value) {
    System.out.printf("%s: %.4f%n", what, value);
  }

  /** A measure of a model. */
  private interface Measure {
    double of(ModelVersion version);
  }

  /** A running {@code millrace up} and a client. */
  private static final class Run implements AutoCloseable {

    private final String bootstrap;
    private final MillraceProcess millrace;
    private final KafkaProducer<byte[], byte[]> producer;

    Run(Path folder) throws Exception {
      int port = MillraceProcess.freePort();
      bootstrap = "127.0.0.1:" + port;
      millrace =
          MillraceProcess.up(folder, List.of("-Xmx2g"), Map.of(), "--port", Integer.toString(port));
      millrace.awaitReady();
      producer =
          new KafkaProducer<>(
              Map.of("bootstrap.servers", bootstrap),
              new ByteArraySerializer(),
              new ByteArraySerializer());
    }

    void send(Topic<?, ?> topic, String key, byte[] value) {
      producer.send(new ProducerRecord<>(topic.name(), key.getBytes(UTF_8), value));
    }

    void flush() {
      producer.flush();
    }

    /** PNG images; their labels on a topic of their own. */
    void sendImages(LabelledImages images, List<Integer> numbers, boolean labelled) {
      for (int i : numbers) {
        String id = (labelled ? "few-" : "new-") + i;
        byte[] png =
            GrayscaleImages.png(
                GrayscaleImages.grey(images.width(), images.height(), images.image(i)));
        send(TOPICS.images(), id, png);
        if (labelled) {
          send(TOPICS.labels(), "image/" + id, images.label(i).getBytes(UTF_8));
        }
      }
      flush();
    }

    /** What is measured is what a user sees after this time, whatever is ready by then. */
    void pause(int seconds) throws InterruptedException {
      Thread.sleep(Duration.ofSeconds(seconds));
    }

    /** Reports a measure of each version published since. */
    void versions(String model, Instant since, Measure measure) {
      Settings settings = Settings.of(Map.of("bootstrap.servers", bootstrap));
      for (long version = 1; ; version++) {
        Optional<ModelVersion> found = ModelReader.load(settings, model, OptionalLong.of(version));
        if (found.isEmpty()) {
          return;
        }
        if (found.get().bytes().length > 0) {
          System.out.printf(
              "version %d, %.1f s after the last record: %.4f%n",
              version,
              Duration.between(since, found.get().published()).toMillis() / 1e3,
              measure.of(found.get()));
        }
      }
    }

    /** The first answer to each subject. */
    Map<String, Prediction> answers(Stream<String> subjects) {
      Set<String> missing = new HashSet<>(subjects.toList());
      Map<String, Prediction> answers = new HashMap<>();
      try (var consumer =
          new KafkaConsumer<byte[], byte[]>(
              Map.of("bootstrap.servers", bootstrap, "isolation.level", "read_committed"),
              new ByteArrayDeserializer(),
              new ByteArrayDeserializer())) {
        List<TopicPartition> partitions =
            consumer.partitionsFor(TOPICS.predictions().name()).stream()
                .map(it -> new TopicPartition(it.topic(), it.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        while (!missing.isEmpty()) {
          millrace.assertAlive();
          for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
            Prediction prediction =
                TOPICS.predictions().values().deserializer().deserialize("", record.value());
            if (missing.remove(prediction.getSubject())) {
              answers.put(prediction.getSubject(), prediction);
            }
          }
        }
      }
      return answers;
    }

    @Override
    public void close() throws InterruptedException {
      producer.close();
      millrace.kill();
    }
  }
}
