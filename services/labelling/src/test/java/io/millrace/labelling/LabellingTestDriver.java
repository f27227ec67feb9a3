package io.millrace.labelling;

import io.millrace.runtime.records.ControlRecords;
import io.millrace.runtime.records.SourceTopic;
import io.millrace.runtime.streams.StreamsTestDriver;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.DocumentExample;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.schemas.avro.Image;
import io.millrace.schemas.avro.ImageExample;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.avro.Source;
import io.millrace.schemas.input.InputDecoder;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.test.TestRecord;

/** The labelling topology without a broker. */
final class LabellingTestDriver extends StreamsTestDriver {

  static final Duration RETENTION = Duration.ofHours(1);

  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  final LabellingStats stats;
  final TestInputTopic<byte[], byte[]> images;
  final TestInputTopic<byte[], byte[]> vectors;
  final TestInputTopic<byte[], byte[]> labels;

  private final TestOutputTopic<String, ImageExample> imageExamples;
  private final TestOutputTopic<String, DocumentExample> documentExamples;

  LabellingTestDriver(Path folder) {
    this(folder, Optional.empty());
  }

  LabellingTestDriver(Path folder, Optional<Duration> unlabelledAfter) {
    this(folder, new LabellingConfig(RETENTION, unlabelledAfter), new LabellingStats());
  }

  private LabellingTestDriver(Path folder, LabellingConfig config, LabellingStats stats) {
    super(
        LabellingConfig.NAME,
        LabellingService.topology(config, InputDecoder.DEFAULT, TOPICS, _ -> "", 1, stats),
        folder);
    this.stats = stats;
    images = rawInput(TOPICS.images());
    vectors = rawInput(TOPICS.documentVectors());
    labels = rawInput(TOPICS.labels());
    imageExamples = output(TOPICS.imageExamples());
    documentExamples = output(TOPICS.documentExamples());
  }

  void image(String id, byte[] value, Headers headers) {
    images.pipeInput(new TestRecord<>(id == null ? null : bytes(id), value, headers, now()));
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
    vector(id, vector, "");
  }

  /** The same, of a document in an incarnation of its topic. */
  void vector(String id, DocumentVector vector, String topicId) {
    var headers = new RecordHeaders();
    SourceTopic.put(headers, topicId);
    byte[] value = vector == null ? null : AvroCodec.of(DocumentVector.class).encode(vector);
    vectors.pipeInput(new TestRecord<>(bytes(id), value, headers, now()));
  }

  /** The vector of a document that was at an offset of partition 2. */
  static DocumentVector vectorOf(long offset, String label, boolean refresh) {
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
    label(subject, label, new RecordHeaders());
  }

  void label(String subject, String label, Headers headers) {
    byte[] value = AvroCodec.of(Label.class).encode(new Label(subject, label));
    labels.pipeInput(new TestRecord<>(bytes("any"), value, headers, now()));
  }

  /** The control record that a subject is forgotten, on the topic of its kind. */
  void forget(Subject subject) {
    var record = ControlRecords.forget("any", 0, subject);
    images.pipeInput(new TestRecord<>(record.key(), record.value(), record.headers(), now()));
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
}
