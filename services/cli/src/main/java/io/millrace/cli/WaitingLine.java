package io.millrace.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/**
 * Shows how much of the topics an index has taken in, if that takes more than a moment: on a
 * terminal a line that is drawn anew, elsewhere a line now and then.
 */
final class IndexProgress {

  private static final long REDRAW_NANOS = Duration.ofMillis(500).toNanos();
  private static final long LINE_NANOS = Duration.ofSeconds(5).toNanos();
  private static final String CLEAR_LINE = "\r\033[K";

  private final PrintWriter err;
  private final boolean terminal;
  private long lastNanos = System.nanoTime();

  IndexProgress(PrintWriter err, boolean terminal) {
    this.err = err;
    this.terminal = terminal;
  }

  /** So much is done, 0 to 1. */
  void at(double done) {
    long now = System.nanoTime();
    if (now - lastNanos < (terminal ? REDRAW_NANOS : LINE_NANOS)) {
      return;
    }
    lastNanos = now;
    String line = String.format(Locale.ROOT, "reading document-vectors: %.0f %%", 100 * done);
    if (terminal) {
      err.print(CLEAR_LINE + line);
    } else {
      err.println(line);
    }
    err.flush();
  }

  /** Takes the line away. */
  void clear() {
    if (terminal) {
      err.print(CLEAR_LINE);
      err.flush();
    }
  }
}
