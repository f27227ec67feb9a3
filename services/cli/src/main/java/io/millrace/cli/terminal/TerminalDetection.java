package io.millrace.cli.terminal;

import java.io.Console;

/** Detects whether standard output is a terminal. */
public final class TerminalDetection {

  private TerminalDetection() {}

  /** Whether input and output are a terminal, rather than a file or a pipe. */
  public static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }
}
