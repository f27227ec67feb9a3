package io.millrace.console.live;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.runtime.http.EventStream;
import io.millrace.runtime.http.HttpResponse;
import io.millrace.runtime.http.HttpStatusException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Passes events on to the clients that listen. What nobody listens to is not even written as JSON.
 * No client is waited for: one that reads too slowly is disconnected by its stream. Safe for
 * several threads.
 */
public final class EventHub {

  /**
   * What a client wants.
   *
   * @param types of the events
   * @param wanted which of them, by their JSON
   * @param limit how many events the stream has before it ends; 0 for no end
   * @param predictionsPerSecond the most predictions that it gets in a second, of more a part; 0
   *     for all
   * @param first what it gets at the start, such as the state that later events change
   */
  public record Subscription(
      Set<EventType> types,
      Predicate<ObjectNode> wanted,
      int limit,
      int predictionsPerSecond,
      Supplier<List<InitialEvent>> first) {
    public Subscription {
      types = types.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(types));
    }
  }

  /** An event at the start of a stream. */
  public record InitialEvent(EventType type, ObjectNode json) {}

  private static final long SECOND_NANOS = 1_000_000_000;

  /** A client; its counters are changed under its lock. */
  private static final class Listener {
    private final EventStream stream;
    private final Subscription subscription;
    private long secondBegan = System.nanoTime();
    private int inSecond;
    private int sent;

    Listener(EventStream stream, Subscription subscription) {
      this.stream = stream;
      this.subscription = subscription;
    }

    synchronized void send(EventType type, String json) {
      stream.send(type.text(), json);
      if (++sent == subscription.limit()) {
        stream.close();
      }
    }

    /** Whether one more prediction fits into this second. */
    synchronized boolean mayTake(EventType type) {
      if (type != EventType.PREDICTION || subscription.predictionsPerSecond() == 0) {
        return true;
      }
      long now = System.nanoTime();
      if (now - secondBegan >= SECOND_NANOS) {
        secondBegan = now;
        inSecond = 0;
      }
      return ++inSecond <= subscription.predictionsPerSecond();
    }
  }

  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final AtomicLong leftOut = new AtomicLong();
  private final int most;

  /**
   * A hub without clients.
   *
   * @param most clients that may listen at the same time
   */
  public EventHub(int most) {
    this.most = most;
  }

  /**
   * A stream of what a client wants, until it goes.
   *
   * @throws HttpStatusException 503 if too many listen already
   */
  public HttpResponse listen(Subscription subscription) {
    requireRoom();
    return HttpResponse.events(stream -> {
      var listener = new Listener(stream, subscription);
      synchronized (this) {
        if (listeners.size() >= most) {
          stream.close(); // Another came first; the client tries again.
          return;
        }
        listeners.add(listener);
      }
      stream.onClosed(() -> listeners.remove(listener));
      subscription.first().get().forEach(it -> listener.send(it.type(), it.json().toString()));
    });
  }

  private void requireRoom() {
    if (listeners.size() >= most) {
      throw HttpStatusException.unavailable(
          "%d clients listen to events already (console.events.clients); try again later"
              .formatted(most));
    }
  }

  /** Whether a client listens to events of a type. */
  public boolean wants(EventType type) {
    for (Listener listener : listeners) {
      if (listener.subscription.types().contains(type)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Sends an event to those who want it.
   *
   * @param json is asked for at most once, and only if somebody listens
   */
  public void publish(EventType type, Supplier<ObjectNode> json) {
    ObjectNode event = null;
    String text = null;
    for (Listener listener : listeners) {
      if (!listener.subscription.types().contains(type)) {
        continue;
      }
      event = event == null ? json.get() : event;
      if (!listener.subscription.wanted().test(event)) {
        continue;
      }
      if (listener.mayTake(type)) {
        text = text == null ? event.toString() : text;
        listener.send(type, text);
      } else {
        leftOut.incrementAndGet();
      }
    }
  }

  /** Clients that listen now. */
  public int clients() {
    return listeners.size();
  }

  /** Predictions that were not sent to a client, as it had enough in that second. */
  public long leftOut() {
    return leftOut.get();
  }
}
