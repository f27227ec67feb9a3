package io.millrace.cli.demo.progress;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/** Shows progress as lines of text at intervals: for files, pipes and logs. */
public final class PlainProgressView implements ProgressView {

  private final PrintWriter out;
  private final long everyNanos;
  private final LongSupplier nanoTime;
  private long next;
  private List<StreamProgress> pending = List.of();

  /**
   * Creates a view.
   *
   * @param every the interval
   * @param nanoTime the clock, as {@link System#nanoTime()}
   */
  public PlainProgressView(PrintWriter out, Duration every, LongSupplier nanoTime) {
    this.out = out;
    this.everyNanos = every.toNanos();
    this.nanoTime = nanoTime;
    this.next = nanoTime.getAsLong() + everyNanos;
  }

  @Override
  public void announce(String line) {
    write();
    out.println(line);
    out.flush();
  }

  @Override
  public void show(List<StreamProgress> streams) {
    pending = List.copyOf(streams);
    if (nanoTime.getAsLong() - next >= 0) {
      write();
      next = nanoTime.getAsLong() + everyNanos;
    }
  }

  @Override
  public void close() {
    write();
  }

  private void write() {
    pending.forEach(stream -> out.println("  " + ProgressFormatter.plain(stream)));
    pending = List.of();
    out.flush();
  }
}
