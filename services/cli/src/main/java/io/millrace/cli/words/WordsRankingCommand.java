package io.millrace.cli.words;

import io.millrace.cli.command.ResultLimit;
import io.millrace.cli.terminal.TextTable;
import io.millrace.search.words.SimilarWord;
import java.util.List;
import picocli.CommandLine.Mixin;

/** A query whose result is a list of words, the most similar first. */
abstract class WordsRankingCommand extends WordsQueryCommand {

  @Mixin private ResultLimit limit = new ResultLimit();
  @Mixin private MinCount minCount = new MinCount();

  final int limit() {
    return limit.get();
  }

  final long minCount() {
    return minCount.get();
  }

  final void print(List<SimilarWord> found) {
    if (found.isEmpty()) {
      err()
          .println("no other word that can be compared occurred at least " + minCount() + " times");
    }
    var table = new TextTable("WORD", "SIMILARITY", "COUNT");
    for (SimilarWord it : found) {
      table.row(it.word(), format(it.similarity()), Long.toString(it.count()));
    }
    table.print(out());
  }
}
