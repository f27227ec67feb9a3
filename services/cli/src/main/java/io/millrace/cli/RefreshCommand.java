package io.millrace.cli;

import io.millrace.runtime.Settings;
import io.millrace.runtime.UnusableStateException;
import io.millrace.text.DocumentRefresh;
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
final class RefreshCommand extends ClusterCommand {

  @Option(
      names = "--no-wait",
      description =
          "Only writes the command: what the service has counted when it sees it is what counts.")
  private boolean noWait;

  @Override
  public Integer call() {
    Settings settings = settings();
    Cluster.require(settings);
    var progress = new WaitingLine(err(), Screen.isTerminal());
    try (var refresh = DocumentRefresh.begin(settings)) {
      if (noWait) {
        out().println("the command is written, " + place(settings, refresh.send().offset()));
        return CommandLine.ExitCode.OK;
      }
      if (!refresh.isServed()) {
        throw new Failure(
            "no text service runs: start it with `millrace up --services text`, or leave the"
                + " command to it with --no-wait");
      }
      refresh.awaitCounted(progress::show);
      DocumentRefresh.Sent command = refresh.send();
      refresh.awaitDone(command, progress::show);
      progress.clear();
      out()
          .println(
              "all documents are weighed again, as asked " + place(settings, command.offset()));
      return CommandLine.ExitCode.OK;
    } catch (UnusableStateException e) {
      throw new Failure(String.valueOf(e.getMessage()), e);
    }
  }

  private static String place(Settings settings, long offset) {
    return "at offset " + offset + " of " + settings.topics().commands().name();
  }
}
