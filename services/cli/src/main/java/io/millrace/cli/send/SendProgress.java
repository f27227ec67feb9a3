package io.millrace.cli.send;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongToDoubleFunction;

/**
 * Shows how far sending has come: on a terminal a bar that is drawn anew, elsewhere a line now and
 * then.
 */
final class SendProgress {

  private static final long REDRAW_NANOS = Duration.ofMillis(200).toNanos();
  private static final long LINE_NANOS = Duration.ofSeconds(5).toNanos();
  private static final int BAR = 30;
  private static final String CLEAR_LINE = "\r\033[K";

  private final PrintWriter err;
  private final boolean terminal;
  private final LongToDoubleFunction fraction;
  private final long startNanos = System.nanoTime();
  private long lastNanos = startNanos;

  /**
   * A display.
   *
   * @param terminal whether lines can be drawn over
   * @param fraction how much of all is done, 0 to 1, by how many records are sent
   */
  SendProgress(PrintWriter err, boolean terminal, LongToDoubleFunction fraction) {
    this.err = err;
    this.terminal = terminal;
    this.fraction = fraction;
  }

  /** So many records are sent. */
  void update(long records) {
    long now = System.nanoTime();
    if (now - lastNanos < (terminal ? REDRAW_NANOS : LINE_NANOS)) {
      return;
    }
    lastNanos = now;
    double seconds = (now - startNanos) / 1e9;
    double done = Math.clamp(fraction.applyAsDouble(records), 0, 1);
    String line =
        String.format(
            Locale.ROOT,
            "%3.0f %%  %,d records  %,.0f/s%s",
            100 * done,
            records,
            records / seconds,
            done > 0.01 ? "  " + remaining(seconds * (1 - done) / done) + " left" : "");
    if (terminal) {
      int full = (int) (BAR * done);
      err.print(CLEAR_LINE + "█".repeat(full) + "░".repeat(BAR - full) + " " + line);
    } else {
      err.println(line.strip());
    }
    err.flush();
  }

  /** Prints a line of its own. */
  void printLine(String line) {
    clear();
    err.println(line);
  }

  /** Takes the bar away. */
  void clear() {
    if (terminal) {
      err.print(CLEAR_LINE);
      err.flush();
    }
  }

  private static String remaining(double seconds) {
    long whole = (long) Math.ceil(seconds);
    return String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60);
  }
}
