package io.millrace.cli.deadletters;

import picocli.CommandLine.Command;

/** Records that no service could use. */
@Command(
    name = "dead-letters",
    description = "Lists and shows records that no service could use, and sends them again.",
    footer = {
      "  millrace dead-letters list --limit 20",
      "  millrace dead-letters show documents-0-17",
      "  millrace dead-letters replay --topic documents"
    },
    subcommands = {
      DeadLettersListCommand.class,
      DeadLettersShowCommand.class,
      DeadLettersReplayCommand.class
    })
public final class DeadLettersCommand {}
