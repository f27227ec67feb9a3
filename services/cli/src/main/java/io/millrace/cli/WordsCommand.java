package io.millrace.cli;

import io.millrace.search.words.NearWord;
import io.millrace.search.words.UnknownWordException;
import io.millrace.search.words.VectorText;
import io.millrace.search.words.WordJson;
import io.millrace.search.words.WordSearch;
import io.millrace.search.words.WordStats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What the word vectors know. */
@Command(
    name = "words",
    description = "Asks the published word vectors, or saves them as a file.",
    footer = {
      "  millrace words nearest money",
      "  millrace words analogy man king woman",
      "  millrace words export --format word2vec words.txt"
    },
    subcommands = {
      WordsCommand.Nearest.class,
      WordsCommand.Analogy.class,
      WordsCommand.Similarity.class,
      WordsCommand.Stats.class,
      WordsExportCommand.class
    })
final class WordsCommand {

  /** A command that reads the vectors and asks them. */
  abstract static class Asking extends ClusterCommand {

    @Option(names = "--json", description = "Prints one JSON object, as over HTTP.")
    private boolean json;

    final boolean json() {
      return json;
    }

    /** What is asked. */
    interface Question {
      void ask(WordSearch search);
    }

    final Integer ask(Question question) {
      var settings = settings();
      Cluster.require(settings);
      var progress = new WaitingLine(err(), Screen.isTerminal());
      WordSearch search =
          WordSearch.read(settings, done -> progress.show("reading word-vectors", done));
      progress.clear();
      try {
        question.ask(search);
      } catch (UnknownWordException e) {
        throw new Failure(String.valueOf(e.getMessage()), e);
      }
      return CommandLine.ExitCode.OK;
    }
  }

  /** A command that lists words. */
  abstract static class Listing extends Asking {

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

  static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  @Command(
      name = "nearest",
      description =
          "The words with the vectors most similar to a word's, or to a vector, by cosine, the most"
              + " similar first.",
      footer = {
        "  millrace words nearest money -k 20 --min-count 50",
        "  millrace words nearest --vector 0.1,-0.2,0.3",
        "  millrace words nearest --vector @vector.txt"
      })
  static final class Nearest extends Listing {

    /** Either, and not both. */
    static final class To {

      @Parameters(index = "0", paramLabel = "WORD", description = "The word.")
      private @Nullable String word;

      @Option(
          names = "--vector",
          paramLabel = "V",
          description = {
            "As many numbers as the word vectors have, between commas; or @FILE with them, between"
                + " commas or blanks."
          })
      private @Nullable String vector;
    }

    @ArgGroup(multiplicity = "1")
    private To to = new To();

    @Override
    public Integer call() {
      int limit = limit();
      long minCount = minCount();
      String text = to.vector;
      if (text != null) {
        float[] vector = vector(text);
        return ask(search -> nearest(search, vector));
      }
      String word = String.valueOf(to.word);
      return ask(search -> {
        List<NearWord> found = search.nearest(word, limit, minCount);
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
        throw new Failure("no word has a vector yet: see `millrace watch word-vectors`");
      }
      if (vector.length != dimensions) {
        throw wrong(
            "--vector has " + vector.length + " numbers, the word vectors have " + dimensions);
      }
      List<NearWord> found = search.nearest(vector, limit(), minCount());
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
        throw wrong("--vector: " + e.getMessage());
      }
    }

    private static String content(String file) {
      try {
        return Files.readString(Path.of(file));
      } catch (IOException e) {
        throw new Failure("cannot read " + file + ": " + e, e);
      }
    }
  }

  @Command(
      name = "analogy",
      description = {
        "Completes \"A is to B as C is to …\": the words nearest to B - A + C, without these three."
      },
      footer = "  millrace words analogy man king woman")
  static final class Analogy extends Listing {

    @Parameters(index = "0", paramLabel = "A", description = "A word: man.")
    private String a = "";

    @Parameters(index = "1", paramLabel = "B", description = "What it is to: king.")
    private String b = "";

    @Parameters(index = "2", paramLabel = "C", description = "Another word: woman.")
    private String c = "";

    @Override
    public Integer call() {
      int limit = limit();
      long minCount = minCount();
      return ask(search -> {
        List<NearWord> found = search.analogy(a, b, c, limit, minCount);
        if (json()) {
          out().println(WordJson.analogy(search.known(a), search.known(b), search.known(c), found));
        } else {
          print(found);
        }
      });
    }
  }

  @Command(
      name = "similarity",
      description = "The cosine of the angle between the vectors of two words, from -1 to 1.",
      footer = "  millrace words similarity money cash")
  static final class Similarity extends Asking {

    @Parameters(index = "0", paramLabel = "A", description = "A word.")
    private String a = "";

    @Parameters(index = "1", paramLabel = "B", description = "Another word.")
    private String b = "";

    @Override
    public Integer call() {
      return ask(search -> {
        double similarity = search.similarity(a, b);
        out()
            .println(
                json()
                    ? WordJson.similarity(search.known(a), search.known(b), similarity)
                    : number(similarity));
      });
    }
  }

  @Command(
      name = "stats",
      description = "How many words have a vector, how often they were met, and the like.",
      footer = "  millrace words stats --json")
  static final class Stats extends Asking {

    @Override
    public Integer call() {
      return ask(search -> {
        WordStats stats = search.stats();
        if (json()) {
          out().println(WordJson.stats(stats));
        } else {
          table(stats).print(out());
        }
      });
    }

    private static Table table(WordStats stats) {
      var table = new Table("FIGURE", "VALUE");
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
      table.row("mean norm", number(stats.meanNorm()));
      return table;
    }
  }
}
