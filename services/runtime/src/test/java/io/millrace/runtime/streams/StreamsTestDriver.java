package io.millrace.runtime.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.topics.Topic;
import io.millrace.topics.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Properties;
import java.util.function.LongSupplier;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;

/**
 * Runs a service's topology without a broker: records in, records out, one partition each. A
 * service's driver adds its own inputs and outputs.
 */
public abstract class StreamsTestDriver implements AutoCloseable {

  public static final Topics TOPICS = new Topics("");
  public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final TopologyTestDriver kafka;
  private Instant now = START;
  private Duration passed = Duration.ZERO;

  /**
   * A running topology, its clock at {@link #START}.
   *
   * @param service the service's name
   * @param folder for the state stores
   */
  protected StreamsTestDriver(String service, Topology topology, Path folder) {
    var properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "millrace-" + service);
    properties.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
    properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    properties.put(
        StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG,
        BoundedTimestampExtractor.class.getName());
    properties.put(
        BoundedTimestampExtractor.CLOCK, (LongSupplier) () -> START.plus(passed).toEpochMilli());
    kafka = new TopologyTestDriver(topology, properties, START);
  }

  /** The Kafka Streams driver. */
  protected final TopologyTestDriver kafka() {
    return kafka;
  }

  /** The time of the records that are sent next. */
  protected final Instant now() {
    return now;
  }

  /** Lets time pass, on the wall clock and for the records that are sent next. */
  public void pass(Duration time) {
    now = now.plus(time);
    reach(START.plus(passed).plus(time));
  }

  /** Lets the wall clock reach a time; the time of the records that are sent next stays. */
  public void reach(Instant time) {
    Duration left = Duration.between(START.plus(passed), time);
    if (left.isPositive()) {
      passed = passed.plus(left);
      kafka.advanceWallClockTime(left);
    }
  }

  /** Sets the time of the records that are sent next; the wall clock stands still. */
  public void recordTime(Instant time) {
    now = time;
  }

  /** An input that takes bytes, as any producer may send them. */
  protected final TestInputTopic<byte[], byte[]> rawInput(Topic<?, ?> topic) {
    return kafka.createInputTopic(
        topic.name(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  protected final <K, V> TestInputTopic<K, V> input(Topic<K, V> topic) {
    return kafka.createInputTopic(
        topic.name(), topic.keys().serializer(), topic.values().serializer());
  }

  /** An output as bytes. */
  protected final TestOutputTopic<byte[], byte[]> rawOutput(Topic<?, ?> topic) {
    return kafka.createOutputTopic(
        topic.name(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  protected final <K, V> TestOutputTopic<K, V> output(Topic<K, V> topic) {
    return kafka.createOutputTopic(
        topic.name(), topic.keys().deserializer(), topic.values().deserializer());
  }

  public static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  @Override
  public void close() {
    kafka.close();
  }
}
