package io.millrace.cli.documents;

import io.millrace.cli.command.CommandException;
import io.millrace.cli.command.KafkaCommand;
import io.millrace.cli.kafka.ClusterConnection;
import io.millrace.cli.terminal.StatusLine;
import io.millrace.cli.terminal.TerminalDetection;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import io.millrace.text.administration.RefreshClient;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes the text service compute all vectors again. */
@Command(
    name = "refresh",
    description = {
      "Computes the vectors of all live documents again, with the present document frequencies.",
      "A vector is computed when its document arrives; documents that arrive later change the"
          + " frequencies of its terms. The command waits until all vectors are sent."
    },
    footer = {"  millrace documents refresh", "  millrace documents refresh --no-wait"})
final class DocumentsRefreshCommand extends KafkaCommand {

  @Option(
      names = "--no-wait",
      description =
          "Only writes the command and does not wait. The service then uses the document"
              + " frequencies at the moment when it reads the command.")
  private boolean noWait;

  @Override
  public Integer call() {
    Settings settings = settings();
    ClusterConnection.requireReachable(settings);
    var progress = new StatusLine(err(), TerminalDetection.isTerminal());
    try (var refresh = RefreshClient.begin(settings)) {
      if (noWait) {
        out().println("wrote the command " + position(settings, refresh.send().offset()));
        return CommandLine.ExitCode.OK;
      }
      if (!refresh.isServed()) {
        throw new CommandException(
            "no text service runs: start one with `millrace up --services text`, or write the"
                + " command for its next start with --no-wait");
      }
      refresh.awaitCounted(progress::show);
      RefreshClient.Sent command = refresh.send();
      refresh.awaitDone(command, progress::show);
      progress.clear();
      out()
          .println(
              "computed all vectors again, as requested " + position(settings, command.offset()));
      return CommandLine.ExitCode.OK;
    } catch (IncompatibleStateException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }

  private static String position(Settings settings, long offset) {
    return "at offset " + offset + " of " + settings.topics().commands().name();
  }
}
