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

/** Has all documents weighed again. */
@Command(
    name = "refresh",
    description = {
      "Weighs all live documents again, with the counts of all documents that are there now.",
      "A vector is weighed when its document comes; what comes later changes how rare its terms"
          + " are. Waits until all vectors are sent."
    },
    footer = {"  millrace documents refresh", "  millrace documents refresh --no-wait"})
final class DocumentsRefreshCommand extends KafkaCommand {

  @Option(
      names = "--no-wait",
      description =
          "Only writes the command: what the service has counted when it sees it is what counts.")
  private boolean noWait;

  @Override
  public Integer call() {
    Settings settings = settings();
    ClusterConnection.requireReachable(settings);
    var progress = new StatusLine(err(), TerminalDetection.isTerminal());
    try (var refresh = RefreshClient.begin(settings)) {
      if (noWait) {
        out().println("the command is written, " + place(settings, refresh.send().offset()));
        return CommandLine.ExitCode.OK;
      }
      if (!refresh.isServed()) {
        throw new CommandException(
            "no text service runs: start it with `millrace up --services text`, or leave the"
                + " command to it with --no-wait");
      }
      refresh.awaitCounted(progress::show);
      RefreshClient.Sent command = refresh.send();
      refresh.awaitDone(command, progress::show);
      progress.clear();
      out()
          .println(
              "all documents are weighed again, as asked " + place(settings, command.offset()));
      return CommandLine.ExitCode.OK;
    } catch (IncompatibleStateException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }

  private static String place(Settings settings, long offset) {
    return "at offset " + offset + " of " + settings.topics().commands().name();
  }
}
