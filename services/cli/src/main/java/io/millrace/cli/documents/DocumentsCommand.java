package io.millrace.cli.documents;

import picocli.CommandLine.Command;

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
      DocumentsVectorCommand.class,
      DocumentsTermsCommand.class,
      DocumentsSimilarCommand.class,
      DocumentsRefreshCommand.class,
      DocumentsResetCommand.class
    })
public final class DocumentsCommand {}
