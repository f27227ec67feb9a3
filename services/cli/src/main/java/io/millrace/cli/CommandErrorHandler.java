package io.millrace.cli;

import io.millrace.cli.command.CommandException;
import io.millrace.runtime.lifecycle.UnsupportedMachineException;
import io.millrace.runtime.settings.SettingsException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Prints an error in one line and chooses the exit code of the process. */
final class CommandErrorHandler implements IExecutionExceptionHandler, IParameterExceptionHandler {

  private final MillraceCommand root;

  CommandErrorHandler(MillraceCommand root) {
    this.root = root;
  }

  @Override
  public int handleParseException(ParameterException exception, String[] args) {
    CommandLine command = exception.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("millrace: " + exception.getMessage());
    UnmatchedArgumentException.printSuggestions(exception, err);
    err.println("See `" + command.getCommandSpec().qualifiedName() + " --help`.");
    return CommandLine.ExitCode.USAGE;
  }

  @Override
  public int handleExecutionException(
      Exception exception, CommandLine command, ParseResult parsed) {
    PrintWriter err = command.getErr();
    if (root.verbose()) {
      exception.printStackTrace(err);
    }
    err.println("millrace: " + message(exception));
    return exception instanceof SettingsException
        ? CommandLine.ExitCode.USAGE
        : CommandLine.ExitCode.SOFTWARE;
  }

  private String message(Exception exception) {
    if (exception instanceof CommandException
        || exception instanceof SettingsException
        || exception instanceof UnsupportedMachineException) {
      return String.valueOf(exception.getMessage());
    }
    Throwable cause = exception;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    String text = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return root.verbose() ? text : text + " (--verbose shows the stack trace)";
  }
}
