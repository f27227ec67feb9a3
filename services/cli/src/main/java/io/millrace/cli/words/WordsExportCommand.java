package io.millrace.cli.words;

import io.millrace.cli.command.CommandException;
import io.millrace.cli.command.KafkaCommand;
import io.millrace.cli.kafka.ClusterConnection;
import io.millrace.cli.terminal.AtomicFile;
import io.millrace.cli.terminal.StatusLine;
import io.millrace.cli.terminal.TerminalDetection;
import io.millrace.runtime.settings.Settings;
import io.millrace.search.words.WordExport;
import io.millrace.search.words.WordExport.Format;
import io.millrace.search.words.WordSearch;
import io.millrace.search.words.WordTable;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The word vectors as a file. */
@Command(
    name = "export",
    description = {
      "Saves the word vectors as a file, the most frequent words first; a file of that name is"
          + " replaced.",
      "word2vec and word2vec-binary are opened by gensim's KeyedVectors.load_word2vec_format."
          + " safetensors has a tensor vectors, one counts, and in its metadata the vocabulary, a"
          + " line each."
    },
    footer = {
      "  millrace words export --format word2vec words.txt",
      "  millrace words export --format safetensors --min-count 50 w.safetensors"
    })
final class WordsExportCommand extends KafkaCommand {

  private static final int NAMED = 5;

  @Option(names = "--format", required = true, description = "One of ${COMPLETION-CANDIDATES}.")
  private Format format = Format.WORD2VEC;

  @Option(
      names = "--min-count",
      paramLabel = "N",
      defaultValue = "0",
      description = "Leaves out words met more rarely than this.")
  private long minCount;

  @Parameters(paramLabel = "FILE", description = "Where to.")
  private Path file = Path.of("");

  @Override
  public Integer call() {
    if (minCount < 0) {
      throw usageError("--min-count must be >= 0, was " + minCount);
    }
    Settings settings = settings();
    ClusterConnection.requireReachable(settings);
    var progress = new StatusLine(err(), TerminalDetection.isTerminal());
    WordTable table =
        WordSearch.readTable(settings, done -> progress.show("reading word-vectors", done));
    var export = new WordExport(table, format, minCount);
    if (export.words() == 0) {
      progress.clear();
      throw new CommandException(nothing(table));
    }
    AtomicFile.write(
        file, out -> export.write(out, done -> progress.show("writing " + file, done)));
    progress.clear();
    warnAboutLeftOut(export.leftOut());
    out().println(file + ": " + export.words() + " words, " + export.dimensions() + " dimensions");
    return CommandLine.ExitCode.OK;
  }

  private String nothing(WordTable table) {
    return table.size() == 0
        ? "no word has a vector yet, nothing is written: see `millrace watch word-vectors`"
        : "none of " + table.size() + " words is left, nothing is written: lower --min-count";
  }

  private void warnAboutLeftOut(List<String> words) {
    if (!words.isEmpty()) {
      err()
          .println(
              "left out "
                  + words.size()
                  + " words with blanks or line breaks, which "
                  + format
                  + " cannot hold, such as "
                  + words.stream().limit(NAMED).map(WordsExportCommand::quoted).toList());
    }
  }

  private static String quoted(String word) {
    return "'" + word.replace("\n", "\\n") + "'";
  }
}
