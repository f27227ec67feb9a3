package io.millrace.cli.words;

import picocli.CommandLine.Command;

/** What the word vectors know. */
@Command(
    name = "words",
    description = "Asks the published word vectors, or saves them as a file.",
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
