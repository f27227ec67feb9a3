package io.millrace.cli;

import io.millrace.schemas.avro.DocumentVector;
import io.millrace.search.SearchJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The vector of a document. */
@Command(
    name = "vector",
    description = "The newest vector of a document.",
    footer = {"  millrace documents vector mail-1", "  millrace documents vector mail-1 --json"})
final class DocumentsVectorCommand extends DocumentsAskingCommand {

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
