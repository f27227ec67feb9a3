package io.millrace.text.administration;

import static io.millrace.runtime.kafka.KafkaFutures.await;

import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import io.millrace.text.config.TextConfig;
import io.millrace.topics.Catalogue;
import io.millrace.topics.Provisioner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Resets the text service, so that it counts all documents again: for the command {@code millrace
 * documents reset}. In this order it removes
 *
 * <ol>
 *   <li>the consumer group with its offsets; the coordinator refuses while an instance runs,
 *   <li>the internal topics of the service and {@code document-frequencies}, which is created again
 *       empty,
 *   <li>the service's folder on this machine.
 * </ol>
 *
 * <p>A reset that was interrupted can be repeated. It does no harm: documents that are read again
 * while they are counted change nothing. For one thread.
 */
public final class TextReset implements AutoCloseable {

  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(100);

  private final Settings settings;
  private final Admin admin;
  private final String group;

  public TextReset(Settings settings) {
    this.settings = settings;
    this.admin = KafkaClients.admin(settings);
    this.group = settings.common().group(TextConfig.NAME);
  }

  /** The existing topics that will be deleted or emptied. */
  public SortedSet<String> topics() {
    SortedSet<String> names = new TreeSet<>(await(admin.listTopics().names()));
    names.removeIf(name ->
        !name.startsWith(group + "-")
            && !name.equals(settings.topics().documentFrequencies().name()));
    return names;
  }

  /** The service's folder on this machine, which will be removed if it exists. */
  public Path folder() {
    return settings.common().stateDirectory().resolve(group);
  }

  /**
   * Resets; returns when topics and folder are as before the first start.
   *
   * @throws IncompatibleStateException if an instance runs, or was killed within its session
   *     time-out
   */
  public void run() {
    removeGroup();
    Set<String> topics = topics();
    await(admin.deleteTopics(topics).all());
    awaitTrue("the brokers to delete " + topics, () -> topics().isEmpty());
    new Provisioner(admin, settings.topics().prefix(), settings.common().replication())
        .createMissing(Catalogue.load().withPartitions(settings.common().topicPartitions()));
    String frequencies = settings.topics().documentFrequencies().name();
    awaitTrue("the brokers to create " + frequencies, () -> topics().contains(frequencies));
    removeFolder();
  }

  /**
   * Replaces every vector by a tombstone, so that the vectors of documents that are not on their
   * topic any more go too; the service sends the others again when it starts. Not while an instance
   * runs.
   *
   * @return the number of vectors
   * @throws KafkaException if a tombstone could not be written; those before it are
   */
  public int withdrawVectors() {
    String topic = settings.topics().documentVectors().name();
    Set<String> live = new TreeSet<>();
    CommittedReader.readStable(
        settings,
        topic,
        (document, vector, time) -> {
          if (vector == null) {
            live.remove(document);
          } else {
            live.add(document);
          }
        });
    var failure = new AtomicReference<@Nullable Exception>();
    try (var producer = KafkaClients.idempotent(settings)) {
      for (String document : live) {
        producer.send(
            new ProducerRecord<>(topic, document.getBytes(StandardCharsets.UTF_8), null),
            (_, thrown) -> failure.compareAndSet(null, thrown));
      }
      producer.flush();
    }
    Exception thrown = failure.get();
    if (thrown != null) {
      throw thrown instanceof KafkaException cause ? cause : new KafkaException(thrown);
    }
    return live.size();
  }

  private void removeGroup() {
    try {
      await(admin.deleteConsumerGroups(List.of(group)).all());
    } catch (GroupIdNotFoundException e) {
      // The service has never read anything, or an earlier reset was interrupted.
    } catch (GroupNotEmptyException e) {
      throw new IncompatibleStateException(
          "an instance of the text service runs: stop all of them first; one that was killed counts"
              + " as running until its session times out, within a minute");
    }
  }

  private void removeFolder() {
    if (!Files.exists(folder())) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder())) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + folder(), e);
    }
  }

  private static void awaitTrue(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new IncompatibleStateException(
            "waited %d seconds for %s: repeat the reset".formatted(TIMEOUT.toSeconds(), what));
      }
      try {
        Thread.sleep(POLL_INTERVAL);
      } catch (InterruptedException e) {
        throw new InterruptException(e);
      }
    }
  }

  @Override
  public void close() {
    admin.close();
  }
}
