package io.millrace.runtime.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue of events between those who have them and the thread that writes them to a
 * client. One event too many ends the stream, and cuts its connection, since its thread may be
 * waiting for the client.
 */
final class QueuedEventStream implements EventStream {

  private static final int MAX_EVENTS = 1024;
  private static final int MAX_BYTES = 4 << 20;
  private static final byte[] KEEP_ALIVE = ":\n\n".getBytes(StandardCharsets.UTF_8);

  private final Runnable cut;
  private final ArrayDeque<byte[]> queue = new ArrayDeque<>();
  private final List<Runnable> actions = new ArrayList<>();
  private int queuedBytes;
  private boolean isClosing;
  private boolean hasEnded;

  /**
   * A stream to a client.
   *
   * @param cut ends the client's connection from any thread, without waiting
   */
  QueuedEventStream(Runnable cut) {
    this.cut = cut;
  }

  @Override
  public boolean send(String event, String data) {
    return offer(event(event, data));
  }

  @Override
  public boolean send(String id, String event, String data) {
    return offer("id: " + oneLine(id) + "\n" + event(event, data));
  }

  @Override
  public boolean position(String id, Duration retry) {
    return offer("retry: " + retry.toMillis() + "\nid: " + oneLine(id) + "\n\n");
  }

  private static String event(String event, String data) {
    return "event: " + oneLine(event) + "\n" + fields("data: ", data) + "\n";
  }

  private static String oneLine(String text) {
    if (text.chars().anyMatch(c -> c == '\n' || c == '\r' || c == 0)) {
      throw new IllegalArgumentException(
          "the name and the id of an event have no line breaks: " + text);
    }
    return text;
  }

  @Override
  public boolean comment(String text) {
    return offer(fields(": ", text) + "\n");
  }

  private static String fields(String field, String text) {
    var fields = new StringBuilder(text.length() + 16);
    for (String line : text.split("\r\n|\r|\n", -1)) {
      fields.append(field).append(line).append('\n');
    }
    return fields.toString();
  }

  private boolean offer(String text) {
    if (!isOpen()) {
      return false;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    synchronized (this) {
      if (isClosing) {
        return false;
      }
      // One event alone is always taken, however large.
      boolean fits =
          queue.isEmpty() || (queue.size() < MAX_EVENTS && queuedBytes + bytes.length <= MAX_BYTES);
      if (fits) {
        queue.add(bytes);
        queuedBytes += bytes.length;
        notifyAll();
        return true;
      }
      isClosing = true;
      queue.clear();
      queuedBytes = 0;
      notifyAll();
    }
    cut.run();
    return false;
  }

  @Override
  public synchronized boolean isOpen() {
    return !isClosing;
  }

  @Override
  public synchronized void close() {
    isClosing = true;
    notifyAll();
  }

  @Override
  public void onClosed(Runnable action) {
    synchronized (this) {
      if (!hasEnded) {
        actions.add(action);
        return;
      }
    }
    action.run();
  }

  /** Closes it and cuts its connection. */
  void abort() {
    close();
    cut.run();
  }

  /**
   * Writes events until the stream is closed or the client is gone.
   *
   * @param keepAlive how long nothing may be sent
   */
  void write(OutputStream client, Duration keepAlive) throws IOException, InterruptedException {
    while (true) {
      byte[] next = next(keepAlive);
      if (next == null) {
        return;
      }
      client.write(next);
      if (isDrained()) {
        client.flush();
      }
    }
  }

  /** The next event, or a comment if there is none in time; null once all is written. */
  private synchronized byte @Nullable [] next(Duration keepAlive) throws InterruptedException {
    long deadline = System.nanoTime() + keepAlive.toNanos();
    while (queue.isEmpty() && !isClosing) {
      long leftMillis = (deadline - System.nanoTime()) / 1_000_000;
      if (leftMillis <= 0) {
        return KEEP_ALIVE;
      }
      wait(leftMillis);
    }
    byte[] next = queue.poll();
    if (next != null) {
      queuedBytes -= next.length;
    }
    return next;
  }

  private synchronized boolean isDrained() {
    return queue.isEmpty();
  }

  /** Runs what was to run when the stream has ended. */
  void ended() {
    List<Runnable> toRun;
    synchronized (this) {
      isClosing = true;
      hasEnded = true;
      queue.clear();
      toRun = List.copyOf(actions);
      actions.clear();
    }
    toRun.forEach(Runnable::run);
  }
}
