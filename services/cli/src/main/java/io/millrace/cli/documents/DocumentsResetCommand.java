package io.millrace.cli.documents;

import io.millrace.cli.command.CommandException;
import io.millrace.cli.command.KafkaCommand;
import io.millrace.cli.kafka.ClusterConnection;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import io.millrace.text.administration.TextReset;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes the text service start from nothing. */
@Command(
    name = "reset",
    description = {
      "Makes the text service start from nothing: deletes its state and its offsets, so that at its"
          + " next start it reads all documents from the beginning and sends every vector again."
          + " Needed after a change of the settings text.analysis and text.ngram.",
      "Refused while an instance of the service runs. Documents and vectors stay, also vectors of"
          + " documents that are no longer on their topic, unless --vectors is given. On other"
          + " machines, delete the folder state.directory yourself."
    },
    footer = {"  millrace documents reset", "  millrace documents reset --vectors --yes"})
final class DocumentsResetCommand extends KafkaCommand {

  private static final String CONFIRMATION = "reset";

  @Option(names = "--yes", description = "Does not ask for confirmation.")
  private boolean yes;

  @Option(
      names = "--vectors",
      description = {
        "Also deletes every vector by a tombstone. Vectors of documents that are still on their"
            + " topic are sent again; the others are gone."
      })
  private boolean vectors;

  @Override
  public Integer call() {
    Settings settings = settings();
    ClusterConnection.requireReachable(settings);
    try (var reset = new TextReset(settings)) {
      if (!yes && !confirmed(reset)) {
        throw new CommandException("not confirmed; nothing was changed");
      }
      reset.run();
      if (vectors) {
        out().println("deleted the vectors of " + reset.withdrawVectors() + " documents");
      }
      out().println("text is reset: it reads all documents from the beginning at its next start");
      return CommandLine.ExitCode.OK;
    } catch (IncompatibleStateException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }

  private boolean confirmed(TextReset reset) {
    err().println("This deletes the topics " + reset.topics());
    err().println("and the folder " + reset.folder());
    if (vectors) {
      err().println("and writes tombstones for all vectors on document-vectors");
    }
    err().print("Type " + CONFIRMATION + " to continue: ");
    err().flush();
    try {
      var in = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
      return CONFIRMATION.equals(in.readLine());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
