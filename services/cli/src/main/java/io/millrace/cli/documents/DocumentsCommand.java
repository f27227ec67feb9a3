package io.millrace.cli.documents;

import picocli.CommandLine.Command;

/** Queries over document vectors, and administration of the text service. */
@Command(
    name = "documents",
    description = "Queries the document vectors; recomputes them; resets the text service.",
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
