package io.millrace.cli.words;

import io.millrace.search.http.WordJson;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The similarity of two words. */
@Command(
    name = "similarity",
    description = "Prints the cosine similarity of the vectors of two words, from -1 to 1.",
    footer = "  millrace words similarity money cash")
final class WordsSimilarityCommand extends WordsQueryCommand {

  @Parameters(index = "0", paramLabel = "A", description = "A word.")
  private String a = "";

  @Parameters(index = "1", paramLabel = "B", description = "Another word.")
  private String b = "";

  @Override
  public Integer call() {
    return query(
        List.of(a, b),
        search -> {
          double similarity = search.similarity(a, b);
          out()
              .println(
                  json()
                      ? WordJson.similarity(search.known(a), search.known(b), similarity)
                      : format(similarity));
        });
  }
}
