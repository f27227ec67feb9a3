package io.millrace.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cli.BrokerCommands;
import io.millrace.cli.CommandRun;
import io.millrace.cli.Main;
import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.models.TestModels;
import io.millrace.runtime.testing.MillraceProcess;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.avro.ClassScore;
import io.millrace.schemas.avro.NoLabelReason;
import io.millrace.schemas.avro.Prediction;
import io.millrace.schemas.avro.Source;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class WatchCommandTest {

  private final TestKafka kafka = new TestKafka();
  private final BrokerCommands broker = new BrokerCommands(kafka);
  private final ObjectMapper mapper = new ObjectMapper();

  @AfterEach
  void end() {
    kafka.close();
  }

  @Test
  void aPredictionIsOneLineWithItsAnswerOnTop() throws Exception {
    kafka.send(kafka.topics().predictions(), "image/7", prediction("cat", 3));

    CommandRun run = broker.run("watch", "predictions", "--from", "earliest", "--limit", "1");

    assertThat(run.status()).isZero();
    assertThat(run.out()).hasLineCount(1);
    JsonNode line = mapper.readTree(run.out());
    assertThat(line.path("key").asText()).isEqualTo("image/7");
    assertThat(line.path("label").asText()).isEqualTo("cat");
    assertThat(line.path("confidence").asDouble()).isEqualTo(0.75);
    assertThat(line.path("model").asText()).isEqualTo("vision");
    assertThat(line.path("version").asLong()).isEqualTo(3);
    assertThat(line.path("topic").asText()).isEqualTo(kafka.topics().predictions().name());
    assertThat(line.has("partition") && line.has("offset") && line.has("timestamp")).isTrue();
  }

  @Test
  void aPredictionWithoutALabelSaysWhyAndHowManyRecordsAreMissing() throws Exception {
    Prediction none =
        Prediction.newBuilder(prediction("cat", 0))
            .setLabel(null)
            .setConfidence(0)
            .setClasses(List.of())
            .setReason(NoLabelReason.NO_CLASS_YET)
            .build();
    kafka.send(kafka.topics().predictions(), "image/7", none);
    kafka.send(kafka.topics().predictions(), "image/8", none);

    CommandRun run = broker.run("watch", "predictions", "--from", "earliest", "--limit", "2");

    assertThat(run.out()).hasLineCount(2);
    JsonNode line = mapper.readTree(run.out().lines().findFirst().orElseThrow());
    assertThat(line.path("label").isNull()).isTrue();
    assertThat(line.path("reason").asText()).isEqualTo("NO_CLASS_YET");
    assertThat(run.err()).hasLineCount(1).contains("vision: 0 of 1,280 records until the next");
  }

  @Test
  @Timeout(60)
  void aTopicThatStaysSilentSaysHowManyRecordsItsModelsNeed() throws Exception {
    var err = new StringWriter();
    try (var executor = Executors.newSingleThreadExecutor()) {
      var status =
          executor.submit(() ->
              Main.run(
                  new PrintWriter(new StringWriter()),
                  new PrintWriter(err),
                  "watch",
                  "predictions",
                  "--limit=1",
                  "--bootstrap=" + kafka.bootstrapServers(),
                  "--set=topics.prefix=" + kafka.topics().prefix()));
      TestKafka.await("both are told", () -> err.toString().contains("vision: "));
      kafka.send(kafka.topics().predictions(), "image/7", prediction("cat", 3));

      assertThat(status.get()).isZero();
    }
    assertThat(err.toString()).contains("classifier: 0 of 512 records", "vision: 0 of 1,280");
  }

  @Test
  void aLimitAloneShowsTheLastOnesThereAre() throws Exception {
    for (int version = 0; version < 20; version++) {
      kafka.send(
          new ProducerRecord<>(
              kafka.topics().predictions().name(),
              version % 4,
              1_000L + version,
              null,
              kafka
                  .topics()
                  .predictions()
                  .values()
                  .serializer()
                  .serialize("", prediction("a", version))));
    }

    CommandRun run = broker.run("watch", "predictions", "--limit", "3");

    assertThat(run.out().lines().map(this::version)).containsExactly(17L, 18L, 19L);
  }

  @Test
  void theLastOnesAreShownThoughTheyDoNotFitIntoTheMemory(@TempDir Path folder) throws Exception {
    String documents = kafka.topics().documents().name();
    Map<String, Object> packing =
        Map.of(
            "bootstrap.servers",
            kafka.bootstrapServers(),
            "compression.type",
            "zstd",
            "max.request.size",
            10 << 20);
    try (var producer =
        new KafkaProducer<>(packing, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < 40; i++) {
        byte[] zeros = new byte[8 << 20];
        producer.send(new ProducerRecord<>(documents, i % 2, 1_000L + i, bytes("d" + i), zeros));
      }
    }

    String out =
        MillraceProcess.run(
            folder,
            List.of("-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
            "watch",
            "documents",
            "--limit=32",
            "--no-bytes",
            "--bootstrap=" + kafka.bootstrapServers(),
            "--set=topics.prefix=" + kafka.topics().prefix());

    assertThat(out.lines().map(line -> key(line)))
        .containsExactlyElementsOf(IntStream.range(8, 40).mapToObj(i -> "d" + i).toList());
  }

  @Test
  void textJsonAndPicturesAreShownAsWhatTheyAre() throws Exception {
    String documents = kafka.topics().documents().name();
    kafka.send(new ProducerRecord<>(documents, 0, bytes("a"), bytes("grün")));
    kafka.send(new ProducerRecord<>(documents, 0, bytes("b"), bytes("{\"text\":\"x\"}")));
    kafka.send(new ProducerRecord<>(documents, 0, bytes("c"), null));
    byte[] png = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 1};
    kafka.send(new ProducerRecord<>(documents, 0, bytes("d"), png));

    List<JsonNode> lines =
        lines(broker.run("watch", "documents", "--from", "earliest", "--limit", "4"));

    assertThat(lines.get(0).path("value").asText()).isEqualTo("grün");
    assertThat(lines.get(1).path("value").path("text").asText()).isEqualTo("x");
    assertThat(lines.get(2).path("value").isNull()).isTrue();
    assertThat(lines.get(3).path("value").path("contentType").asText()).isEqualTo("image/png");
    assertThat(lines.get(3).path("value").path("base64").binaryValue()).isEqualTo(png);
  }

  @Test
  void aDeadLetterHasItsOriginalBytesAndTheReason() throws Exception {
    byte[] garbage = {0, (byte) 0xff, 3};
    var record = new ConsumerRecord<>(kafka.topics().images().name(), 2, 17, bytes("k"), garbage);
    kafka.send(DeadLetters.of(kafka.topics(), "scoring", record, "", "neither PNG nor JPEG"));

    JsonNode line =
        lines(broker.run("watch", "dead-letters", "--from", "earliest", "--limit", "1")).getFirst();

    assertThat(line.path("reason").asText()).isEqualTo("neither PNG nor JPEG");
    assertThat(line.path("value").path("base64").binaryValue()).isEqualTo(garbage);
    assertThat(line.path("from").path("topic").asText()).isEqualTo(kafka.topics().images().name());
    assertThat(line.path("from").path("partition").asInt()).isEqualTo(2);
    assertThat(line.path("from").path("offset").asLong()).isEqualTo(17);
  }

  @Test
  void partsOfModelsAreShownByTheirSize() throws Exception {
    var version = TestModels.version("vision", 1, List.of("cat"), new byte[1000]);
    kafka.sendAll(TestModels.records(kafka, version));

    List<JsonNode> lines =
        lines(broker.run("watch", "models", "--from", "earliest", "--limit", "2"));

    assertThat(lines.get(0).path("value").toString()).isEqualTo("{\"sizeBytes\":1000}");
    assertThat(lines.get(1).path("model").asText()).isEqualTo("vision");
    assertThat(lines.get(1).path("classes").get(0).asText()).isEqualTo("cat");
  }

  @Test
  @Timeout(60)
  void endsWithoutAComplaintWhenItsReaderHasSeenEnough() {
    for (int version = 0; version < 3; version++) {
      kafka.send(kafka.topics().predictions(), "image/7", prediction("cat", version));
    }
    var gone = new PrintWriter(new BrokenPipe());
    var err = new StringWriter();

    int status =
        Main.run(
            gone,
            new PrintWriter(err),
            "watch",
            "predictions",
            "--from=earliest",
            "--bootstrap=" + kafka.bootstrapServers(),
            "--set=topics.prefix=" + kafka.topics().prefix());

    assertThat(status).isZero();
    assertThat(err.toString()).isEmpty();
  }

  private static final class BrokenPipe extends Writer {
    @Override
    public void write(char[] characters, int from, int length) throws IOException {
      throw new IOException("Broken pipe");
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @Test
  void anUnknownTopicIsNamedWithThoseThatThereAre() {
    CommandRun run = broker.run("watch", "predicitons");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains("predicitons").contains("predictions, reconstructions");
  }

  @Test
  void aLimitOfNothingIsWrongUsage() {
    assertThat(broker.run("watch", "predictions", "--limit", "0").status()).isEqualTo(2);
  }

  private String key(String line) {
    try {
      return mapper.readTree(line).path("key").asText();
    } catch (IOException e) {
      throw new AssertionError(line, e);
    }
  }

  private long version(String line) {
    try {
      return mapper.readTree(line).path("version").asLong();
    } catch (IOException e) {
      throw new AssertionError(line, e);
    }
  }

  private List<JsonNode> lines(CommandRun run) throws Exception {
    assertThat(run.err()).isEmpty();
    List<JsonNode> lines = new ArrayList<>();
    for (String line : run.out().lines().toList()) {
      lines.add(mapper.readTree(line));
    }
    return lines;
  }

  private static Prediction prediction(String label, long version) {
    return Prediction.newBuilder()
        .setSubject("image/7")
        .setLabel(label)
        .setConfidence(0.75)
        .setClasses(List.of(new ClassScore(label, 0.75, 1.5)))
        .setModel("vision")
        .setVersion(version)
        .setSource(new Source("images", 0, 7L))
        .build();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
