package io.millrace.text.administration;

import static io.millrace.runtime.kafka.KafkaFutures.await;

import io.millrace.runtime.administration.ConsumerGroupPosition;
import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.avro.Command;
import io.millrace.text.config.TextConfig;
import io.millrace.text.records.RefreshRequest;
import io.millrace.topics.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Requests that the text service reweights all live documents, and waits until it has: for the
 * command {@code millrace documents refresh}.
 *
 * <ol>
 *   <li>{@link #begin} notes where {@code documents} ends.
 *   <li>{@link #awaitCounted} waits until the service has counted the documents up to there.
 *   <li>{@link #send} writes the command.
 *   <li>{@link #awaitDone} waits until every partition has published that it is done.
 * </ol>
 *
 * <p>For one thread.
 */
public final class RefreshClient implements AutoCloseable {

  private static final Duration POLL_INTERVAL = Duration.ofMillis(200);
  private static final Duration MAX_ABSENCE = Duration.ofSeconds(60);

  private final Settings settings;
  private final Admin admin;
  private final Consumer<byte[], byte[]> positions;
  private final Consumer<byte[], byte[]> frequencies;
  private final ConsumerGroupPosition service;
  private final Map<TopicPartition, Long> documentEnds = new HashMap<>();
  private long lastSeenNanos = System.nanoTime();

  private RefreshClient(Settings settings) {
    this.settings = settings;
    this.admin = KafkaClients.admin(settings);
    this.positions = KafkaClients.reader(settings);
    this.frequencies = KafkaClients.reader(settings);
    this.service =
        new ConsumerGroupPosition(admin, positions, settings.common().group(TextConfig.NAME));
  }

  /**
   * Notes where {@code documents} ends now: the documents up to there will be counted.
   *
   * @throws IncompatibleStateException if there is no such topic
   */
  public static RefreshClient begin(Settings settings) {
    var client = new RefreshClient(settings);
    try {
      String documents = settings.topics().documents().name();
      client.documentEnds.putAll(
          client.positions.endOffsets(CommittedReader.partitions(client.positions, documents)));
      return client;
    } catch (RuntimeException e) {
      client.close();
      throw e;
    }
  }

  /** Is called again and again while something is waited for. */
  public interface Progress {
    /**
     * Something is not done yet.
     *
     * @param what a sentence for people
     */
    void onWaiting(String what);
  }

  /** Whether an instance of the service runs. */
  public boolean isServed() {
    return service.hasMembers();
  }

  /**
   * Waits until the service has counted all documents that there were at the beginning.
   *
   * @throws IncompatibleStateException if no instance of the service runs for a minute
   */
  public void awaitCounted(Progress progress) {
    awaitRead(documentEnds, progress);
    // Documents of other partitions have been sent on by now.
    String byKey = settings.common().group(TextConfig.NAME) + "-documents-by-key-repartition";
    awaitRead(service.ends(byKey), progress);
  }

  private void awaitRead(Map<TopicPartition, Long> ends, Progress progress) {
    List<ConsumerGroupPosition.Span> before = List.of();
    while (true) {
      List<ConsumerGroupPosition.Span> left = service.left(ends);
      if (left.isEmpty() || left.equals(before) && !service.hasRecord(left)) {
        return;
      }
      long sum = left.stream().mapToLong(ConsumerGroupPosition.Span::length).sum();
      progress.onWaiting("the text service has %,d records to read".formatted(sum));
      before = left;
      requireServed();
      pause();
    }
  }

  /**
   * A command that was written.
   *
   * @param offset where it lies in {@code commands}
   */
  public record Sent(long offset, RefreshRequest request) {}

  /** Writes the command. */
  public Sent send() {
    var ends = service.ends(settings.topics().documentFrequencies().name());
    frequencies.assign(ends.keySet());
    ends.forEach(frequencies::seek);
    Map<String, String> arguments = new TreeMap<>();
    documentEnds.forEach((at, end) -> arguments.put(at.toString(), Long.toString(end)));
    var command = new Command(RefreshRequest.ACTION, TextConfig.NAME, arguments);
    Topic<String, Command> topic = settings.topics().commands();
    byte[] key = topic.keys().serializer().serialize(topic.name(), TextConfig.NAME);
    byte[] value = topic.values().serializer().serialize(topic.name(), command);
    try (var producer = KafkaClients.idempotent(settings)) {
      RecordMetadata at = await(producer.send(new ProducerRecord<>(topic.name(), key, value)));
      return new Sent(at.offset(), RefreshRequest.of(at.timestamp(), at.offset()));
    }
  }

  /**
   * Waits until all partitions have done what a command asks for, or a later one.
   *
   * @param command sent by this client
   * @throws IncompatibleStateException if no instance of the service runs for a minute
   */
  public void awaitDone(Sent command, Progress progress) {
    var partitions = new RefreshProgress(command.request());
    while (partitions.done() < documentEnds.size()) {
      for (ConsumerRecord<byte[], byte[]> record : frequencies.poll(POLL_INTERVAL)) {
        partitions.update(record.key(), record.value());
      }
      progress.onWaiting(
          "reweighting: %d of %d partitions have begun, %d are done"
              .formatted(partitions.begun(), documentEnds.size(), partitions.done()));
      requireServed();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_INTERVAL);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private void requireServed() {
    long now = System.nanoTime();
    if (service.hasMembers()) {
      lastSeenNanos = now;
    } else if (now - lastSeenNanos > MAX_ABSENCE.toNanos()) {
      throw new IncompatibleStateException(
          "no instance of the text service has run for "
              + MAX_ABSENCE.toSeconds()
              + " seconds: start it with `millrace up --services text`");
    }
  }

  @Override
  public void close() {
    frequencies.close();
    positions.close();
    admin.close();
  }
}
