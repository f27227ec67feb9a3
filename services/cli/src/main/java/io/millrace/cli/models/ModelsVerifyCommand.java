package io.millrace.cli.models;

import io.millrace.cli.command.CommandException;
import io.millrace.cli.command.KafkaCommand;
import io.millrace.cli.kafka.ClusterConnection;
import io.millrace.cli.terminal.StatusLine;
import io.millrace.cli.terminal.TerminalDetection;
import io.millrace.cli.terminal.TextTable;
import io.millrace.cli.training.TrainedModel;
import io.millrace.runtime.administration.ModelVerification;
import io.millrace.runtime.administration.ModelVerification.Finding;
import io.millrace.runtime.administration.ModelVerification.Result;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.avro.ModelManifest;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Proves where a version came from. */
@Command(
    name = "verify",
    description = {
      "Proves where a version came from. Checks that its parts have the digest of its manifest,"
          + " that its manifest and those before it are as they were written (each has a hash over"
          + " the one before), and learns the version again from the log: the bytes must be the"
          + " same, and the records of every step those that its manifest says.",
      "Learning begins at the nearest checkpoint before the version that its trainer has kept"
          + " (MODEL.checkpoints.every). That proves what was learned after it; the checkpoint is"
          + " proved by verifying its own version. One that was changed, or after which the log"
          + " does not reach, is named and passed over. Without one, learning begins with the first"
          + " record, and takes as long as it did.",
      "It writes nothing, and a trainer that is running goes on. The settings that the model"
          + " depends on are taken from its manifest.",
      "Ends with 0 if all checks hold; the parts of an old version may be deleted, since its"
          + " manifest has their digest, and kept checkpoints may be passed over if they were not"
          + " changed. Ends with 1 if a check does not hold, or cannot be made: where the log no"
          + " longer reaches back, or another build or processor has made the version."
    },
    footer = {
      "  millrace models verify vision",
      "  millrace models verify classifier 42",
      "  millrace models verify classifier 42 --from-beginning"
    })
final class ModelsVerifyCommand extends KafkaCommand {

  /** The checks that need not be made, since others prove the version. */
  private static final Set<String> MAY_BE_UNPROVABLE =
      Set.of(ModelVerification.PARTS, ModelVerification.CHECKPOINT);

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      completionCandidates = TrainedModel.Names.class,
      description = "The model: ${COMPLETION-CANDIDATES}.")
  private String model = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "VERSION",
      description = "The version. Default: the newest.")
  private @Nullable Long version;

  @Option(
      names = "--from-beginning",
      description = "Passes over kept checkpoints, and learns from the first record on.")
  private boolean fromBeginning;

  @Override
  public Integer call() {
    TrainedModel trained =
        TrainedModel.of(model)
            .orElseThrow(() ->
                usageError(
                    "no service trains a model named '%s'; the models are %s"
                        .formatted(model, TrainedModel.choices())));
    Settings settings = settings();
    ClusterConnection.requireReachable(settings);
    var verification = new ModelVerification(trained.settings(settings), model, trained::trainer);
    if (verification.manifests().isEmpty()) {
      throw new CommandException(
          model + " has no version; `millrace models list` shows the models");
    }
    long wanted = version == null ? verification.manifests().lastKey() : version;
    ModelManifest manifest = verification.manifests().get(wanted);
    if (manifest == null) {
      throw new CommandException(
          "version %d of %s is not published, or its manifest is deleted; `millrace models list %s --all` shows the versions"
              .formatted(wanted, model, model));
    }
    return report(manifest, verification.verify(wanted, fromBeginning, progress(manifest)));
  }

  private LongConsumer progress(ModelManifest manifest) {
    var status = new StatusLine(err(), TerminalDetection.isTerminal());
    double all = Math.max(1, manifest.getRecords());
    return records -> {
      status.show("learning again", Math.min(1, records / all));
      if (records >= all) {
        status.clear();
      }
    };
  }

  private int report(ModelManifest manifest, List<Finding> findings) {
    out()
        .println(
            String.format(
                Locale.ROOT,
                "%s version %d, %,d records, SHA-256 %s",
                model,
                manifest.getVersion(),
                manifest.getRecords(),
                manifest.getSha256()));
    var table = new TextTable("CHECK", "RESULT", "FOUND");
    findings.forEach(
        it -> table.row(it.check(), it.result().name().toLowerCase(Locale.ROOT), it.text()));
    table.print(out());
    boolean proved =
        findings.stream()
            .allMatch(it ->
                it.result() == Result.PROVED
                    || MAY_BE_UNPROVABLE.contains(it.check()) && it.result() == Result.UNPROVABLE);
    return proved ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }
}
