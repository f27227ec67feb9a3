package io.millrace.cli.words;

import io.millrace.search.http.WordJson;
import io.millrace.search.words.SimilarWord;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Completes an analogy. */
@Command(
    name = "analogy",
    description = {
      "Completes \"A is to B as C is to ...\": lists the words nearest to B - A + C, without the"
          + " three words themselves."
    },
    footer = "  millrace words analogy man king woman")
final class WordsAnalogyCommand extends WordsRankingCommand {

  @Parameters(index = "0", paramLabel = "A", description = "A word, such as man.")
  private String a = "";

  @Parameters(index = "1", paramLabel = "B", description = "The word related to A, such as king.")
  private String b = "";

  @Parameters(index = "2", paramLabel = "C", description = "Another word, such as woman.")
  private String c = "";

  @Override
  public Integer call() {
    int limit = limit();
    long minCount = minCount();
    return query(
        List.of(a, b, c),
        search -> {
          List<SimilarWord> found = search.analogy(a, b, c, limit, minCount);
          if (json()) {
            out()
                .println(
                    WordJson.analogy(search.known(a), search.known(b), search.known(c), found));
          } else {
            print(found);
          }
        });
  }
}
