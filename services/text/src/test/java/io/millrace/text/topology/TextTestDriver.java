package io.millrace.text.topology;

import io.millrace.learning.text.analysis.Analysis;
import io.millrace.learning.text.frequencies.Corpus;
import io.millrace.learning.text.frequencies.DocumentFrequencyTable;
import io.millrace.learning.text.weighting.Weighting;
import io.millrace.runtime.streams.StreamsTestDriver;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.FrequencyBlockKey;
import io.millrace.schemas.avro.Command;
import io.millrace.schemas.avro.DocumentFrequencies;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.schemas.input.InputDecoder;
import io.millrace.text.config.DocumentStoreType;
import io.millrace.text.config.TextConfig;
import io.millrace.text.config.TextLimits;
import io.millrace.text.metrics.TextStats;
import io.millrace.text.records.RefreshRequest;
import io.millrace.text.state.GlobalFrequencies;
import io.millrace.text.state.LiveDocuments;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.test.TestRecord;

/** The text topology without a broker. */
public final class TextTestDriver extends StreamsTestDriver {

  static final Duration DELETIONS_KEPT = Duration.ofHours(1);
  static final Duration PUBLISH_INTERVAL = Duration.ofSeconds(1);
  static final int MAX_DOCUMENT_BYTES = 100_000;

  public final TextStats stats;

  private final TestInputTopic<byte[], byte[]> documents;
  private final TestOutputTopic<String, DocumentVector> vectors;
  private final TestOutputTopic<byte[], byte[]> deadLetters;
  private final TestOutputTopic<String, DocumentFrequencies> frequencies;
  private final TestInputTopic<String, DocumentFrequencies> otherFrequencies;
  private final TestInputTopic<byte[], byte[]> commands;
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
   * As if {@code documents} had more partitions than the only one: documents of the others go by
   * {@code documents-by-key}, and come back.
   */
  TextTestDriver(Path folder, TextConfig config, int partitions) {
    this(
        folder,
        stats ->
            TextTopology.build(
                config,
                InputDecoder.DEFAULT,
                TOPICS,
                stats,
                () -> partitions,
                TextTestDriver::topicId));
  }

  /** The id of a topic; nobody answers for that of the commands. */
  static String topicId(String topic) {
    if (topic.equals(TOPICS.commands().name())) {
      throw new TimeoutException("no broker answers");
    }
    return "cluster/" + topic;
  }

  /** With a decoder that has settings. */
  TextTestDriver(Path folder, InputDecoder inputs) {
    this(
        folder,
        stats ->
            TextTopology.build(
                config(Weighting.SCIKIT_LEARN),
                inputs,
                TOPICS,
                stats,
                () -> 1,
                TextTestDriver::topicId));
  }

  private TextTestDriver(Path folder, Function<TextStats, Topology> topology) {
    this(folder, topology, new TextStats());
  }

  private TextTestDriver(Path folder, Function<TextStats, Topology> topology, TextStats stats) {
    super(TextConfig.NAME, topology.apply(stats), folder);
    this.stats = stats;
    documents = rawInput(TOPICS.documents());
    vectors = output(TOPICS.documentVectors());
    deadLetters = rawOutput(TOPICS.deadLetters());
    frequencies = output(TOPICS.documentFrequencies());
    otherFrequencies = input(TOPICS.documentFrequencies());
    commands = rawInput(TOPICS.commands());
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
        DocumentStoreType.MEMORY,
        List.of("site"));
  }

  public void send(byte[] key, byte[] value, Headers headers) {
    documents.pipeInput(new TestRecord<>(key, value, headers, now()));
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

  /** A block of another partition, or its tombstone. */
  void publish(FrequencyBlockKey key, DocumentFrequencies block) {
    otherFrequencies.pipeInput(key.toString(), block);
  }

  /** Any record on {@code document-frequencies}. */
  void publish(byte[] key, byte[] value) {
    rawInput(TOPICS.documentFrequencies()).pipeInput(key, value);
  }

  /** Any record on {@code commands}. */
  void command(byte[] value) {
    commands.pipeInput(bytes("text"), value, now());
    commandsSent++;
  }

  /** A command to refresh; returns the id of the request. */
  long refresh() {
    long id = RefreshRequest.of(now().toEpochMilli(), commandsSent).id();
    command(AvroCodec.of(Command.class).encode(new Command("refresh", "text", Map.of())));
    return id;
  }

  /** Until everything has been published. */
  public void awaitPublication() {
    pass(PUBLISH_INTERVAL);
  }

  /** How many deletions are remembered. */
  long deletions() {
    try (var all = kafka().getTimestampedKeyValueStore(LiveDocuments.DELETION_STORE_NAME).all()) {
      long count = 0;
      for (; all.hasNext(); all.next()) {
        count++;
      }
      return count;
    }
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
}
