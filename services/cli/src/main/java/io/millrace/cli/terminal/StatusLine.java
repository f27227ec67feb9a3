package io.millrace.cli.terminal;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/**
 * Shows what is waited for, if that takes more than a moment: on a terminal a line that is drawn
 * anew, elsewhere a line now and then.
 */
public final class StatusLine {

  private static final long REDRAW_NANOS = Duration.ofMillis(500).toNanos();
  private static final long LINE_NANOS = Duration.ofSeconds(5).toNanos();
  private static final String CLEAR_LINE = "\r\033[K";

  private final PrintWriter err;
  private final boolean terminal;
  private long lastNanos = System.nanoTime();

  public StatusLine(PrintWriter err, boolean terminal) {
    this.err = err;
    this.terminal = terminal;
  }

  /** So much of it is done, 0 to 1. */
  public void show(String what, double done) {
    show(String.format(Locale.ROOT, "%s: %.0f %%", what, 100 * done));
  }

  /** This is how it stands. */
  public void show(String line) {
    long now = System.nanoTime();
    if (now - lastNanos < (terminal ? REDRAW_NANOS : LINE_NANOS)) {
      return;
    }
    lastNanos = now;
    if (terminal) {
      err.print(CLEAR_LINE + line);
    } else {
      err.println(line);
    }
    err.flush();
  }

  /** Takes the line away. */
  public void clear() {
    if (terminal) {
      err.print(CLEAR_LINE);
      err.flush();
    }
  }
}
