package io.millrace.cli.documents;

import io.millrace.cli.command.ResultLimit;
import io.millrace.cli.terminal.TextTable;
import io.millrace.search.documents.SimilarByEmbedding;
import io.millrace.search.http.DocumentJson;
import io.millrace.search.index.SimilarDocument;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists the documents similar to a document or to a text. */
@Command(
    name = "similar",
    description = "Lists the documents most similar to a document or to a text, by cosine.",
    footer = {
      "  millrace documents similar mail-1 -k 20",
      "  millrace documents similar --text 'cheap pills'",
      "  millrace documents similar mail-1 --by embedding",
      "",
      "Weights of a text depend on text.*: give the settings of the text service."
    })
final class DocumentsSimilarCommand extends DocumentsQueryCommand {

  /** A document or a text, not both. */
  static final class Target {

    @Parameters(
        index = "0",
        paramLabel = "ID",
        description = "The id of a document, which is the key of its record.")
    private @Nullable String id;

    @Option(
        names = "--text",
        paramLabel = "TEXT",
        description = "A text, treated as if it were a document.")
    private @Nullable String text;
  }

  /** What is compared. */
  enum Comparison {
    TERMS,
    EMBEDDING;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final int SHOWN = 10;

  @ArgGroup(multiplicity = "1")
  private Target target = new Target();

  @Option(
      names = "--by",
      paramLabel = "WHAT",
      defaultValue = "terms",
      description = {
        "What is compared: terms compares the weights of common terms; embedding compares the"
            + " weighted means of word vectors, which also finds documents with other words of the"
            + " same meaning. Default: ${DEFAULT-VALUE}."
      })
  private Comparison comparison = Comparison.TERMS;

  @Mixin private ResultLimit limit = new ResultLimit();

  @Override
  public Integer call() {
    int count = limit.get();
    String text = target.text;
    if (comparison == Comparison.EMBEDDING) {
      return byEmbedding(text, count);
    }
    if (text != null) {
      return query(
          true,
          search -> {
            List<SimilarDocument> found = search.similarTo(text, count);
            search.otherWeighting(found).ifPresent(err()::println);
            print("text", text, found);
          });
    }
    String id = String.valueOf(target.id);
    return query(
        false,
        search ->
            print("id", id, search.similar(id, count).orElseThrow(() -> unknownDocument(id))));
  }

  private Integer byEmbedding(@Nullable String text, int count) {
    if (text != null) {
      return query(
          true, true, search -> print("text", text, search.similarToByEmbedding(text, count)));
    }
    String id = String.valueOf(target.id);
    return query(
        false,
        true,
        search ->
            print(
                "id",
                id,
                search.similarByEmbedding(id, count).orElseThrow(() -> unknownDocument(id))));
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
                  + " terms have no word vector and are ignored, for example "
                  + without.stream().limit(SHOWN).toList());
    }
    if (found.isLowCoverage()) {
      err()
          .println(
              "the result is unreliable, because few terms have a word vector: check that"
                  + " text.analysis and embedding.analysis are the same");
    }
    if (found.query().terms() == 0) {
      err().println("no document has a term in common with it");
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
