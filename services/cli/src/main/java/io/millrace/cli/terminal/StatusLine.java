package io.millrace.cli.terminal;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Shows the status of a command that takes longer than a moment: on a terminal one line that is
 * redrawn in place, elsewhere a new line every few seconds.
 */
public final class StatusLine {

  private static final long REDRAW_NANOS = Duration.ofMillis(200).toNanos();
  private static final long LINE_NANOS = Duration.ofSeconds(5).toNanos();
  private static final String CLEAR_LINE = "\r\033[K";

  private final PrintWriter err;
  private final boolean terminal;
  private long lastNanos = System.nanoTime();

  public StatusLine(PrintWriter err, boolean terminal) {
    this.err = err;
    this.terminal = terminal;
  }

  /** Whether the line is redrawn in place. */
  public boolean isTerminal() {
    return terminal;
  }

  /**
   * Shows the progress of an activity, unless the last update was a moment ago.
   *
   * @param done the share that is done, 0 to 1
   */
  public void show(String activity, double done) {
    show(() -> String.format(Locale.ROOT, "%s: %.0f %%", activity, 100 * done));
  }

  /** Shows a status, unless the last update was a moment ago. */
  public void show(String status) {
    show(() -> status);
  }

  /** Shows a status, which is composed only if the last update is long enough ago. */
  public void show(Supplier<String> status) {
    long now = System.nanoTime();
    if (now - lastNanos < (terminal ? REDRAW_NANOS : LINE_NANOS)) {
      return;
    }
    lastNanos = now;
    if (terminal) {
      err.print(CLEAR_LINE + status.get());
    } else {
      err.println(status.get());
    }
    err.flush();
  }

  /** Prints a line that stays, in place of the status. */
  public void printLine(String line) {
    clear();
    err.println(line);
  }

  /** Removes the status from the terminal. */
  public void clear() {
    if (terminal) {
      err.print(CLEAR_LINE);
      err.flush();
    }
  }
}
