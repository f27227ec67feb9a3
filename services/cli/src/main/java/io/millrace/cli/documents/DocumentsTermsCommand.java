package io.millrace.cli.documents;

import io.millrace.cli.command.ResultLimit;
import io.millrace.cli.terminal.TextTable;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.search.documents.DocumentSearch;
import io.millrace.search.http.DocumentJson;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Lists the terms of a document with the largest weights. */
@Command(
    name = "terms",
    description = "Lists the terms of a document with the largest weights.",
    footer = {"  millrace documents terms mail-1", "  millrace documents terms mail-1 -k 50"})
final class DocumentsTermsCommand extends DocumentsQueryCommand {

  @Parameters(paramLabel = "ID", description = "The document's id, which is the key of its record.")
  private String id = "";

  @Mixin private ResultLimit limit = new ResultLimit();

  @Override
  public Integer call() {
    int count = limit.get();
    return query(
        false, search -> print(search.vector(id).orElseThrow(() -> unknownDocument(id)), count));
  }

  private void print(DocumentVector vector, int count) {
    List<DocumentSearch.TermWeight> strongest = DocumentSearch.strongest(vector, count);
    if (json()) {
      out().println(DocumentJson.terms(id, vector, strongest));
      return;
    }
    var table = new TextTable("TERM", "WEIGHT");
    strongest.forEach(it -> table.row(it.term(), format(it.weight())));
    table.print(out());
  }
}
