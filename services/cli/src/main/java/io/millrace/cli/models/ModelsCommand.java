package io.millrace.cli.models;

import picocli.CommandLine.Command;

/** Models: their published versions and their trainers. */
@Command(
    name = "models",
    description =
        "Lists, shows, exports, imports and verifies versions of models, chooses the one that"
            + " answers, resets a model, and closes the step of a trainer, or lets it go on with a"
            + " copy of its input.",
    footer = {
      "  millrace models list",
      "  millrace models promote vision 42",
      "  millrace models rollback vision",
      "  millrace models history vision",
      "  millrace models export vision --output vision.safetensors",
      "  millrace models import vision --input weights.safetensors --classes cat,dog",
      "  millrace models verify vision 42",
      "  millrace models reset classifier",
      "  millrace models close-step vision",
      "  millrace models translate-offsets embedding"
    },
    subcommands = {
      ModelsListCommand.class,
      ModelsShowCommand.class,
      ServingCommand.Promote.class,
      ServingCommand.Rollback.class,
      ServingCommand.Hold.class,
      ServingCommand.Follow.class,
      ModelsHistoryCommand.class,
      ModelsExportCommand.class,
      ModelsImportCommand.class,
      ModelsVerifyCommand.class,
      ModelsResetCommand.class,
      ModelsCloseStepCommand.class,
      ModelsTranslateOffsetsCommand.class
    })
public final class ModelsCommand {}
