package io.millrace.cli.documents;

import io.millrace.cli.terminal.TextTable;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.search.http.DocumentJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints the vector of a document. */
@Command(
    name = "vector",
    description = "Prints the newest vector of a document.",
    footer = {"  millrace documents vector mail-1", "  millrace documents vector mail-1 --json"})
final class DocumentsVectorCommand extends DocumentsQueryCommand {

  @Parameters(paramLabel = "ID", description = "The document's id, which is the key of its record.")
  private String id = "";

  @Override
  public Integer call() {
    return query(false, search -> print(search.vector(id).orElseThrow(() -> unknownDocument(id))));
  }

  private void print(DocumentVector vector) {
    if (json()) {
      out().println(DocumentJson.vector(id, vector));
      return;
    }
    var table = new TextTable("TERM", "WEIGHT");
    for (int i = 0; i < vector.getTerms().size(); i++) {
      table.row(vector.getTerms().get(i), format(vector.getWeights().get(i)));
    }
    table.print(out());
  }
}
