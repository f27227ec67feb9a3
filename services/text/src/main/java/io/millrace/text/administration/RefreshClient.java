package io.millrace.text.administration;

import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.settings.CommonConfig;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.avro.Command;
import io.millrace.text.config.TextConfig;
import io.millrace.text.topology.CommandSourceProcessor;
import io.millrace.topics.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Asks the text service to weigh all live documents again, and waits until it has: the service's
 * client, for commands. For one thread.
 */
public final class RefreshClient implements AutoCloseable {

  private static final Duration LOOK_EVERY = Duration.ofMillis(200);
  private static final Duration ABSENCE = Duration.ofSeconds(60);

  private final Settings settings;
  private final Admin admin;
  private final Consumer<byte[], byte[]> positions;
  private final Consumer<byte[], byte[]> statements;
  private final ConsumerGroupPosition service;
  private final Map<TopicPartition, Long> point = new HashMap<>();
  private long lastSeen = System.nanoTime();

  private RefreshClient(Settings settings) {
    this.settings = settings;
    this.admin = KafkaClients.admin(settings);
    this.positions = KafkaClients.reader(settings);
    this.statements = KafkaClients.reader(settings);
    this.service =
        new ConsumerGroupPosition(admin, positions, settings.common().group(TextConfig.NAME));
  }

  /** Begins with where {@code documents} ends now: what is there will be counted. */
  public static RefreshClient begin(Settings settings) {
    var refresh = new RefreshClient(settings);
    try {
      refresh.point.putAll(refresh.service.ends(settings.topics().documents().name()));
      if (refresh.point.isEmpty()) {
        throw new IncompatibleStateException(
            "the topic "
                + settings.topics().documents().name()
                + " does not exist; make it with `millrace topics apply`");
      }
      return refresh;
    } catch (RuntimeException e) {
      refresh.close();
      throw e;
    }
  }

  /** Is told again and again what is waited for. */
  public interface Progress {
    /**
     * Something is still to be done.
     *
     * @param what it is, for people
     */
    void onWaiting(String what);
  }

  /** Whether an instance of the service runs. */
  public boolean isServed() {
    return service.hasMembers();
  }

  /**
   * Returns when the service has counted all documents that there were at the beginning.
   *
   * @throws IncompatibleStateException if no instance of the service runs for a minute
   */
  public void awaitCounted(Progress waiting) {
    awaitRead(point, waiting);
    // What lay in another partition than its own has been sent on by now.
    awaitRead(service.ends(byKey(settings.common())), waiting);
  }

  /** The topic by which the service sends documents to the partitions of their keys. */
  private static String byKey(CommonConfig common) {
    return common.group(TextConfig.NAME) + "-documents-by-key-repartition";
  }

  private void awaitRead(Map<TopicPartition, Long> ends, Progress waiting) {
    List<ConsumerGroupPosition.Span> before = List.of();
    while (true) {
      List<ConsumerGroupPosition.Span> left = service.left(ends);
      if (left.isEmpty() || left.equals(before) && !service.hasRecord(left)) {
        return;
      }
      long sum = left.stream().mapToLong(ConsumerGroupPosition.Span::length).sum();
      waiting.onWaiting("the text service has %,d records to read".formatted(sum));
      before = left;
      pause();
    }
  }

  /**
   * A command that was written.
   *
   * @param offset its place in {@code commands}
   * @param number by which the service tells it from others
   */
  public record Sent(long offset, long number) {}

  /** Writes the command. */
  public Sent send() {
    var ends = service.ends(settings.topics().documentFrequencies().name());
    statements.assign(ends.keySet());
    ends.forEach(statements::seek);
    Map<String, String> arguments = new TreeMap<>();
    point.forEach((at, end) -> arguments.put(at.toString(), Long.toString(end)));
    Topic<String, Command> commands = settings.topics().commands();
    Map<String, Object> client = new HashMap<>(settings.kafkaClient());
    client.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    try (var producer =
        new KafkaProducer<>(client, commands.keys().serializer(), commands.values().serializer())) {
      var command = new Command(CommandSourceProcessor.REFRESH, TextConfig.NAME, arguments);
      RecordMetadata at =
          producer.send(new ProducerRecord<>(commands.name(), TextConfig.NAME, command)).get();
      return new Sent(
          at.offset(), CommandSourceProcessor.commandNumber(at.timestamp(), at.offset()));
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  /**
   * Returns when all partitions have carried a command out, or a later one.
   *
   * @param command which this object has sent
   * @throws IncompatibleStateException if no instance of the service runs for a minute
   */
  public void awaitDone(Sent command, Progress waiting) {
    var progress = new RefreshProgress(command.number());
    int partitions = point.size();
    while (progress.done() < partitions) {
      for (ConsumerRecord<byte[], byte[]> record : statements.poll(LOOK_EVERY)) {
        progress.update(record.key(), record.value());
      }
      waiting.onWaiting(
          "weighing: %d of %d partitions have begun, %d are done"
              .formatted(progress.begun(), partitions, progress.done()));
      stillServed();
    }
  }

  private void pause() {
    stillServed();
    try {
      Thread.sleep(LOOK_EVERY);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private void stillServed() {
    long now = System.nanoTime();
    if (service.hasMembers()) {
      lastSeen = now;
    } else if (now - lastSeen > ABSENCE.toNanos()) {
      throw new IncompatibleStateException(
          "no instance of the text service has run for "
              + ABSENCE.toSeconds()
              + " seconds: start it with `millrace up --services text`");
    }
  }

  @Override
  public void close() {
    statements.close();
    positions.close();
    admin.close();
  }
}
