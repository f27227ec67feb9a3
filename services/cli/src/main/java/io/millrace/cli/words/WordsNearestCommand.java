package io.millrace.cli.words;

import io.millrace.cli.command.CommandException;
import io.millrace.cli.command.FileProblem;
import io.millrace.search.http.WordJson;
import io.millrace.search.words.SimilarWord;
import io.millrace.search.words.VectorText;
import io.millrace.search.words.WordSearch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists the words nearest to a word or to a vector. */
@Command(
    name = "nearest",
    description =
        "Lists the words whose vectors are most similar to that of a word, or to a given vector, by"
            + " cosine, the most similar first.",
    footer = {
      "  millrace words nearest money -k 20 --min-count 50",
      "  millrace words nearest --vector 0.1,-0.2,0.3",
      "  millrace words nearest --vector @vector.txt"
    })
final class WordsNearestCommand extends WordsRankingCommand {

  /** A word or a vector, not both. */
  static final class Target {

    @Parameters(index = "0", paramLabel = "WORD", description = "The word.")
    private @Nullable String word;

    @Option(
        names = "--vector",
        paramLabel = "V",
        description = {
          "A vector: numbers separated by commas, as many as the word vectors have; or @FILE with"
              + " numbers separated by commas or spaces."
        })
    private @Nullable String vector;
  }

  @ArgGroup(multiplicity = "1")
  private Target target = new Target();

  @Override
  public Integer call() {
    int limit = limit();
    long minCount = minCount();
    String text = target.vector;
    if (text != null) {
      float[] vector = vector(text);
      return query(search -> nearest(search, vector));
    }
    String word = String.valueOf(target.word);
    return query(
        List.of(word),
        search -> {
          List<SimilarWord> found = search.nearest(word, limit, minCount);
          if (json()) {
            out().println(WordJson.nearest(search.known(word), found));
          } else {
            print(found);
          }
        });
  }

  private void nearest(WordSearch search, float[] vector) {
    int dimensions = search.table().vectors().dimensions();
    if (search.table().size() == 0) {
      throw new CommandException("no word has a vector yet; " + nextVersion(settings()));
    }
    if (vector.length != dimensions) {
      throw usageError(
          "--vector has " + vector.length + " numbers, but the word vectors have " + dimensions);
    }
    List<SimilarWord> found = search.nearest(vector, limit(), minCount());
    if (json()) {
      out().println(WordJson.nearest(vector, found));
    } else {
      print(found);
    }
  }

  private float[] vector(String text) {
    try {
      return VectorText.parse(text.startsWith("@") ? content(text.substring(1)) : text);
    } catch (IllegalArgumentException e) {
      throw usageError("--vector: " + e.getMessage());
    }
  }

  private static String content(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      throw new CommandException("cannot read " + file + ": " + FileProblem.reason(e), e);
    }
  }
}
