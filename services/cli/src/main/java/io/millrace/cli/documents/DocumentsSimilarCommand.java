package io.millrace.cli.documents;

import io.millrace.cli.terminal.TextTable;
import io.millrace.search.documents.SimilarByEmbedding;
import io.millrace.search.http.DocumentJson;
import io.millrace.search.index.SimilarDocument;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The documents similar to one, or to a text. */
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
final class DocumentsSimilarCommand extends DocumentsQueryCommand {

  /** Either, and not both. */
  static final class Target {

    @Parameters(index = "0", paramLabel = "ID", description = "A document's id.")
    private @Nullable String id;

    @Option(
        names = "--text",
        paramLabel = "TEXT",
        description = "A text, weighed as if it were a document.")
    private @Nullable String text;
  }

  /** What of documents is compared. */
  enum Comparison {
    TERMS,
    EMBEDDING;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final int NAMED = 10;

  @ArgGroup(multiplicity = "1")
  private Target target = new Target();

  @Option(
      names = "--by",
      paramLabel = "WHAT",
      defaultValue = "terms",
      description = {
        "terms compares the weights of common terms; embedding the means of the terms' word"
            + " vectors, so that documents with other words of the same meaning are similar too."
            + " Default: ${DEFAULT-VALUE}."
      })
  private Comparison comparison = Comparison.TERMS;

  @Option(
      names = {"-k", "--limit"},
      paramLabel = "N",
      defaultValue = "10",
      description = "How many. Default: ${DEFAULT-VALUE}.")
  private int limit = 10;

  @Override
  public Integer call() {
    if (limit < 1) {
      throw usageError("-k must be >= 1, was " + limit);
    }
    String text = target.text;
    if (comparison == Comparison.EMBEDDING) {
      return byEmbedding(text);
    }
    if (text != null) {
      return query(true, search -> print("text", text, search.similarTo(text, limit)));
    }
    String id = String.valueOf(target.id);
    return query(
        false,
        search ->
            print("id", id, search.similar(id, limit).orElseThrow(() -> unknownDocument(id))));
  }

  private Integer byEmbedding(@Nullable String text) {
    if (text != null) {
      return query(
          true, true, search -> print("text", text, search.similarToByEmbedding(text, limit)));
    }
    String id = String.valueOf(target.id);
    return query(
        false,
        true,
        search ->
            print(
                "id",
                id,
                search.similarByEmbedding(id, limit).orElseThrow(() -> unknownDocument(id))));
  }

  private void print(String what, String value, SimilarByEmbedding found) {
    warnAboutTerms(found);
    if (json()) {
      out().println(DocumentJson.similar(what, value, found));
    } else {
      table(found.similar()).print(out());
    }
  }

  private void warnAboutTerms(SimilarByEmbedding found) {
    List<String> without = found.query().termsWithoutVector();
    if (!without.isEmpty()) {
      err()
          .println(
              without.size()
                  + " of "
                  + found.query().terms()
                  + " terms have no word vector and are left out, such as "
                  + without.stream().limit(NAMED).toList());
    }
    if (found.isLowCoverage()) {
      err()
          .println(
              "so few terms have a word vector that the answer says little: do text.analysis and"
                  + " embedding.analysis make the same words?");
    }
    if (found.query().terms() == 0) {
      err().println("it has no term that a document has");
    }
  }

  private void print(String what, String value, List<SimilarDocument> found) {
    if (json()) {
      out().println(DocumentJson.similar(what, value, found));
      return;
    }
    if (found.isEmpty()) {
      err().println("no document has a term in common with it");
    }
    table(found).print(out());
  }

  private static TextTable table(List<SimilarDocument> found) {
    var table = new TextTable("DOCUMENT", "SIMILARITY", "LABEL");
    for (SimilarDocument it : found) {
      table.row(it.id(), format(it.similarity()), it.label() == null ? "" : it.label());
    }
    return table;
  }
}
