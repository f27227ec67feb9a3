package io.millrace.cli;

import io.millrace.cli.command.KafkaCommand;
import io.millrace.cli.kafka.ClusterSchemas;
import io.millrace.cli.settings.SettingsHelp;
import io.millrace.cli.up.LoggingSetup;
import io.millrace.cli.up.UpCommand;
import io.millrace.runtime.settings.SettingsException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import picocli.CommandLine;

/** The program: {@code millrace COMMAND}. Exit codes: 0 success, 1 failure, 2 wrong usage. */
public final class Main {

  private Main() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(run(utf8(FileDescriptor.out), utf8(FileDescriptor.err), args));
  }

  /**
   * Runs a command in this process.
   *
   * @param out for the output
   * @param err for errors, logs and progress
   * @return the exit code
   */
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    int status = commandLine().setOut(out).setErr(err).execute(args);
    out.flush();
    err.flush();
    return status;
  }

  /** All commands. */
  static CommandLine commandLine() {
    // Its warnings quote values, and a password may be among them.
    CommandLine.tracer().setLevel(CommandLine.TraceLevel.OFF);
    var root = new MillraceCommand();
    var commands = new CommandLine(root);
    CommandErrorHandler errors = new CommandErrorHandler(root);
    commands
        .setExecutionStrategy(parsed -> {
          LoggingSetup.quiet(root.verbose());
          return run(parsed);
        })
        .setExecutionExceptionHandler(errors)
        .setParameterExceptionHandler(errors)
        .setCaseInsensitiveEnumValuesAllowed(true)
        // picocli does not expand @FILE: for some commands an argument such as @vector.txt names a
        // file, for others it is ordinary text.
        .setExpandAtFiles(false)
        .setUsageHelpAutoWidth(true);
    commands.getSubcommands().values().stream()
        .filter(command -> command.getCommandSpec().userObject() instanceof UpCommand)
        .forEach(SettingsHelp::addTo);
    return commands;
  }

  /** A command that talks to a cluster finds the schemas of its records there. */
  private static int run(CommandLine.ParseResult parsed) {
    CommandLine.ParseResult last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    if (last.commandSpec().userObject() instanceof KafkaCommand command) {
      Optional<ClusterSchemas> schemas = schemas(command);
      try {
        return new CommandLine.RunLast().execute(parsed);
      } finally {
        schemas.ifPresent(ClusterSchemas::close);
      }
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  /** Empty if the settings are bad, of which the command then complains. */
  private static Optional<ClusterSchemas> schemas(KafkaCommand command) {
    try {
      return Optional.of(ClusterSchemas.use(command.settings()));
    } catch (SettingsException | CommandLine.ParameterException e) {
      return Optional.empty();
    }
  }

  /** JSON and progress bars are written in UTF-8, independent of the locale. */
  private static PrintWriter utf8(FileDescriptor descriptor) {
    return new PrintWriter(
        new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8), true);
  }
}
