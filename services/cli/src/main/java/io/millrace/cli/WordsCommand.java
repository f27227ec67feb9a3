package io.millrace.cli;

import io.millrace.embedding.WordVectors;
import io.millrace.learning.embedding.Neighbour;
import io.millrace.runtime.Settings;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What the word vectors know. */
@Command(
    name = "words",
    description = "Asks the published word vectors.",
    footer = "  millrace words nearest money",
    subcommands = WordsCommand.Nearest.class)
final class WordsCommand {

  @Command(
      name = "nearest",
      description = "The words with the most similar vectors, by cosine, the most similar first.",
      footer = "  millrace words nearest money -k 20 --min-count 50")
  static final class Nearest extends ClusterCommand {

    @Parameters(paramLabel = "WORD", description = "The word.")
    private String word = "";

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

    @Override
    public Integer call() {
      if (limit < 1) {
        throw wrong("-k must be >= 1, was " + limit);
      }
      Settings settings = settings();
      Cluster.require(settings);
      WordVectors vectors = WordVectors.read(settings);
      List<Neighbour> nearest =
          vectors
              .nearest(known(vectors), limit, minCount)
              .orElseThrow(() ->
                  new Failure(
                      "'"
                          + word
                          + "' has no vector: it was met too rarely, or not at all, in "
                          + vectors.words().size()
                          + " words"));
      var table = new Table("WORD", "SIMILARITY", "MET");
      for (Neighbour neighbour : nearest) {
        table.row(
            neighbour.word(),
            String.format(Locale.ROOT, "%.4f", neighbour.similarity()),
            Long.toString(vectors.count(neighbour.word())));
      }
      table.print(out());
      return CommandLine.ExitCode.OK;
    }

    /** The word as given or, if only that is known, in lower case as the analysis makes it. */
    private String known(WordVectors vectors) {
      return vectors.count(word) > 0 ? word : word.toLowerCase(Locale.ROOT);
    }
  }
}
