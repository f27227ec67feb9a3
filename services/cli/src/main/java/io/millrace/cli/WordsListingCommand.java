package io.millrace.cli;

import io.millrace.search.words.NearWord;
import java.util.List;
import picocli.CommandLine.Option;

/** A command that lists words. */
abstract class WordsListingCommand extends WordsAskingCommand {

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
      throw wrong("-k must be >= 1, was " + limit);
    }
    return limit;
  }

  final long minCount() {
    if (minCount < 0) {
      throw wrong("--min-count must be >= 0, was " + minCount);
    }
    return minCount;
  }

  final void print(List<NearWord> found) {
    var table = new Table("WORD", "SIMILARITY", "MET");
    for (NearWord it : found) {
      table.row(it.word(), number(it.similarity()), Long.toString(it.count()));
    }
    table.print(out());
  }
}
