package io.millrace.cli;

import io.millrace.cli.command.CommandException;
import io.millrace.cli.command.KafkaCommand;
import io.millrace.cli.kafka.ClusterConnection;
import io.millrace.cli.settings.BrokerTimeout;
import io.millrace.runtime.administration.RefusedException;
import io.millrace.runtime.lifecycle.UnsupportedMachineException;
import io.millrace.runtime.settings.SettingsException;
import java.io.PrintWriter;
import java.util.Optional;
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
    err.println("millrace: " + brokerGone(exception, command).orElseGet(() -> message(exception)));
    return exception instanceof SettingsException
        ? CommandLine.ExitCode.USAGE
        : CommandLine.ExitCode.SOFTWARE;
  }

  /** What to say if the command waited for a broker that is not there any more. */
  private static Optional<String> brokerGone(Exception exception, CommandLine command) {
    return BrokerTimeout.isSilence(exception)
            && command.getCommandSpec().userObject() instanceof KafkaCommand kafka
        ? ClusterConnection.absence(kafka.settings())
            .map(why -> "Kafka did not answer while the command ran: " + why)
        : Optional.empty();
  }

  private String message(Exception exception) {
    if (exception instanceof CommandException
        || exception instanceof RefusedException
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
