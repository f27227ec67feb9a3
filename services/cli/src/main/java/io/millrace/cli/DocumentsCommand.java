package io.millrace.cli;

import io.millrace.runtime.Settings;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.search.DocumentSearch;
import io.millrace.search.IndexInUseException;
import io.millrace.search.LocalIndex;
import io.millrace.search.SearchJson;
import io.millrace.search.Similar;
import io.millrace.search.SimilarByEmbedding;
import io.millrace.search.words.WordSearch;
import io.millrace.search.words.WordTable;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What the vectors of documents know. */
@Command(
    name = "documents",
    description = "Asks the weighed documents, and has them weighed again or counted anew.",
    footer = {
      "  millrace documents terms mail-1",
      "  millrace documents similar mail-1",
      "  millrace documents similar --text 'cheap pills'"
    },
    subcommands = {
      DocumentsCommand.Vector.class,
      DocumentsCommand.Terms.class,
      DocumentsCommand.ListSimilar.class,
      RefreshCommand.class,
      DocumentsResetCommand.class
    })
final class DocumentsCommand {

  /** A command that asks an index, which is first brought up to what the topics have. */
  abstract static class Asking extends ClusterCommand {

    @Option(names = "--json", description = "Prints one JSON object, as over HTTP.")
    private boolean json;

    final boolean json() {
      return json;
    }

    /** What is asked. */
    interface Question {
      void ask(DocumentSearch search);
    }

    /**
     * Asks.
     *
     * @param text whether a text will be weighed
     */
    final Integer ask(boolean text, Question question) {
      return ask(text, false, question);
    }

    /**
     * Asks.
     *
     * @param text whether a text will be weighed
     * @param embeddings whether documents will be compared by embeddings
     */
    final Integer ask(boolean text, boolean embeddings, Question question) {
      Settings settings = settings();
      Cluster.require(settings);
      var progress = new WaitingLine(err(), Screen.isTerminal());
      Optional<WordTable> words =
          embeddings
              ? Optional.of(
                  WordSearch.readTable(
                      settings, done -> progress.show("reading word-vectors", done)))
              : Optional.empty();
      try (var index =
          LocalIndex.open(
              settings,
              text ? Optional.of(Services.weigher(settings)) : Optional.empty(),
              words,
              progress::show)) {
        progress.clear();
        question.ask(index.search());
        return CommandLine.ExitCode.OK;
      } catch (IndexInUseException e) {
        throw new Failure(String.valueOf(e.getMessage()), e);
      }
    }

    static Failure unknown(String id) {
      return new Failure(
          "no document '"
              + id
              + "' has a vector: it was not sent, was deleted, or the text service has not weighed"
              + " it yet; see `millrace watch document-vectors --from earliest`");
    }

    static String number(double value) {
      return String.format(Locale.ROOT, "%.6f", value);
    }
  }

  @Command(
      name = "vector",
      description = "The newest vector of a document.",
      footer = {"  millrace documents vector mail-1", "  millrace documents vector mail-1 --json"})
  static final class Vector extends Asking {

    @Parameters(paramLabel = "ID", description = "The document's id: the key it was sent with.")
    private String id = "";

    @Override
    public Integer call() {
      return ask(false, search -> print(search.vector(id).orElseThrow(() -> unknown(id))));
    }

    private void print(DocumentVector vector) {
      if (json()) {
        out().println(SearchJson.vector(id, vector));
        return;
      }
      var table = new Table("TERM", "WEIGHT");
      for (int i = 0; i < vector.getTerms().size(); i++) {
        table.row(vector.getTerms().get(i), number(vector.getWeights().get(i)));
      }
      table.print(out());
    }
  }

  @Command(
      name = "terms",
      description = "The terms of a document with the largest weights.",
      footer = {"  millrace documents terms mail-1", "  millrace documents terms mail-1 -k 50"})
  static final class Terms extends Asking {

    @Parameters(paramLabel = "ID", description = "The document's id: the key it was sent with.")
    private String id = "";

    @Option(
        names = {"-k", "--limit"},
        paramLabel = "N",
        defaultValue = "10",
        description = "How many. Default: ${DEFAULT-VALUE}.")
    private int limit = 10;

    @Override
    public Integer call() {
      if (limit < 1) {
        throw wrong("-k must be >= 1, was " + limit);
      }
      return ask(false, search -> print(search.vector(id).orElseThrow(() -> unknown(id))));
    }

