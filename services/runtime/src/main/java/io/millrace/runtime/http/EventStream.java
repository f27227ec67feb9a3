package io.millrace.runtime.http;

import java.time.Duration;

/**
 * A client that listens to server-sent events. Safe for several threads; no method waits for the
 * client. A client that reads more slowly than events come is disconnected: it connects again, and
 * begins with what is true then. While nothing is sent, the server sends a comment every 15
 * seconds, which keeps the connection alive and notices that the client has gone.
 */
public interface EventStream {

  /**
   * Sends an event.
   *
   * @param event its name, without line breaks
   * @param data its data; each line becomes a {@code data} field
   * @return whether the stream is still open
   */
  boolean send(String event, String data);

  /**
   * Sends an event with an id, which a client that connects again gives as {@code Last-Event-ID}.
   *
   * @param id without line breaks and zero bytes
   * @param event its name, without line breaks
   * @param data its data; each line becomes a {@code data} field
   * @return whether the stream is still open
   */
  boolean send(String id, String event, String data);

  /**
   * Says where a stream begins, and how long a client is to wait before it connects again.
   *
   * @param id of the last event before; without line breaks and zero bytes
   * @return whether the stream is still open
   */
  boolean position(String id, Duration retry);

  /**
   * Sends a comment, which clients ignore.
   *
   * @return whether the stream is still open
   */
  boolean comment(String text);

  /** Whether events can still be sent. */
  boolean isOpen();

  /** Ends the stream after what was sent so far. */
  void close();

  /** Sets what runs once when the stream has ended, for whatever reason; at once if it has. */
  void onClosed(Runnable action);
}
