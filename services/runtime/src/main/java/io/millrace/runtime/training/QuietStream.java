package io.millrace.runtime.training;

import io.millrace.runtime.records.StepMarker;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Decides when a trainer writes a marker into its own input, because the stream is quiet. It only
 * asks; the trainer obeys a marker when it reads it in the log, like any other trainer of that log.
 *
 * <ol>
 *   <li>Records are held back, and none came for the idle time, or the first of them came longer
 *       ago than the longest wait: close the step, so that they become a version.
 *   <li>Nothing is held back, none came for the idle time, and the trainer can go on learning from
 *       what it keeps: rehearse for about {@link #TURN}, again and again. As soon as a record is
 *       read, no further marker is written. A version is published after rests of doubling length
 *       and at the end.
 * </ol>
 *
 * <p>Times decide only what is written, never what is learned from what was written. Used by one
 * thread.
 */
final class QuietStream {

  /** How long a trainer rehearses before it looks for new records. */
  private static final Duration TURN = Duration.ofMillis(250);

  /** Rehearsal before the second version of a rest; later ones double it. */
  private static final Duration FIRST_REHEARSAL = Duration.ofSeconds(1);

  private static final int FIRST_UPDATES = 4;

  private final Duration idle;
  private final Duration maxWait;
  private final LongSupplier nanoTime;
  private long lastRecord;
  private long firstHeldBack;
  private boolean holdsBack;
  private long awaitedCut = -1;
  private double updatesInTurn = FIRST_UPDATES;
  private long rehearsedNanos;
  private long rehearsalForVersion = FIRST_REHEARSAL.toNanos();

  /**
   * A stream that has been quiet from now on.
   *
   * @param idle no record for this long is a quiet stream; zero: it never is
   * @param maxWait records are held back for at most this long
   */
  QuietStream(Duration idle, Duration maxWait, LongSupplier nanoTime) {
    this.idle = idle;
    this.maxWait = maxWait;
    this.nanoTime = nanoTime;
    this.lastRecord = nanoTime.getAsLong();
  }

  /** Says that records were read, control records not counted. */
  void recordsRead() {
    lastRecord = nanoTime.getAsLong();
    rehearsedNanos = 0;
    rehearsalForVersion = FIRST_REHEARSAL.toNanos();
  }

  /** Says that the trainer has made a cut. */
  void cut(StepMarker marker) {
    if (marker.cut() >= awaitedCut) {
      awaitedCut = -1;
    }
  }

  /** Says that the trainer has rehearsed for a marker. */
  void rehearsed(int updates, Duration took) {
    rehearsedNanos += took.toNanos();
    double fitting = (double) updates * TURN.toNanos() / Math.max(1, took.toNanos());
    updatesInTurn = Math.clamp(fitting, 1, Math.min(StepMarker.MAX_UPDATES, 2 * updatesInTurn));
  }

  /** Says that a step was committed. */
  void stepClosed() {
    holdsBack = false;
  }

  /**
   * The marker to write now, if any; the next is decided after its cut was made.
   *
   * @param heldBack records that were read and are in no version yet
   * @param openUpdates whether rehearsals are in no version yet
   * @param useful updates that the trainer can still make usefully from what it keeps
   * @param position the sum of the next offsets to read
   */
  Optional<StepMarker> next(long heldBack, boolean openUpdates, long useful, long position) {
    long now = nanoTime.getAsLong();
    if (heldBack > 0 && !holdsBack) {
      firstHeldBack = now;
    }
    holdsBack = heldBack > 0;
    if (idle.isZero() || awaitedCut >= 0) {
      return Optional.empty();
    }
    boolean quiet = now - lastRecord >= idle.toNanos();
    int updates = quiet ? (int) Math.min(useful, (long) updatesInTurn) : 0;
    boolean close;
    if (heldBack > 0) {
      close = quiet || now - firstHeldBack >= maxWait.toNanos();
    } else {
      close = quiet && (openUpdates || updates > 0) && isVersionDue(updates, useful);
    }
    if (!close && updates == 0) {
      return Optional.empty();
    }
    awaitedCut = position;
    return Optional.of(new StepMarker(position, updates, close));
  }

  private boolean isVersionDue(int updates, long useful) {
    boolean last = updates == useful;
    if (!last && rehearsedNanos < rehearsalForVersion) {
      return false;
    }
    rehearsedNanos = 0;
    rehearsalForVersion *= 2;
    return true;
  }
}
