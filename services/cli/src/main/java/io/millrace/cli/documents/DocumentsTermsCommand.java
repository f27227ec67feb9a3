package io.millrace.cli.documents;

import io.millrace.cli.terminal.TextTable;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.search.documents.DocumentSearch;
import io.millrace.search.http.DocumentJson;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The strongest terms of a document. */
@Command(
    name = "terms",
    description = "The terms of a document with the largest weights.",
    footer = {"  millrace documents terms mail-1", "  millrace documents terms mail-1 -k 50"})
final class DocumentsTermsCommand extends DocumentsQueryCommand {

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
      throw usageError("-k must be >= 1, was " + limit);
    }
    return query(false, search -> print(search.vector(id).orElseThrow(() -> unknownDocument(id))));
  }

  private void print(DocumentVector vector) {
    List<DocumentSearch.TermWeight> strongest = DocumentSearch.strongest(vector, limit);
    if (json()) {
      out().println(DocumentJson.terms(id, vector, strongest));
      return;
    }
    var table = new TextTable("TERM", "WEIGHT");
    strongest.forEach(it -> table.row(it.term(), format(it.weight())));
    table.print(out());
  }
}
