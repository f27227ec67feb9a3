package io.millrace.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * A command that was run in this process.
 *
 * @param status its exit code
 * @param out what it printed
 * @param err what it complained of
 */
public record CommandRun(int status, String out, String err) {

  /** Runs a command to its end. */
  static CommandRun of(String... args) {
    var out = new StringWriter();
    var err = new StringWriter();
    int status = Main.run(new PrintWriter(out), new PrintWriter(err), args);
    return new CommandRun(status, out.toString(), err.toString());
  }
}
