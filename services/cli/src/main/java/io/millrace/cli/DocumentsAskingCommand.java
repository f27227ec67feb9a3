package io.millrace.cli;

import io.millrace.runtime.Settings;
import io.millrace.search.DocumentSearch;
import io.millrace.search.IndexInUseException;
import io.millrace.search.LocalIndex;
import io.millrace.search.words.WordSearch;
import io.millrace.search.words.WordTable;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** A command that asks an index, which is first brought up to what the topics have. */
abstract class DocumentsAskingCommand extends ClusterCommand {

  @Option(names = "--json", description = "Prints one JSON object, as over HTTP.")
  private boolean json;

  final boolean json() {
    return json;
  }

  /** What is asked. */
  interface Question {
    void ask(DocumentSearch search);
  }

  /**
   * Asks.
   *
   * @param text whether a text will be weighed
   */
  final Integer ask(boolean text, Question question) {
    return ask(text, false, question);
  }

  /**
   * Asks.
   *
   * @param text whether a text will be weighed
   * @param embeddings whether documents will be compared by embeddings
   */
  final Integer ask(boolean text, boolean embeddings, Question question) {
    Settings settings = settings();
    Cluster.require(settings);
    var progress = new WaitingLine(err(), Screen.isTerminal());
    Optional<WordTable> words =
        embeddings
            ? Optional.of(
                WordSearch.readTable(settings, done -> progress.show("reading word-vectors", done)))
            : Optional.empty();
    try (var index =
        LocalIndex.open(
            settings,
            text ? Optional.of(Services.weigher(settings)) : Optional.empty(),
            words,
            progress::show)) {
      progress.clear();
      question.ask(index.search());
      return CommandLine.ExitCode.OK;
    } catch (IndexInUseException e) {
      throw new Failure(String.valueOf(e.getMessage()), e);
    }
  }

  static Failure unknown(String id) {
    return new Failure(
        "no document '"
            + id
            + "' has a vector: it was not sent, was deleted, or the text service has not weighed"
            + " it yet; see `millrace watch document-vectors --from earliest`");
  }

  static String number(double value) {
    return String.format(Locale.ROOT, "%.6f", value);
  }
}
