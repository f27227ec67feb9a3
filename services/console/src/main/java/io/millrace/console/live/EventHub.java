package io.millrace.console.live;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.runtime.http.EventStream;
import io.millrace.runtime.http.HttpResponse;
import io.millrace.runtime.http.HttpStatusException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Passes events on to the clients that listen. What nobody listens to is not even written as JSON.
 * No client is waited for: one that reads too slowly is disconnected by its stream. One that
 * connects again soon gets what it has missed ({@link RecentEvents}). Safe for several threads.
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

  /** How long a client is to wait before it connects again. */
  private static final Duration RETRY = Duration.ofSeconds(2);

  /** How long events are kept for a client that has gone. */
  private static final long AWAITED_NANOS = 60 * SECOND_NANOS;

  /** Fewer than a stream holds: a client that comes back is sent all of them at once. */
  static final MemoryBounds KEPT = new MemoryBounds(500, 2 << 20);

  /**
   * The most that a client gets at once when it comes back: a stream that is sent more than it
   * holds is cut, and the client would come back for the same again. A character has at most three
   * bytes.
   */
  private static final int MOST_MISSED_CHARACTERS = 1 << 20;

  /** They say what is true now, and are sent at the start of each stream. */
  private static final Set<EventType> STATES = EnumSet.of(EventType.FLOW, EventType.HEALTH);

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
      count();
    }

    synchronized void send(String id, EventType type, String json) {
      stream.send(id, type.text(), json);
      count();
    }

    private void count() {
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
  private final Map<EventType, Long> leftAtNanos = new ConcurrentHashMap<>();
  private final AtomicLong leftOut = new AtomicLong();
  private final RecentEvents recent;
  private final int most;

  /**
   * A hub without clients.
   *
   * @param most clients that may listen at the same time
   */
  public EventHub(int most) {
    this(most, KEPT);
  }

  /**
   * The same with other bounds.
   *
   * @param most clients that may listen at the same time
   * @param kept of the events, for clients that connect again
   */
  EventHub(int most, MemoryBounds kept) {
    this.most = most;
    this.recent = new RecentEvents(kept, Long.toString(System.currentTimeMillis(), 36));
  }

  /**
   * A stream of what a client wants, until it goes.
   *
   * @param lastId the id of the last event that it has got; empty for a new client
   * @throws HttpStatusException 503 if too many listen already
   */
  public HttpResponse listen(Subscription subscription, Optional<String> lastId) {
    requireRoom();
    return HttpResponse.events(stream -> {
      var listener = new Listener(stream, subscription);
      synchronized (this) {
        if (listeners.size() >= most) {
          stream.close(); // Another came first; the client tries again.
          return;
        }
        listeners.add(listener);
        lastId.ifPresent(id -> goOn(listener, id));
        stream.position(recent.id(), RETRY);
      }
      stream.onClosed(() -> {
        subscription.types().forEach(it -> leftAtNanos.put(it, System.nanoTime()));
        listeners.remove(listener);
      });
      subscription.first().get().forEach(it -> listener.send(it.type(), it.json().toString()));
    });
  }

  /** Sends a client what it has missed, or says that it is not kept, or too much. */
  private void goOn(Listener listener, String lastId) {
    Optional<List<RecentEvents.Kept>> missed = recent.after(lastId, listener.subscription.types());
    if (missed.isEmpty()) {
      listener.stream.comment("what came after the event " + lastId + " is not kept");
      return;
    }
    List<Missed> wanted = new ArrayList<>();
    long characters = 0;
    for (RecentEvents.Kept event : missed.get()) {
      if (listener.subscription.wanted().test(event.json())) {
        String json = event.json().toString();
        characters += json.length();
        if (characters > MOST_MISSED_CHARACTERS) {
          listener.stream.comment(
              "what came after the event " + lastId + " is more than is sent at once");
          return;
        }
        wanted.add(new Missed(recent.id(event), event.type(), json));
      }
    }
    wanted.forEach(it -> listener.send(it.id(), it.type(), it.json()));
  }

  private record Missed(String id, EventType type, String json) {}

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

  /** Whether a client may come back that listened to events of a type. */
  private boolean awaits(EventType type) {
    Long left = leftAtNanos.get(type);
    return left != null && System.nanoTime() - left < AWAITED_NANOS;
  }

  /**
   * Sends an event to those who want it.
   *
   * @param json is asked for at most once, and only if somebody listens, or did so a moment ago
   */
  public synchronized void publish(EventType type, Supplier<ObjectNode> json) {
    boolean isState = STATES.contains(type);
    if (!wants(type) && (isState || !awaits(type))) {
      if (!isState) {
        recent.lost(type);
      }
      return;
    }
    ObjectNode event = json.get();
    if (!isState) {
      recent.add(type, event);
    }
    String text = null;
    for (Listener listener : listeners) {
      if (!listener.subscription.types().contains(type)
          || !listener.subscription.wanted().test(event)) {
        continue;
      }
      if (!listener.mayTake(type)) {
        leftOut.incrementAndGet();
        continue;
      }
      text = text == null ? event.toString() : text;
      if (isState) {
        listener.send(type, text);
      } else {
        listener.send(recent.id(), type, text);
      }
    }
  }

  /** Keeps no event about a subject that was forgotten or deleted. */
  synchronized void forget(String subject) {
    recent.forget(subject);
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
