package io.millrace.cli.words;

import io.millrace.cli.terminal.TextTable;
import io.millrace.search.http.WordJson;
import io.millrace.search.words.WordStats;
import picocli.CommandLine.Command;

/** Statistics of all word vectors. */
@Command(
    name = "stats",
    description =
        "Prints statistics of the word vectors: their number, how often their words occurred, and"
            + " more.",
    footer = "  millrace words stats --json")
final class WordsStatsCommand extends WordsQueryCommand {

  @Override
  public Integer call() {
    return query(search -> {
      WordStats stats = search.stats();
      if (json()) {
        out().println(WordJson.stats(stats));
      } else {
        table(stats).print(out());
      }
    });
  }

  private static TextTable table(WordStats stats) {
    var table = new TextTable("STATISTIC", "VALUE");
    table.row("words", Long.toString(stats.words()));
    table.row("dimensions", Integer.toString(stats.dimensions()));
    if (stats.otherDimensions() > 0) {
      table.row("vectors with other dimensions", Long.toString(stats.otherDimensions()));
    }
    table.row("occurrences of all words", Long.toString(stats.occurrences()));
    table.row("occurrences of the rarest word", Long.toString(stats.minCount()));
    table.row("median occurrences of a word", Long.toString(stats.medianCount()));
    table.row("occurrences of the most frequent word", Long.toString(stats.maxCount()));
    table.row("oldest version of a vector", Long.toString(stats.oldestVersion()));
    table.row("newest version of a vector", Long.toString(stats.newestVersion()));
    table.row("mean norm", format(stats.meanNorm()));
    return table;
  }
}
