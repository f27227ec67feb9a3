package io.millrace.text.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.learning.text.analysis.Analysis;
import io.millrace.learning.text.frequencies.Corpus;
import io.millrace.learning.text.frequencies.DocumentFrequencyTable;
import io.millrace.learning.text.weighting.Weighting;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.FrequencyBlockKey;
import io.millrace.schemas.avro.Command;
import io.millrace.schemas.avro.DocumentFrequencies;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.text.config.DocumentStoreType;
import io.millrace.text.config.TextConfig;
import io.millrace.text.config.TextLimits;
import io.millrace.text.metrics.TextStats;
import io.millrace.text.records.RefreshRequest;
import io.millrace.text.state.GlobalFrequencies;
import io.millrace.text.state.LiveDocuments;
import io.millrace.topics.Topic;
import io.millrace.topics.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/** The text service without a broker: one partition, records in, vectors and dead letters out. */
public final class TextTestDriver implements AutoCloseable {

  static final Topics TOPICS = new Topics("");
  public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  static final Duration DELETIONS_KEPT = Duration.ofHours(1);
  static final Duration PUBLISH_INTERVAL = Duration.ofSeconds(1);
  static final int MAX_DOCUMENT_BYTES = 100_000;

  public final TextStats stats = new TextStats();

  private final TopologyTestDriver kafka;
  private final TestInputTopic<byte[], byte[]> documents;
  private final TestOutputTopic<String, DocumentVector> vectors;
  private final TestOutputTopic<byte[], byte[]> deadLetters;
  private final TestOutputTopic<String, DocumentFrequencies> frequencies;
  private final TestInputTopic<String, DocumentFrequencies> otherFrequencies;
  private final TestInputTopic<byte[], byte[]> commands;
  private Instant now = START;
  private long commandsSent;

  public TextTestDriver(Path folder) {
    this(folder, Weighting.SCIKIT_LEARN);
  }

  TextTestDriver(Path folder, Weighting weighting) {
    this(folder, config(weighting));
  }

  TextTestDriver(Path folder, TextConfig config) {
    this(folder, config, 1);
  }

  /**
   * As if {@code documents} had more partitions than the one that there is: documents of the others
   * go the way of those that a producer has put into a wrong one, and come back.
   */
  TextTestDriver(Path folder, TextConfig config, int partitions) {
    var properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "millrace-text");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
    properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    kafka =
        new TopologyTestDriver(
            TextTopology.build(config, TOPICS, stats, () -> partitions), properties, START);
    documents =
        kafka.createInputTopic(
            TOPICS.documents().name(), new ByteArraySerializer(), new ByteArraySerializer());
    vectors = output(TOPICS.documentVectors());
    deadLetters = output(TOPICS.deadLetters());
    Topic<String, DocumentFrequencies> topic = TOPICS.documentFrequencies();
    frequencies = output(topic);
    otherFrequencies =
        kafka.createInputTopic(
            topic.name(), topic.keys().serializer(), topic.values().serializer());
    commands =
        kafka.createInputTopic(
            TOPICS.commands().name(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  static TextConfig config(Weighting weighting) {
    return config(weighting, 1_000_000, Duration.ZERO);
  }

  static TextConfig config(Weighting weighting, int vocabulary, Duration retention) {
    return new TextConfig(
        Analysis.SCIKIT_LEARN,
        weighting,
        PUBLISH_INTERVAL,
        new TextLimits(MAX_DOCUMENT_BYTES, vocabulary, retention, DELETIONS_KEPT),
        DocumentStoreType.MEMORY);
  }

  private <K, V> TestOutputTopic<K, V> output(Topic<K, V> topic) {
    return kafka.createOutputTopic(
        topic.name(), topic.keys().deserializer(), topic.values().deserializer());
  }

  /** Lets time pass: that of the machine, and that of the records which come after. */
  void pass(Duration time) {
    now = now.plus(time);
    kafka.advanceWallClockTime(time);
  }

  public void send(byte[] key, byte[] value, Headers headers) {
    documents.pipeInput(new TestRecord<>(key, value, headers, now));
  }

  void sendAt(Instant time, byte[] key, byte[] value) {
    documents.pipeInput(new TestRecord<>(key, value, new RecordHeaders(), time));
  }

  /** A document as plain text. */
  public void text(String id, String text) {
    send(bytes(id), bytes(text), new RecordHeaders());
  }

  public void delete(String id) {
    send(bytes(id), null, new RecordHeaders());
  }

  List<TestRecord<String, DocumentVector>> vectors() {
    return vectors.readRecordsToList();
  }

  /** The value of the only record that was sent since vectors were last read. */
  DocumentVector vector() {
    var records = vectors();
    if (records.size() != 1) {
      throw new AssertionError("one vector expected: " + records);
    }
    return records.getFirst().value();
  }

  List<TestRecord<byte[], byte[]>> deadLetters() {
    return deadLetters.readRecordsToList();
  }

  /** What the only partition has published since this was last asked. */
  List<TestRecord<String, DocumentFrequencies>> frequencies() {
    return frequencies.readRecordsToList();
  }

  /** A batch of another partition, or its end. */
  void publish(FrequencyBlockKey key, DocumentFrequencies batch) {
    otherFrequencies.pipeInput(key.toString(), batch);
  }

  /** What somebody else has written to where partitions publish. */
  void publish(byte[] key, byte[] value) {
    kafka
        .createInputTopic(
            TOPICS.documentFrequencies().name(),
            new ByteArraySerializer(),
            new ByteArraySerializer())
        .pipeInput(key, value);
  }

  /** What somebody has written to where people give commands. */
  void command(byte[] value) {
    commands.pipeInput(bytes("text"), value, now);
    commandsSent++;
  }

  /** A command to weigh all documents again; returns its number. */
  long refresh() {
    long number = RefreshRequest.of(now.toEpochMilli(), commandsSent).id();
    command(AvroCodec.of(Command.class).encode(new Command("refresh", "text", Map.of())));
    return number;
  }

  /** Until everything has been published. */
  public void settle() {
    pass(PUBLISH_INTERVAL);
  }

  /** How many deletions are remembered. */
  long deletions() {
    try (var all = kafka.getTimestampedKeyValueStore(LiveDocuments.DELETION_STORE_NAME).all()) {
      long count = 0;
      for (; all.hasNext(); all.next()) {
        count++;
      }
      return count;
    }
  }

  public static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  /** What the records of {@code document-frequencies} say together. */
  public static GlobalFrequencies globalFrequencies(
      Analysis analysis, List<ConsumerRecord<byte[], byte[]>> records) {
    var global = new GlobalFrequencies(analysis, () -> 1, new TextStats());
    records.forEach(record -> global.update(record.key(), record.value()));
    return global;
  }

  /** The documents that the records of {@code document-frequencies} have counted. */
  public static Corpus corpus(Analysis analysis, List<ConsumerRecord<byte[], byte[]>> records) {
    int noPartition = 99;
    return globalFrequencies(analysis, records).corpus(noPartition, new DocumentFrequencyTable());
  }

  @Override
  public void close() {
    kafka.close();
  }
}
