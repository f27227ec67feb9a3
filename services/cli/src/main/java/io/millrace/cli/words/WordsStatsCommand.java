package io.millrace.cli.words;

import io.millrace.cli.terminal.TextTable;
import io.millrace.search.http.WordJson;
import io.millrace.search.words.WordStats;
import picocli.CommandLine.Command;

/** Figures over all words. */
@Command(
    name = "stats",
    description = "How many words have a vector, how often they were met, and the like.",
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
    var table = new TextTable("FIGURE", "VALUE");
    table.row("words", Long.toString(stats.words()));
    table.row("dimensions", Integer.toString(stats.dimensions()));
    if (stats.otherDimensions() > 0) {
      table.row("words with other dimensions", Long.toString(stats.otherDimensions()));
    }
    table.row("met, all words together", Long.toString(stats.occurrences()));
    table.row("met, the rarest word", Long.toString(stats.minCount()));
    table.row("met, the median word", Long.toString(stats.medianCount()));
    table.row("met, the most frequent word", Long.toString(stats.maxCount()));
    table.row("oldest version of a vector", Long.toString(stats.oldestVersion()));
    table.row("newest version of a vector", Long.toString(stats.newestVersion()));
    table.row("mean norm", format(stats.meanNorm()));
    return table;
  }
}
