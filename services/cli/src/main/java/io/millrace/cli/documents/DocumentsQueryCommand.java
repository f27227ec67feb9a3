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
import io.millrace.search.documents.TextQueryException;
import io.millrace.search.index.IndexInUseException;
import io.millrace.search.words.WordSearch;
import io.millrace.search.words.WordTable;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** A command that queries the index of documents, after bringing it up to date. */
abstract class DocumentsQueryCommand extends KafkaCommand {

  @Option(names = "--json", description = "Prints one JSON object, the same as over HTTP.")
  private boolean json;

  final boolean json() {
    return json;
  }

  /** A query over the index. */
  interface Query {
    void run(DocumentSearch search);
  }

  /**
   * Runs a query.
   *
   * @param text whether the query computes weights of a text
   */
  final Integer query(boolean text, Query question) {
    return query(text, false, question);
  }

  /**
   * Runs a query.
   *
   * @param text whether the query computes weights of a text
   * @param embeddings whether the query compares documents by embeddings
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
            text ? Optional.of(ServiceRegistry.textVectorizer(settings)) : Optional.empty(),
            words,
            progress::show)) {
      progress.clear();
      question.run(index.search());
      return CommandLine.ExitCode.OK;
    } catch (IndexInUseException | TextQueryException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }

  static CommandException unknownDocument(String id) {
    return new CommandException(
        "there is no vector of a document '"
            + id
            + "': it was not sent, was deleted, or was refused (`millrace dead-letters list`), or"
            + " the text service has not read it yet; `millrace watch document-vectors --from"
            + " earliest` shows all vectors");
  }

  static String format(double value) {
    return String.format(Locale.ROOT, "%.6f", value);
  }
}
