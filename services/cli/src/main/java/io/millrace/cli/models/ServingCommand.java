package io.millrace.cli.models;

import io.millrace.cli.settings.ServiceRegistry;
import io.millrace.runtime.administration.ServingDecisions;
import io.millrace.runtime.models.ModelName;
import io.millrace.runtime.models.ServingPointer;
import io.millrace.runtime.records.AvroJson;
import io.millrace.runtime.records.BytesJson;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.avro.ServingDecision;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command by which a person decides which version of a model, or of a variant, answers. */
abstract class ServingCommand extends ModelCommand {

  @Option(
      names = "--by",
      paramLabel = "NAME",
      description = "Who decides. Default: the name of the user.")
  private String by = System.getProperty("user.name", "");

  @Option(names = "--note", paramLabel = "TEXT", description = "Why, for the history.")
  private String note = "";

  @Option(names = "--json", description = "Prints the decision as a JSON object.")
  private boolean json;

  /**
   * Decides.
   *
   * @throws io.millrace.runtime.administration.RefusedException if that cannot be decided
   */
  abstract ServingDecision decide(ServingDecisions serving);

  @Override
  final void run(Settings settings, ModelName name) {
    ServingDecision decision =
        ServingDecisions.make(
            settings,
            ServiceRegistry.SERVING_RULES,
            name,
            new ServingDecisions.Person(by, note),
            this::decide);
    out()
        .println(
            json ? new AvroJson(new BytesJson(false)).record(decision).toString() : line(decision));
  }

  private static String line(ServingDecision decision) {
    String model = ServingPointer.servingModel(decision);
    String previousModel = ServingPointer.previousModel(decision);
    String before =
        decision.getPrevious() == null
            ? ""
            : " (before: version %d%s)"
                .formatted(
                    decision.getPrevious(),
                    previousModel.equals(model) ? "" : " of " + previousModel);
    return decision.getVersion() == null
        ? "the newest version of " + model + " answers from now on" + before
        : "version %d of %s answers from now on%s".formatted(decision.getVersion(), model, before);
  }

  /** Chooses a version. */
  @Command(
      name = "promote",
      description = {
        "Makes a version answer from the next batch of scoring on, newer or older than the one that"
            + " answers now, and keeps its parts. One of a variant takes the place of the"
            + " model's own.",
        "Scoring must follow such decisions: scoring.MODEL.serving=manual or gated. With gated,"
            + " rules may still replace it; `millrace models hold MODEL` keeps it."
      },
      footer = {
        "  millrace models promote vision 42",
        "  millrace models promote vision 42 --note 'better on the new cameras'",
        "  millrace models promote vision-wide 17"
      })
  static final class Promote extends ServingCommand {

    @Parameters(index = "1", paramLabel = "VERSION", description = "The version.")
    private long version;

    @Override
    ServingDecision decide(ServingDecisions serving) {
      return serving.promote(version);
    }
  }

  /** Returns to the version before. */
  @Command(
      name = "rollback",
      description = {
        "Makes the version answer again that answered before, of a variant or not. A second"
            + " rollback undoes the first. With scoring.MODEL.serving=gated, rules may still"
            + " replace it; `millrace models hold MODEL` keeps it."
      },
      footer = "  millrace models rollback vision --note 'answers cat to everything'")
  static final class Rollback extends ServingCommand {

    @Override
    ServingDecision decide(ServingDecisions serving) {
      return serving.rollBack();
    }
  }

  /** Keeps the version that answers. */
  @Command(
      name = "hold",
      description = "Stays with the version that answers now, whatever is published.",
      footer = "  millrace models hold vision")
  static final class Hold extends ServingCommand {

    @Override
    ServingDecision decide(ServingDecisions serving) {
      return serving.hold();
    }
  }

  /** Returns to the newest version. */
  @Command(
      name = "follow",
      description =
          "Makes the newest version answer, and each newer one as it is published, until the next"
              + " decision.",
      footer = "  millrace models follow vision")
  static final class Follow extends ServingCommand {

    @Override
    ServingDecision decide(ServingDecisions serving) {
      return serving.follow();
    }
  }
}
