package io.millrace.labelling;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.DocumentExample;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.schemas.avro.Image;
import io.millrace.schemas.avro.ImageExample;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.avro.Source;
import io.millrace.topics.Topic;
import io.millrace.topics.Topics;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/** The labelling without a broker: one partition, records in, examples out. */
final class LabellingTestDriver implements AutoCloseable {

  static final Topics TOPICS = new Topics("");
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  static final Duration RETENTION = Duration.ofHours(1);

  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  final LabellingStats figures = new LabellingStats();
  final TestInputTopic<byte[], byte[]> images;
  final TestInputTopic<byte[], byte[]> vectors;
  final TestInputTopic<byte[], byte[]> labels;

  private final TopologyTestDriver kafka;
  private final TestOutputTopic<String, ImageExample> imageExamples;
  private final TestOutputTopic<String, DocumentExample> documentExamples;
  private Instant now = START;

  LabellingTestDriver(Path folder) {
    this(folder, Optional.empty());
  }

  LabellingTestDriver(Path folder, Optional<Duration> unlabelledAfter) {
    var properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "millrace-labelling");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
    properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    var config = new LabellingConfig(RETENTION, unlabelledAfter);
    kafka =
        new TopologyTestDriver(
            LabellingService.topology(config, TOPICS, figures), properties, START);
    images = input(TOPICS.images().name());
    vectors = input(TOPICS.documentVectors().name());
    labels = input(TOPICS.labels().name());
    imageExamples = output(TOPICS.imageExamples());
    documentExamples = output(TOPICS.documentExamples());
  }

  private TestInputTopic<byte[], byte[]> input(String name) {
    return kafka.createInputTopic(name, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private <V> TestOutputTopic<String, V> output(Topic<String, V> topic) {
    return kafka.createOutputTopic(
        topic.name(), topic.keys().deserializer(), topic.values().deserializer());
  }

  /** Lets time pass for the records that come after. */
  void pass(Duration time) {
    now = now.plus(time);
  }

  void image(String id, byte[] value, Headers headers) {
    images.pipeInput(new TestRecord<>(id == null ? null : bytes(id), value, headers, now));
  }

  /** A PNG without a label; the mark makes its bytes its own. */
  void png(String id, int mark) {
    image(id, png(mark), new RecordHeaders());
  }

  /** An Avro image with its label inside. */
  void labelledImage(String id, int mark, String label) {
    byte[] value =
        AvroCodec.of(Image.class).encode(new Image(ByteBuffer.wrap(png(mark)), null, label));
    image(id, value, new RecordHeaders());
  }

  void vector(String id, DocumentVector vector) {
    byte[] value = vector == null ? null : AvroCodec.of(DocumentVector.class).encode(vector);
    vectors.pipeInput(new TestRecord<>(bytes(id), value, new RecordHeaders(), now));
  }

  /** A weighed document that lay at an offset of partition 2. */
  static DocumentVector weighed(long offset, String label, boolean refresh) {
    return new DocumentVector(
        List.of("fox", "red"),
        List.of(0.6, 0.8),
        7L,
        "scikit-learn",
        false,
        refresh,
        label,
        new Source("documents", 2, offset));
  }

  void label(String subject, String label) {
    byte[] value = AvroCodec.of(Label.class).encode(new Label(subject, label));
    labels.pipeInput(new TestRecord<>(bytes("any"), value, new RecordHeaders(), now));
  }

  List<TestRecord<String, ImageExample>> imageExamples() {
    return imageExamples.readRecordsToList();
  }

  List<TestRecord<String, DocumentExample>> documentExamples() {
    return documentExamples.readRecordsToList();
  }

  static byte[] png(int mark) {
    return ByteBuffer.allocate(PNG.length + 4).put(PNG).putInt(mark).array();
  }

  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  @Override
  public void close() {
    kafka.close();
  }
}
