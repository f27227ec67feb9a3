package io.millrace.cli.words;

import io.millrace.cli.command.CommandException;
import io.millrace.cli.command.KafkaCommand;
import io.millrace.cli.kafka.ClusterConnection;
import io.millrace.cli.settings.ServiceRegistry;
import io.millrace.cli.terminal.StatusLine;
import io.millrace.cli.terminal.TerminalDetection;
import io.millrace.cli.training.NextVersion;
import io.millrace.cli.training.TrainedModel;
import io.millrace.runtime.settings.Settings;
import io.millrace.search.words.NotOneWordException;
import io.millrace.search.words.UnknownWordException;
import io.millrace.search.words.WordSearch;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** A command that reads the word vectors and queries them. */
abstract class WordsQueryCommand extends KafkaCommand {

  @Option(names = "--json", description = "Prints one JSON object, the same as over HTTP.")
  private boolean json;

  final boolean json() {
    return json;
  }

  /** A query over the word vectors. */
  interface Query {
    void run(WordSearch search);
  }

  final Integer query(Query question) {
    return query(List.of(), question);
  }

  /** Runs a query that asks for words. */
  final Integer query(List<String> words, Query question) {
    var settings = settings();
    ClusterConnection.requireReachable(settings);
    var progress = new StatusLine(err(), TerminalDetection.isTerminal());
    WordSearch search =
        WordSearch.read(
            settings,
            ServiceRegistry.wordAnalysis(settings),
            done -> progress.show("reading word-vectors", done));
    progress.clear();
    try {
      new AskedWords(settings, err()).explain(search, words);
      question.run(search);
    } catch (UnknownWordException e) {
      throw new CommandException(e.getMessage() + "; " + nextVersion(settings), e);
    } catch (NotOneWordException e) {
      throw usageError(String.valueOf(e.getMessage()));
    }
    return CommandLine.ExitCode.OK;
  }

  /** How far the next version of the word vectors is. */
  static String nextVersion(Settings settings) {
    return NextVersion.of(settings, TrainedModel.EMBEDDING);
  }

  static String format(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}