    private void print(DocumentVector vector) {
      List<DocumentSearch.Weighted> strongest = DocumentSearch.strongest(vector, limit);
      if (json()) {
        out().println(SearchJson.terms(id, vector, strongest));
        return;
      }
      var table = new Table("TERM", "WEIGHT");
      strongest.forEach(it -> table.row(it.term(), number(it.weight())));
      table.print(out());
    }
  }

  @Command(
      name = "similar",
      description = "The documents most similar to one, or to a text, by cosine.",
      footer = {
        "  millrace documents similar mail-1 -k 20",
        "  millrace documents similar --text 'cheap pills'",
        "  millrace documents similar mail-1 --by embedding",
        "",
        "A text is weighed by the settings text.*: give those of the text service."
      })
  static final class ListSimilar extends Asking {

    /** Either, and not both. */
    static final class To {

      @Parameters(index = "0", paramLabel = "ID", description = "A document's id.")
      private @Nullable String id;

      @Option(
          names = "--text",
          paramLabel = "TEXT",
          description = "A text, weighed as if it were a document.")
      private @Nullable String text;
    }

    /** What of documents is compared. */
    enum By {
      TERMS,
      EMBEDDING;

      @Override
      public String toString() {
        return name().toLowerCase(Locale.ROOT);
      }
    }

    private static final int NAMED = 10;

    @ArgGroup(multiplicity = "1")
    private To to = new To();

    @Option(
        names = "--by",
        paramLabel = "WHAT",
        defaultValue = "terms",
        description = {
          "terms compares the weights of common terms; embedding the means of the terms' word"
              + " vectors, so that documents with other words of the same meaning are similar too."
              + " Default: ${DEFAULT-VALUE}."
        })
    private By by = By.TERMS;

    @Option(
        names = {"-k", "--limit"},
        paramLabel = "N",
        defaultValue = "10",
        description = "How many. Default: ${DEFAULT-VALUE}.")
    private int limit = 10;

    @Override
    public Integer call() {
      if (limit < 1) {
        throw wrong("-k must be >= 1, was " + limit);
      }
      String text = to.text;
      if (by == By.EMBEDDING) {
        return byEmbedding(text);
      }
      if (text != null) {
        return ask(true, search -> print("text", text, search.similarTo(text, limit)));
      }
      String id = String.valueOf(to.id);
      return ask(
          false,
          search -> print("id", id, search.similar(id, limit).orElseThrow(() -> unknown(id))));
    }

    private Integer byEmbedding(@Nullable String text) {
      if (text != null) {
        return ask(
            true, true, search -> print("text", text, search.similarToByEmbedding(text, limit)));
      }
      String id = String.valueOf(to.id);
      return ask(
          false,
          true,
          search ->
              print("id", id, search.similarByEmbedding(id, limit).orElseThrow(() -> unknown(id))));
    }

    private void print(String what, String value, SimilarByEmbedding found) {
      tellTerms(found);
      if (json()) {
        out().println(SearchJson.similar(what, value, found));
      } else {
        table(found.similar()).print(out());
      }
    }

    private void tellTerms(SimilarByEmbedding found) {
      List<String> without = found.question().without();
      if (!without.isEmpty()) {
        err()
            .println(
                without.size()
                    + " of "
                    + found.question().terms()
                    + " terms have no word vector and are left out, such as "
                    + without.stream().limit(NAMED).toList());
      }
      if (found.isDoubtful()) {
        err()
            .println(
                "so few terms have a word vector that the answer says little: do text.analysis and"
                    + " embedding.analysis make the same words?");
      }
      if (found.question().terms() == 0) {
        err().println("it has no term that a document has");
      }
    }

    private void print(String what, String value, List<Similar> found) {
      if (json()) {
        out().println(SearchJson.similar(what, value, found));
        return;
      }
      if (found.isEmpty()) {
        err().println("no document has a term in common with it");
      }
      table(found).print(out());
    }

    private static Table table(List<Similar> found) {
      var table = new Table("DOCUMENT", "SIMILARITY", "LABEL");
      for (Similar it : found) {
        table.row(it.id(), number(it.similarity()), it.label() == null ? "" : it.label());
      }
      return table;
    }
  }
}
