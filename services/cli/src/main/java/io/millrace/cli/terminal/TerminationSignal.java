package io.millrace.cli.terminal;

import java.util.List;
import org.jline.utils.Signals;

/**
 * Handles SIGINT (Ctrl-C) and SIGTERM as requests for a graceful shutdown: the command returns by
 * itself, with its own exit code. A second signal ends the process at once.
 */
public final class TerminationSignal implements AutoCloseable {

  private static final List<String> SIGNALS = List.of("INT", "TERM");
  private static final int KILLED = 130;

  private volatile boolean requested;

  private TerminationSignal() {}

  /**
   * Handles the signals until it is closed.
   *
   * @param whenRequested runs once, on the thread of the signal
   */
  public static TerminationSignal onRequest(Runnable whenRequested) {
    var stop = new TerminationSignal();
    SIGNALS.forEach(name -> Signals.register(name, () -> stop.received(whenRequested)));
    return stop;
  }

  /** Whether a signal has been received. */
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
