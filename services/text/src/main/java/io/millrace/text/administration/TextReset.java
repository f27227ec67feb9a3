package io.millrace.text.administration;

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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Has the text service count all documents anew: removes its offsets, its own topics and {@code
 * document-frequencies}, and its folder on this machine. Not while an instance runs: the
 * coordinator removes no group that has members. The offsets go first, so that a reset which is cut
 * short does no harm: documents that are read again while they are counted change nothing. It can
 * be done again. For one thread.
 */
public final class TextReset implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  private final Settings settings;
  private final Admin admin;
  private final String group;

  public TextReset(Settings settings) {
    this.settings = settings;
    this.admin = KafkaClients.admin(settings);
    this.group = settings.common().group(TextConfig.NAME);
  }

  /** The topics that will be emptied: those that are there. */
  public SortedSet<String> topics() {
    SortedSet<String> names = new TreeSet<>(done(admin.listTopics().names()));
    names.removeIf(name ->
        !name.startsWith(group + "-")
            && !name.equals(settings.topics().documentFrequencies().name()));
    return names;
  }

  /** The service's folder on this machine, which will be removed if it is there. */
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
    done(admin.deleteTopics(topics).all());
    await("the brokers to delete " + topics, () -> topics().isEmpty());
    new Provisioner(admin, settings.topics().prefix()).createMissing(Catalogue.load());
    String frequencies = settings.topics().documentFrequencies().name();
    await("the brokers to make " + frequencies, () -> topics().contains(frequencies));
    removeFolder();
  }

  /**
   * Puts a tombstone in the place of every vector, so that those of documents which are not on
   * their topic any more go too: the others come again when the service starts. Not while an
   * instance runs.
   *
   * @return how many
   * @throws KafkaException if one could not be written; those before it are
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
    Map<String, Object> client = new HashMap<>(settings.kafkaClient());
    client.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    var bytes = new ByteArraySerializer();
    var failure = new AtomicReference<@Nullable Exception>();
    try (var producer = new KafkaProducer<>(client, bytes, bytes)) {
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
      done(admin.deleteConsumerGroups(List.of(group)).all());
    } catch (GroupIdNotFoundException e) {
      // It never read anything, or a reset was cut short.
    } catch (GroupNotEmptyException e) {
      throw new IncompatibleStateException(
          "an instance of the text service runs: stop all of them first; one that was killed counts"
              + " as running until its session ends, within a minute");
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

  private static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new IncompatibleStateException(
            "waited " + PATIENCE.toSeconds() + " seconds for " + what + ": reset again");
      }
      try {
        Thread.sleep(LOOK_EVERY);
      } catch (InterruptedException e) {
        throw new InterruptException(e);
      }
    }
  }

  private static <T> T done(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  @Override
  public void close() {
    admin.close();
  }
}
