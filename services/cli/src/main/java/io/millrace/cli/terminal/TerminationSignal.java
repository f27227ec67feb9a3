package io.millrace.cli.terminal;

import java.util.List;
import org.jline.utils.Signals;

/**
 * SIGINT (Ctrl-C) and SIGTERM as a wish to end in good order: the command returns by itself, and
 * with its own exit code. A second signal ends the process at once.
 */
public final class TerminationSignal implements AutoCloseable {

  private static final List<String> SIGNALS = List.of("INT", "TERM");
  private static final int KILLED = 130;

  private volatile boolean requested;

  private TerminationSignal() {}

  /**
   * Catches the signals until it is closed.
   *
   * @param whenRequested runs once, on a thread of its own
   */
  public static TerminationSignal onRequest(Runnable whenRequested) {
    var stop = new TerminationSignal();
    SIGNALS.forEach(name -> Signals.register(name, () -> stop.received(whenRequested)));
    return stop;
  }

  /** Whether a signal has come. */
  public boolean requested() {
    return requested;
  }

  @Override
  public void close() {
    SIGNALS.forEach(Signals::registerDefault);
  }

  private void received(Runnable whenRequested) {
    if (requested) {
      Runtime.getRuntime().halt(KILLED);
    }
    requested = true;
    whenRequested.run();
  }
}
