package io.millrace.cli.send;

import io.millrace.cli.command.FileProblem;
import io.millrace.cli.kafka.RecordSender;
import io.millrace.cli.send.rows.UnreadableFileException;
import io.millrace.topics.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/** Sends the content of files at a limited rate, until everything is sent or it is stopped. */
final class FileSender implements RecordSink {

  private static final double SECOND_NANOS = 1e9;

  /** How many refusals are shown one by one, of each kind of reason. */
  private static final long SHOWN_REFUSALS = 20;

  private final InputKind kind;
  private final String topic;
  private final RecordSender sender;
  private final Limits limits;
  private final SendProgress progress;
  private final long startNanos = System.nanoTime();
  private final SendSummary summary = new SendSummary();
  private final RepeatedIds ids = new RepeatedIds();
  private volatile boolean stopped;

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
  void run(InputFolder folder, InputReader reader, AtomicLong bytesRead) {
    folder.refusals().forEach(refusal -> reject(refusal.path().toString(), refusal.reason()));
    for (InputFile file : folder.files()) {
      if (!wantsMore()) {
        break;
      }
      send(file, reader, bytesRead);
    }
    sender.flush();
    if (ids.isFull()) {
      progress.printLine(
          "ids that occur twice were looked for among the first %,d only"
              .formatted(RepeatedIds.MOST_IDS));
    }
  }

  private void send(InputFile file, InputReader reader, AtomicLong bytesRead) {
    try (InputStream in = file.open(bytesRead)) {
      reader.read(file, in, this);
    } catch (UnreadableFileException e) {
      reject(e.where(file.path()), String.valueOf(e.getMessage()));
    } catch (IOException e) {
      reject(file.path().toString(), FileProblem.reason(e));
    }
  }

  /** Stops at the next record. May be called from any thread. */
  void stop() {
    stopped = true;
  }

  boolean stopped() {
    return stopped;
  }

  SendSummary summary() {
    return summary;
  }

  @Override
  public boolean accept(InputRecord input) {
    if (!wantsMore()) {
      return false;
    }
    String id = input.key();
    // The last label of a subject counts, so a second one corrects the first.
    if (kind != InputKind.LABELS) {
      Optional<String> before = ids.before(id, input.where());
      if (before.isPresent()) {
        rejectRepeated(id, before.get(), input.where());
        return true;
      }
    }
    throttle();
    Headers headers = input.headers(kind, System.currentTimeMillis());
    sender.send(
        new ProducerRecord<>(
            topic, null, id.getBytes(StandardCharsets.UTF_8), input.value(), headers));
    summary.sent(input);
    progress.update(summary.records());
    return wantsMore();
  }

  @Override
  public void reject(String where, String reason) {
    show(summary.refused(where, reason), where, reason);
  }

  private void rejectRepeated(String id, String first, String where) {
    show(
        summary.repeated(id, first, where),
        where,
        "the id %s occurs twice, first in %s, which is sent: give each record its own id"
            .formatted(id, first));
  }

  /** Shows the first refusals of a kind. */
  private void show(long times, String where, String reason) {
    if (times <= SHOWN_REFUSALS) {
      progress.printLine("not sent: " + where + ": " + reason);
    } else if (times == SHOWN_REFUSALS + 1) {
      progress.printLine("more are not sent for such a reason; they are counted below");
    }
  }

  private boolean wantsMore() {
    return !stopped && summary.records() < limits.limit();
  }

  private void throttle() {
    if (limits.perSecond().isEmpty()) {
      return;
    }
    long due = startNanos + (long) (summary.records() / limits.perSecond().get() * SECOND_NANOS);
    long wait = due - System.nanoTime();
    while (wait > 0 && !stopped) {
      LockSupport.parkNanos(wait);
      wait = due - System.nanoTime();
    }
  }
}
