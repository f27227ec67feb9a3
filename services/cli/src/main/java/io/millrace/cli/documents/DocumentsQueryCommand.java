package io.millrace.cli.documents;

import io.millrace.cli.command.CommandException;
import io.millrace.cli.command.KafkaCommand;
import io.millrace.cli.kafka.ClusterConnection;
import io.millrace.cli.settings.ServiceRegistry;
import io.millrace.cli.terminal.StatusLine;
import io.millrace.cli.terminal.TerminalDetection;
import io.millrace.runtime.settings.Settings;
import io.millrace.search.LocalIndex;
import io.millrace.search.documents.DocumentSearch;
import io.millrace.search.index.IndexInUseException;
import io.millrace.search.words.WordSearch;
import io.millrace.search.words.WordTable;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** A command that asks an index, which is first brought up to what the topics have. */
abstract class DocumentsQueryCommand extends KafkaCommand {

  @Option(names = "--json", description = "Prints one JSON object, as over HTTP.")
  private boolean json;

  final boolean json() {
    return json;
  }

  /** What is asked. */
  interface Query {
    void run(DocumentSearch search);
  }

  /**
   * Asks.
   *
   * @param text whether a text will be weighed
   */
  final Integer query(boolean text, Query question) {
    return query(text, false, question);
  }

  /**
   * Asks.
   *
   * @param text whether a text will be weighed
   * @param embeddings whether documents will be compared by embeddings
   */
  final Integer query(boolean text, boolean embeddings, Query question) {
    Settings settings = settings();
    ClusterConnection.requireReachable(settings);
    var progress = new StatusLine(err(), TerminalDetection.isTerminal());
    Optional<WordTable> words =
        embeddings
            ? Optional.of(
                WordSearch.readTable(settings, done -> progress.show("reading word-vectors", done)))
            : Optional.empty();
    try (var index =
        LocalIndex.open(
            settings,
            text ? Optional.of(ServiceRegistry.weigher(settings)) : Optional.empty(),
            words,
            progress::show)) {
      progress.clear();
      question.run(index.search());
      return CommandLine.ExitCode.OK;
    } catch (IndexInUseException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }

  static CommandException unknownDocument(String id) {
    return new CommandException(
        "no document '"
            + id
            + "' has a vector: it was not sent, was deleted, or the text service has not weighed"
            + " it yet; see `millrace watch document-vectors --from earliest`");
  }

  static String format(double value) {
    return String.format(Locale.ROOT, "%.6f", value);
  }
}
