package io.millrace.cli;

import io.millrace.search.words.UnknownWordException;
import io.millrace.search.words.WordSearch;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** A command that reads the vectors and asks them. */
abstract class WordsAskingCommand extends ClusterCommand {

  @Option(names = "--json", description = "Prints one JSON object, as over HTTP.")
  private boolean json;

  final boolean json() {
    return json;
  }

  /** What is asked. */
  interface Question {
    void ask(WordSearch search);
  }

  final Integer ask(Question question) {
    var settings = settings();
    Cluster.require(settings);
    var progress = new WaitingLine(err(), Screen.isTerminal());
    WordSearch search =
        WordSearch.read(settings, done -> progress.show("reading word-vectors", done));
    progress.clear();
    try {
      question.ask(search);
    } catch (UnknownWordException e) {
      throw new Failure(String.valueOf(e.getMessage()), e);
    }
    return CommandLine.ExitCode.OK;
  }

  static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}
