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
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Saves the word vectors as a file. */
@Command(
    name = "export",
    description = {
      "Saves the word vectors as a file, the most frequent words first. Replaces a file of that"
          + " name.",
      "gensim's KeyedVectors.load_word2vec_format reads word2vec and word2vec-binary. The"
          + " safetensors file has the tensors vectors and counts, and the vocabulary in its"
          + " metadata, one word per line."
    },
    footer = {
      "  millrace words export --format word2vec words.txt",
      "  millrace words export --format safetensors --min-count 50 w.safetensors"
    })
final class WordsExportCommand extends KafkaCommand {

  private static final int NAMED = 5;

  @Option(
      names = "--format",
      required = true,
      description = "The file format: ${COMPLETION-CANDIDATES}.")
  private Format format = Format.WORD2VEC;

  @Mixin private MinCount minCount = new MinCount();

  @Parameters(paramLabel = "FILE", description = "The file to write.")
  private Path file = Path.of("");

  @Override
  public Integer call() {
    long atLeast = minCount.get();
    Settings settings = settings();
    ClusterConnection.requireReachable(settings);
    var progress = new StatusLine(err(), TerminalDetection.isTerminal());
    WordTable table =
        WordSearch.readTable(settings, done -> progress.show("reading word-vectors", done));
    var export = new WordExport(table, format, atLeast);
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
        ? "no word has a vector yet, so nothing was written; `millrace watch word-vectors` shows"
            + " new vectors"
        : "all "
            + table.size()
            + " words occurred less often than --min-count, so nothing was written: lower"
            + " --min-count";
  }

  private void warnAboutLeftOut(List<String> words) {
    if (!words.isEmpty()) {
      err()
          .println(
              "left out "
                  + words.size()
                  + " words that contain spaces or line breaks, which the format "
                  + format
                  + " cannot express, for example "
                  + words.stream().limit(NAMED).map(WordsExportCommand::quoted).toList());
    }
  }

  private static String quoted(String word) {
    return "'" + word.replace("\n", "\\n") + "'";
  }
}
