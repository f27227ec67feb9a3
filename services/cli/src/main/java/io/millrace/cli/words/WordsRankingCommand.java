package io.millrace.cli.words;

import io.millrace.cli.terminal.TextTable;
import io.millrace.search.words.SimilarWord;
import java.util.List;
import picocli.CommandLine.Option;

/** A command that lists words. */
abstract class WordsRankingCommand extends WordsQueryCommand {

  @Option(
      names = {"-k", "--limit"},
      paramLabel = "N",
      defaultValue = "10",
      description = "How many. Default: ${DEFAULT-VALUE}.")
  private int limit = 10;

  @Option(
      names = "--min-count",
      paramLabel = "N",
      defaultValue = "0",
      description = "Leaves out words met more rarely than this.")
  private long minCount;

  final int limit() {
    if (limit < 1) {
      throw usageError("-k must be >= 1, was " + limit);
    }
    return limit;
  }

  final long minCount() {
    if (minCount < 0) {
      throw usageError("--min-count must be >= 0, was " + minCount);
    }
    return minCount;
  }

  final void print(List<SimilarWord> found) {
    var table = new TextTable("WORD", "SIMILARITY", "MET");
    for (SimilarWord it : found) {
      table.row(it.word(), format(it.similarity()), Long.toString(it.count()));
    }
    table.print(out());
  }
}
