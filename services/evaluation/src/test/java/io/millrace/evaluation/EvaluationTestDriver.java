package io.millrace.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.runtime.models.ModelKey;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.ClassScore;
import io.millrace.schemas.avro.Evaluation;
import io.millrace.schemas.avro.ImageExample;
import io.millrace.schemas.avro.InputRange;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.Prediction;
import io.millrace.schemas.avro.Scope;
import io.millrace.schemas.avro.Source;
import io.millrace.topics.Topic;
import io.millrace.topics.Topics;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/** The evaluation without a broker: records in, evaluations out. */
final class EvaluationTestDriver implements AutoCloseable {

  static final Topics TOPICS = new Topics("");
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  static final EvaluationConfig CONFIG =
      new EvaluationConfig(Duration.ofSeconds(10), Duration.ofHours(1), Duration.ofSeconds(1));
  static final String MODEL = "vision";

  final EvaluationStats figures = new EvaluationStats();
  final TestInputTopic<byte[], byte[]> labels;
  final TestInputTopic<byte[], byte[]> imageExamples;
  final TestOutputTopic<byte[], byte[]> letters;

  private final TopologyTestDriver kafka;
  private final TestInputTopic<String, Prediction> predictions;
  private final TestInputTopic<String, byte[]> models;
  private final TestOutputTopic<String, Evaluation> evaluations;
  private Instant now = START;

  EvaluationTestDriver(Path folder) {
    var properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "millrace-evaluation");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
    properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    kafka =
        new TopologyTestDriver(
            EvaluationService.topology(CONFIG, TOPICS, figures), properties, START);
    predictions = input(TOPICS.predictions());
    models = input(TOPICS.models());
    labels =
        kafka.createInputTopic(
            TOPICS.labels().name(), new ByteArraySerializer(), new ByteArraySerializer());
    imageExamples =
        kafka.createInputTopic(
            TOPICS.imageExamples().name(), new ByteArraySerializer(), new ByteArraySerializer());
    Topic<String, Evaluation> out = TOPICS.evaluations();
    evaluations =
        kafka.createOutputTopic(out.name(), out.keys().deserializer(), out.values().deserializer());
    letters =
        kafka.createOutputTopic(
            TOPICS.deadLetters().name(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private <K, V> TestInputTopic<K, V> input(Topic<K, V> topic) {
    return kafka.createInputTopic(
        topic.name(), topic.keys().serializer(), topic.values().serializer());
  }

  /** Lets time pass for the records that come after. */
  void pass(Duration time) {
    now = now.plus(time);
  }

  /** Anything on any topic. */
  void send(Topic<?, ?> topic, byte[] key, byte[] value) {
    kafka
        .createInputTopic(topic.name(), new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput(key, value, now);
  }

  /** A version predicts that image {@code id}, which lay at offset {@code id}, is a 7. */
  void predicted(int id, long version, String givenLabel) {
    var prediction =
        new Prediction(
            "image/" + id,
            "7",
            0.75,
            List.of(new ClassScore("7", 0.75, 1.1), new ClassScore("1", 0.25, 0.0)),
            MODEL,
            version,
            null,
            givenLabel,
            source(id),
            null);
    predictions.pipeInput(Integer.toString(id), prediction, now);
  }

  void label(int id, String label) {
    byte[] value = AvroCodec.of(Label.class).encode(new Label("image/" + id, label));
    labels.pipeInput(null, value, now);
  }

  /** The next record of image-examples: the example of an image. */
  void example(int id) {
    var example = new ImageExample("image/" + id, ByteBuffer.allocate(1), null, "7", source(id));
    imageExamples.pipeInput(
        ("image/" + id).getBytes(UTF_8), AvroCodec.of(ImageExample.class).encode(example), now);
  }

  /** A version was trained on the first records of image-examples. */
  void manifest(long version, long to) {
    var manifest =
        new ModelManifest(
            MODEL,
            version,
            1,
            0,
            0L,
            "",
            to,
            List.of("1", "7"),
            List.of(new InputRange(TOPICS.imageExamples().name(), 0, 0L, to)),
            Map.of(),
            Map.of(),
            Map.of());
    models.pipeInput(ModelKey.part(MODEL, version, 0).text(), new byte[] {1}, now);
    models.pipeInput(
        ModelKey.manifest(MODEL, version).text(),
        AvroCodec.of(ModelManifest.class).encode(manifest),
        now);
  }

  private static Source source(int id) {
    return new Source("images", 0, (long) id);
  }

  /** What is published by now; records in the order of publication. */
  List<TestRecord<String, Evaluation>> published() {
    kafka.advanceWallClockTime(CONFIG.publishInterval());
    return evaluations.readRecordsToList();
  }

  /** How many were judged of each version and scope, by what is published last of every window. */
  Map<String, Long> counts() {
    Map<String, Evaluation> last = new TreeMap<>();
    published()
        .forEach(record -> {
          Evaluation it = record.value();
          last.put(it.getVersion() + " " + it.getScope() + " " + it.getWindowStart(), it);
        });
    Map<String, Long> counts = new TreeMap<>();
    last.values()
        .forEach(
            it -> counts.merge(it.getVersion() + " " + it.getScope(), it.getCount(), Long::sum));
    return counts;
  }

  static String key(long version, Scope scope) {
    return version + " " + scope;
  }

  @Override
  public void close() {
    kafka.close();
  }
}
