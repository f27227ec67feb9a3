package io.millrace.runtime.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.SslConnection;

/**
 * Bounds the connections of an HTTP server, in number and time, so that clients who send slowly, or
 * nothing, or from thousands of connections, cannot keep others from being answered:
 *
 * <ol>
 *   <li>One connection too many closes the oldest that waits for a request, or else the oldest of
 *       all. The server never stops to accept: a probe of the platform sends its request at once,
 *       and is answered before it could be the oldest.
 *   <li>A request whose head is not complete in time closes its connection. Jetty bounds only the
 *       time between two bytes.
 *   <li>So does a request that is not answered in time, because its client does not read.
 *   <li>A stream of events has no end; its connection is closed when none of it could be sent in
 *       that time.
 * </ol>
 *
 * <p>A connection between two requests may be idle as long as Jetty's idle time-out allows. Safe
 * for several threads.
 */
public final class ConnectionGuard implements Connection.Listener {

  private final int maxConnections;
  private final long headNanos;
  private final long answerNanos;
  private final Map<Connection, Progress> open = new LinkedHashMap<>();
  private final Set<Connection> streams = new HashSet<>();
  private long evicted;

  /** What was seen of a connection, and since when it has not changed. */
  private record Progress(long messages, long bytes, long bytesOut, long sinceNanos) {}

  /**
   * A guard without connections.
   *
   * @param maxConnections the most that may be open, at least 1
   * @param head the longest time in which the head of a request has to arrive
   * @param answer the longest time in which a request has to be answered
   */
  public ConnectionGuard(int maxConnections, Duration head, Duration answer) {
    this.maxConnections = maxConnections;
    this.headNanos = head.toNanos();
    this.answerNanos = answer.toNanos();
  }

  @Override
  public void onOpened(Connection connection) {
    if (connection instanceof SslConnection) {
      return; // The connection within it is counted.
    }
    Optional<Connection> surplus;
    synchronized (this) {
      surplus = open.size() >= maxConnections ? leastUseful() : Optional.empty();
      surplus.ifPresent(open::remove);
      evicted += surplus.isPresent() ? 1 : 0;
      open.put(connection, new Progress(0, 0, 0, System.nanoTime()));
    }
    surplus.ifPresent(ConnectionGuard::end);
  }

  @Override
  public synchronized void onClosed(Connection connection) {
    open.remove(connection);
    streams.remove(connection);
  }

  /** Notes that a connection's answer has begun, and is a stream without an end. */
  synchronized void streams(Connection connection) {
    streams.add(connection);
  }

  /** Notes that such a stream has ended; the connection may carry further requests. */
  synchronized void streamed(Connection connection) {
    streams.remove(connection);
  }

  /** Connections that are open. */
  public synchronized int connections() {
    return open.size();
  }

  /** Connections that were closed because there were too many, or because they took too long. */
  public synchronized long evicted() {
    return evicted;
  }

  /** Closes the connections that take too long. To be called about once a second. */
  public void sweep(long nowNanos) {
    List<Connection> late = new ArrayList<>();
    synchronized (this) {
      open.replaceAll((connection, seen) -> progress(connection, seen, nowNanos));
      open.forEach((connection, seen) -> {
        long allowed = isAnswering(connection) ? answerNanos : headNanos;
        if (nowNanos - seen.sinceNanos() > allowed) {
          late.add(connection);
        }
      });
      late.forEach(open::remove);
      evicted += late.size();
    }
    late.forEach(ConnectionGuard::end);
  }

  private Progress progress(Connection connection, Progress seen, long nowNanos) {
    long messages = connection.getMessagesIn() + connection.getMessagesOut();
    long bytes = connection.getBytesIn();
    boolean betweenRequests = messages > 0 && !isAnswering(connection) && bytes == seen.bytes();
    long bytesOut = connection.getBytesOut();
    boolean streamed = streams.contains(connection) && bytesOut != seen.bytesOut();
    return messages != seen.messages() || betweenRequests || streamed
        ? new Progress(messages, bytes, bytesOut, nowNanos)
        : seen;
  }

  private Optional<Connection> leastUseful() {
    return open.keySet().stream()
        .filter(connection -> !isAnswering(connection))
        .findFirst()
        .or(() -> open.keySet().stream().findFirst());
  }

  private boolean isAnswering(Connection connection) {
    return streams.contains(connection) || connection.getMessagesIn() > connection.getMessagesOut();
  }

  private static void end(Connection connection) {
    connection.getEndPoint().close();
  }
}
