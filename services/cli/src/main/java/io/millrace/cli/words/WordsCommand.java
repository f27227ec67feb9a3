package io.millrace.cli.words;

import picocli.CommandLine.Command;

/** Queries over the published word vectors. */
@Command(
    name = "words",
    description = "Queries the published word vectors, or saves them as a file.",
    footer = {
      "  millrace words nearest money",
      "  millrace words analogy man king woman",
      "  millrace words export --format word2vec words.txt"
    },
    subcommands = {
      WordsNearestCommand.class,
      WordsAnalogyCommand.class,
      WordsSimilarityCommand.class,
      WordsStatsCommand.class,
      WordsExportCommand.class
    })
public final class WordsCommand {}
