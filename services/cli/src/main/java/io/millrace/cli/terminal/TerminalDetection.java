package io.millrace.cli.terminal;

import java.io.Console;

/** What is at the other end of standard output. */
public final class TerminalDetection {

  private TerminalDetection() {}

  /** Whether a person looks at a terminal, rather than a program or a file taking the output. */
  public static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }
}
