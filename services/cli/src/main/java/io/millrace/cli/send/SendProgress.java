package io.millrace.cli.send;

import io.millrace.cli.terminal.ProgressBar;
import io.millrace.cli.terminal.StatusLine;
import java.util.Locale;
import java.util.function.LongToDoubleFunction;

/** Shows the progress of sending, with a bar on a terminal. */
final class SendProgress {

  private static final int BAR_WIDTH = 30;

  private final StatusLine status;
  private final LongToDoubleFunction share;
  private final long startNanos = System.nanoTime();

  /**
   * Creates a display.
   *
   * @param share the share of all input that is sent, 0 to 1, given the number of records sent
   */
  SendProgress(StatusLine status, LongToDoubleFunction share) {
    this.status = status;
    this.share = share;
  }

  /** Shows the number of records sent. */
  void update(long records) {
    status.show(() -> line(records));
  }

  /** Prints a line that stays. */
  void printLine(String line) {
    status.printLine(line);
  }

  /** Removes the progress from the terminal. */
  void clear() {
    status.clear();
  }

  private String line(long records) {
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    double done = Math.clamp(share.applyAsDouble(records), 0, 1);
    String bar = status.isTerminal() ? ProgressBar.render(done, BAR_WIDTH) + " " : "";
    String text =
        String.format(
            Locale.ROOT,
            "%3.0f %%  %,d records  %,.0f/s%s",
            100 * done,
            records,
            records / seconds,
            done > 0.01 ? "  " + remaining(seconds * (1 - done) / done) + " left" : "");
    return bar + (status.isTerminal() ? text : text.strip());
  }

  private static String remaining(double seconds) {
    long whole = (long) Math.ceil(seconds);
    return String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60);
  }
}
