package io.millrace.console.produce;

import io.millrace.console.live.Predicted;
import io.millrace.console.live.Reconstructed;
import io.millrace.runtime.http.HttpStatusException;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.Source;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Requests that wait for the prediction of what they have sent. A prediction can come before the
 * broker's acknowledgement, so that a request is known by its subject first, and by the coordinates
 * of its record once they are known. Safe for several threads.
 */
final class PredictionWaits {

  /** The prediction, and the reconstruction if it came soon after. */
  record Answer(Predicted predicted, Optional<Reconstructed> reconstructed) {}

  /** How long a reconstruction may come after its prediction; both come from one batch. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  /** The newest answers that are kept for a request which does not know its record's place yet. */
  private static final int MOST_EARLY = 8;

  private final int most;
  private final Executor afterGrace;
  private final Map<String, Set<Ticket>> bySubject = new HashMap<>();
  private int waiting;

  /**
   * Nobody waits yet.
   *
   * @param most requests that may wait at the same time
   */
  PredictionWaits(int most) {
    this(most, CompletableFuture.delayedExecutor(GRACE.toMillis(), TimeUnit.MILLISECONDS));
  }

  /**
   * The same with another clock, for tests.
   *
   * @param afterGrace runs what is to run when a reconstruction has had time enough
   */
  PredictionWaits(int most, Executor afterGrace) {
    this.most = most;
    this.afterGrace = afterGrace;
  }

  /** A request that waits; it must be closed. */
  final class Ticket implements AutoCloseable {
    private final Subject subject;
    private final CompletableFuture<Answer> answer = new CompletableFuture<>();
    private final Deque<Predicted> early = new ArrayDeque<>();
    private final Deque<Reconstructed> earlyReconstructions = new ArrayDeque<>();
    private @Nullable Source source;
    private @Nullable Predicted predicted;

    private Ticket(Subject subject) {
      this.subject = subject;
    }

    /** Says where the record lies; then its answer can be told from those of other records. */
    CompletableFuture<Answer> sentTo(String topic, int partition, long offset) {
      List<Predicted> came;
      List<Reconstructed> reconstructions;
      synchronized (PredictionWaits.this) {
        source = new Source(topic, partition, offset);
        came = List.copyOf(early);
        reconstructions = List.copyOf(earlyReconstructions);
      }
      came.forEach(this::deliver);
      reconstructions.forEach(this::deliver);
      return answer;
    }

    private void deliver(Predicted it) {
      synchronized (PredictionWaits.this) {
        if (source == null) {
          keep(early, it);
          return;
        }
        if (predicted != null || !it.prediction().getSource().equals(source)) {
          return;
        }
        predicted = it;
      }
      if (subject.kind() == Subject.Kind.DOCUMENT
          || it.prediction().getReconstructionError() == null) {
        complete(it, Optional.empty());
        return;
      }
      Optional<Reconstructed> made;
      synchronized (PredictionWaits.this) {
        made = earlyReconstructions.stream().filter(this::isOwn).findFirst();
      }
      if (made.isPresent()) {
        complete(it, made);
      } else {
        afterGrace.execute(() -> complete(it, Optional.empty()));
      }
    }

    private void deliver(Reconstructed it) {
      Predicted known;
      synchronized (PredictionWaits.this) {
        if (source == null || predicted == null) {
          keep(earlyReconstructions, it);
          return;
        }
        known = predicted;
      }
      if (isOwn(it)) {
        complete(known, Optional.of(it));
      }
    }

    /** The id of its event begins with the coordinates of the image's record. */
    private boolean isOwn(Reconstructed it) {
      return source != null && it.event().startsWith(Subject.coordinates(source) + "/");
    }

    private void complete(Predicted it, Optional<Reconstructed> made) {
      answer.complete(new Answer(it, made));
    }

    @Override
    public void close() {
      synchronized (PredictionWaits.this) {
        Set<Ticket> others = bySubject.get(subject.toString());
        if (others != null && others.remove(this)) {
          waiting--;
          if (others.isEmpty()) {
            bySubject.remove(subject.toString());
          }
        }
      }
    }
  }

  private static <T> void keep(Deque<T> early, T it) {
    early.add(it);
    if (early.size() > MOST_EARLY) {
      early.remove();
    }
  }

  /**
   * Begins to wait, before the record is sent.
   *
   * @throws HttpStatusException 503 if too many wait
   */
  synchronized Ticket register(Subject subject) {
    if (waiting >= most) {
      throw HttpStatusException.unavailable(
          "%d requests wait for predictions already (console.wait.requests); try again later"
              .formatted(most));
    }
    var ticket = new Ticket(subject);
    bySubject.computeIfAbsent(subject.toString(), _ -> new HashSet<>()).add(ticket);
    waiting++;
    return ticket;
  }

  /** A prediction has come. */
  void predicted(Predicted it) {
    tickets(it.prediction().getSubject()).forEach(ticket -> ticket.deliver(it));
  }

  /** A reconstruction has come. */
  void reconstructed(Reconstructed it) {
    tickets(Subject.image(it.id()).toString()).forEach(ticket -> ticket.deliver(it));
  }

  private synchronized List<Ticket> tickets(String subject) {
    Set<Ticket> waitingForIt = bySubject.get(subject);
    return waitingForIt == null ? List.of() : List.copyOf(waitingForIt);
  }

  /** Requests that wait now. */
  synchronized int waiting() {
    return waiting;
  }
}
