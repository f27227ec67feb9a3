package io.millrace.cli.send;

import io.millrace.cli.Sender;
import io.millrace.runtime.EventHeaders;
import io.millrace.topics.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Reads files and sends what is in them, at a given pace, until all is sent or it is stopped. */
final class Delivery implements Sink {

  private static final double SECOND_NANOS = 1e9;

  private final Kind kind;
  private final String topic;
  private final Sender sender;
  private final Bounds bounds;
  private final SendProgress progress;
  private final long startNanos = System.nanoTime();
  private volatile boolean stopped;
  private long sent;
  private long refused;

  /**
   * How much, how fast.
   *
   * @param limit records at most
   * @param perSecond records a second at most; empty for no bound
   */
  record Bounds(long limit, Optional<Double> perSecond) {}

  Delivery(Kind kind, Topics topics, Sender sender, Bounds bounds, SendProgress progress) {
    this.kind = kind;
    this.topic = kind.topic(topics).name();
    this.sender = sender;
    this.bounds = bounds;
    this.progress = progress;
  }

  /** Sends all; returns when it is written. */
  void run(List<InputFile> files, Reader reader, AtomicLong bytesRead) {
    for (InputFile file : files) {
      if (!wanted()) {
        break;
      }
      try (InputStream in = file.open(bytesRead)) {
        reader.read(file, in, this);
      } catch (IOException e) {
        refuse(file.path().toString(), e.getMessage() == null ? e.toString() : e.getMessage());
      }
    }
    sender.flush();
  }

  /** Ends at the next record. Safe from any thread. */
  void stop() {
    stopped = true;
  }

  boolean stopped() {
    return stopped;
  }

  long sent() {
    return sent;
  }

  long refused() {
    return refused;
  }

  @Override
  public boolean take(String key, byte[] value, String contentType) {
    if (!wanted()) {
      return false;
    }
    keepPace();
    var headers =
        EventHeaders.of(
            null, key, kind.eventType(), "cli", contentType, System.currentTimeMillis());
    sender.send(
        new ProducerRecord<>(topic, null, key.getBytes(StandardCharsets.UTF_8), value, headers));
    sent++;
    progress.at(sent);
    return wanted();
  }

  @Override
  public void refuse(String where, String reason) {
    refused++;
    progress.say("not sent: " + where + ": " + reason);
  }

  private boolean wanted() {
    return !stopped && sent < bounds.limit();
  }

  private void keepPace() {
    if (bounds.perSecond().isEmpty()) {
      return;
    }
    long due = startNanos + (long) (sent / bounds.perSecond().get() * SECOND_NANOS);
    long wait = due - System.nanoTime();
    while (wait > 0 && !stopped) {
      LockSupport.parkNanos(wait);
      wait = due - System.nanoTime();
    }
  }
}
