package io.millrace.runtime.kafka;

import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.Schemas;
import io.millrace.schemas.WriterSchemas;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The compacted topic of the schemas that records are written with: keys are fingerprints, 16
 * hexadecimal digits, values the schemas as JSON.
 *
 * <ol>
 *   <li>A process writes the schemas that it will use and that are not there yet, and waits until
 *       the brokers have them, before its first record. Their writing is part of no transaction, so
 *       no reader of a record can come too early.
 *   <li>A reader that meets an unknown fingerprint reads the topic up to its present end. Only if
 *       the topic is mirrored from another cluster can a schema come later than its record:
 *       therefore a look-up in vain waits a little and looks again, at most once a minute, so that
 *       garbage with made-up fingerprints cannot hold up a reader.
 * </ol>
 *
 * <p>Connects when first asked. Safe for several threads, of which one at a time looks.
 */
public final class SchemaTopic implements WriterSchemas.Source, AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(100);

  /**
   * More than mirrors lag behind as a rule, and far less than a member of a group may be silent.
   */
  private static final Duration WAIT = Duration.ofSeconds(3);

  private static final Duration BETWEEN_WAITS = Duration.ofMinutes(1);

  /** Fingerprints that are remembered: more schemas than Millrace will ever have. */
  private static final int MAX_FINGERPRINTS = 100_000;

  private final Settings settings;
  private final String topic;
  private final TopicPartition partition;
  private final Map<Long, Long> offsets = new HashMap<>();
  private long next;
  private long waited = System.nanoTime() - BETWEEN_WAITS.toNanos();
  private @Nullable Consumer<byte[], byte[]> consumer;
  private boolean closed;

  /** The topic of a cluster; nothing is read yet. */
  public SchemaTopic(Settings settings) {
    this.settings = settings;
    this.topic = settings.topics().schemas().name();
    this.partition = new TopicPartition(topic, 0);
  }

  /** The schemas of all records that this build writes. */
  public static List<Schema> own() {
    return Stream.of(Schemas.values()).map(Schemas::schema).toList();
  }

  @Override
  public synchronized Optional<String> find(long fingerprint) {
    if (closed) {
      return Optional.empty();
    }
    try {
      Consumer<byte[], byte[]> reader = reader();
      readOn(reader);
      if (!offsets.containsKey(fingerprint) && mayWait()) {
        forget(); // The topic may have been made anew, and be longer by now than it was.
        readOn(reader);
        long deadline = System.nanoTime() + WAIT.toNanos();
        while (!offsets.containsKey(fingerprint) && System.nanoTime() < deadline) {
          Thread.sleep(POLL); // Nothing tells when a mirror has gone on.
          readOn(reader);
        }
        waited = System.nanoTime();
      }
      Optional<String> found = text(reader, fingerprint);
      if (found.isEmpty() && offsets.containsKey(fingerprint)) {
        forget(); // Another record is in its place: the topic was made anew.
        readOn(reader);
        found = text(reader, fingerprint);
      }
      return found;
    } catch (IncompatibleStateException e) {
      return Optional.empty(); // There is no topic: no build here writes schemas of its own.
    } catch (KafkaException e) {
      throw unanswered(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unanswered(e);
    }
  }

  private boolean mayWait() {
    return System.nanoTime() - waited >= BETWEEN_WAITS.toNanos();
  }

  private IllegalStateException unanswered(Exception e) {
    return new IllegalStateException(
        "a record is of a schema that this build does not know, and the topic %s cannot be read: %s"
            .formatted(topic, e.getMessage()),
        e);
  }

  /**
   * Writes the schemas that the topic does not have; returns when the brokers have them.
   *
   * @throws IncompatibleStateException if the topic does not exist
   * @throws IllegalStateException if it cannot be read or written; the message says why
   */
  public synchronized void publish(Collection<Schema> schemas) {
    try {
      readOn(reader());
      List<Schema> missing =
          schemas.stream().filter(it -> !offsets.containsKey(fingerprint(it))).toList();
      if (!missing.isEmpty()) {
        write(missing);
      }
    } catch (KafkaException e) {
      throw unwritten(e);
    }
  }

  private void write(List<Schema> schemas) {
    try (var producer = KafkaClients.idempotent(settings)) {
      List<Future<?>> sent = new ArrayList<>();
      for (Schema schema : schemas) {
        byte[] key = WriterSchemas.hex(fingerprint(schema)).getBytes(StandardCharsets.US_ASCII);
        byte[] value = schema.toString().getBytes(StandardCharsets.UTF_8);
        sent.add(producer.send(new ProducerRecord<>(topic, 0, key, value)));
      }
      producer.flush();
      for (Future<?> it : sent) {
        it.get();
      }
    } catch (ExecutionException e) {
      throw unwritten(e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unwritten(e);
    }
  }

  private IllegalStateException unwritten(Throwable e) {
    return new IllegalStateException(
        ("the schemas of this build cannot be written to the topic %s: %s; without them other"
                + " builds could not read its records: give this process the rights to read and to"
                + " write there")
            .formatted(topic, e.getMessage()),
        e);
  }

  private Consumer<byte[], byte[]> reader() {
    Consumer<byte[], byte[]> reader = consumer;
    if (reader == null) {
      reader = KafkaClients.reader(settings);
      try {
        CommittedReader.partitions(reader, topic);
      } catch (RuntimeException e) {
        reader.close();
        throw e;
      }
      reader.assign(List.of(partition));
      consumer = reader;
    }
    return reader;
  }

  /** Notes the offsets of all schemas up to the present end. */
  private void readOn(Consumer<byte[], byte[]> reader) {
    long end = reader.endOffsets(List.of(partition)).values().iterator().next();
    if (end < next) {
      forget(); // The topic was made anew.
    }
    if (end == next) {
      return;
    }
    if (next == 0) {
      reader.seekToBeginning(List.of(partition));
    } else {
      reader.seek(partition, next);
    }
    while (reader.position(partition) < end) {
      for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
        note(record);
      }
    }
    next = reader.position(partition);
  }

  private void forget() {
    offsets.clear();
    next = 0;
  }

  private void note(ConsumerRecord<byte[], byte[]> record) {
    fingerprint(record.key())
        .ifPresent(fingerprint -> {
          if (record.value() == null) {
            offsets.remove(fingerprint);
          } else if (offsets.size() < MAX_FINGERPRINTS) {
            offsets.put(fingerprint, record.offset());
          }
        });
  }

  private Optional<String> text(Consumer<byte[], byte[]> reader, long fingerprint) {
    Long offset = offsets.get(fingerprint);
    if (offset == null) {
      return Optional.empty();
    }
    reader.seek(partition, offset);
    while (reader.position(partition) <= offset) {
      for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
        if (fingerprint(record.key()).equals(Optional.of(fingerprint)) && record.value() != null) {
          return Optional.of(new String(record.value(), StandardCharsets.UTF_8));
        }
      }
    }
    return Optional.empty();
  }

  private static long fingerprint(Schema schema) {
    return SchemaNormalization.parsingFingerprint64(schema);
  }

  /** The fingerprint in a key; empty for keys of strangers. */
  private static Optional<Long> fingerprint(byte @Nullable [] key) {
    if (key == null || key.length != 2 * Long.BYTES) {
      return Optional.empty();
    }
    String digits = new String(key, StandardCharsets.US_ASCII);
    return digits.chars().allMatch(HexFormat::isHexDigit)
        ? Optional.of(HexFormat.fromHexDigitsToLong(digits))
        : Optional.empty();
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (consumer != null) {
      consumer.close();
      consumer = null;
    }
  }
}
