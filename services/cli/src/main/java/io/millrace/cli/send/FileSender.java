package io.millrace.cli.send;

import io.millrace.cli.kafka.RecordSender;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.topics.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Sends the content of files at a limited rate, until everything is sent or it is stopped. */
final class FileSender implements RecordSink {

  private static final double SECOND_NANOS = 1e9;

  private final InputKind kind;
  private final String topic;
  private final RecordSender sender;
  private final Limits limits;
  private final SendProgress progress;
  private final long startNanos = System.nanoTime();
  private volatile boolean stopped;
  private long sent;
  private long rejected;

  /**
   * Limits of sending.
   *
   * @param limit the maximum number of records
   * @param perSecond the maximum number of records per second; empty for no limit
   */
  record Limits(long limit, Optional<Double> perSecond) {}

  FileSender(
      InputKind kind, Topics topics, RecordSender sender, Limits bounds, SendProgress progress) {
    this.kind = kind;
    this.topic = kind.topic(topics).name();
    this.sender = sender;
    this.limits = bounds;
    this.progress = progress;
  }

  /** Sends all files; returns when all records are written. */
  void run(List<InputFile> files, InputReader reader, AtomicLong bytesRead) {
    for (InputFile file : files) {
      if (!wantsMore()) {
        break;
      }
      try (InputStream in = file.open(bytesRead)) {
        reader.read(file, in, this);
      } catch (IOException e) {
        reject(file.path().toString(), e.getMessage() == null ? e.toString() : e.getMessage());
      }
    }
    sender.flush();
  }

  /** Stops at the next record. May be called from any thread. */
  void stop() {
    stopped = true;
  }

  boolean stopped() {
    return stopped;
  }

  long sent() {
    return sent;
  }

  long rejected() {
    return rejected;
  }

  @Override
  public boolean accept(String key, byte[] value, String contentType) {
    if (!wantsMore()) {
      return false;
    }
    throttle();
    var headers =
        EventHeaders.of(
            null, key, kind.eventType(), "cli", contentType, System.currentTimeMillis());
    sender.send(
        new ProducerRecord<>(topic, null, key.getBytes(StandardCharsets.UTF_8), value, headers));
    sent++;
    progress.update(sent);
    return wantsMore();
  }

  @Override
  public void reject(String where, String reason) {
    rejected++;
    progress.printLine("not sent: " + where + ": " + reason);
  }

  private boolean wantsMore() {
    return !stopped && sent < limits.limit();
  }

  private void throttle() {
    if (limits.perSecond().isEmpty()) {
      return;
    }
    long due = startNanos + (long) (sent / limits.perSecond().get() * SECOND_NANOS);
    long wait = due - System.nanoTime();
    while (wait > 0 && !stopped) {
      LockSupport.parkNanos(wait);
      wait = due - System.nanoTime();
    }
  }
}
