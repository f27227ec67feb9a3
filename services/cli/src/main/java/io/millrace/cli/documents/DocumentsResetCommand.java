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

/** Has all documents counted anew. */
@Command(
    name = "reset",
    description = {
      "Makes the text service begin anew: removes what it has counted and where it has read to, so"
          + " that at its next start it reads all documents from their beginning and sends every"
          + " vector again. For other settings of the analysis.",
      "Refused while an instance runs. Documents and vectors stay, those of documents that are not"
          + " on their topic any more too, unless --vectors is given. What other machines have in"
          + " state.directory has to be removed there."
    },
    footer = {"  millrace documents reset", "  millrace documents reset --vectors --yes"})
final class DocumentsResetCommand extends KafkaCommand {

  private static final String WORD = "reset";

  @Option(names = "--yes", description = "Does not ask.")
  private boolean yes;

  @Option(
      names = "--vectors",
      description = {
        "Also deletes every vector, by tombstones, so that those of documents which are not on"
            + " their topic any more go; the others come again."
      })
  private boolean vectors;

  @Override
  public Integer call() {
    Settings settings = settings();
    ClusterConnection.requireReachable(settings);
    try (var reset = new TextReset(settings)) {
      if (!yes && !confirmed(reset)) {
        throw new CommandException("nothing was changed");
      }
      reset.run();
      if (vectors) {
        out().println("deleted the vectors of " + reset.withdrawVectors() + " documents");
      }
      out().println("text counts all documents anew when it starts next");
      return CommandLine.ExitCode.OK;
    } catch (IncompatibleStateException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }

  private boolean confirmed(TextReset reset) {
    err().println("What will be removed: the topics " + reset.topics());
    err().println("and the folder " + reset.folder());
    if (vectors) {
      err().println("and all vectors on document-vectors, by tombstones");
    }
    err().print("Type " + WORD + " to go on: ");
    err().flush();
    try {
      var in = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
      return WORD.equals(in.readLine());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
