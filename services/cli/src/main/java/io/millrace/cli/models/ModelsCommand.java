package io.millrace.cli.models;

import io.millrace.cli.command.CommandException;
import io.millrace.cli.command.KafkaCommand;
import io.millrace.cli.json.AvroJson;
import io.millrace.cli.json.BytesJson;
import io.millrace.cli.kafka.ClusterConnection;
import io.millrace.cli.terminal.AtomicFile;
import io.millrace.cli.terminal.TextTable;
import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.training.ModelReset;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.topics.Topic;
import io.millrace.topics.Topics;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The versions of models. */
@Command(
    name = "models",
    description =
        "Lists the versions of models, saves one as a file, or begins a model anew, also from a"
            + " file.",
    footer = {
      "  millrace models list",
      "  millrace models export vision --output vision.safetensors",
      "  millrace models import vision --input weights.safetensors --classes cat,dog",
      "  millrace models reset classifier"
    },
    subcommands = {
      ModelsCommand.ListModels.class,
      ModelsCommand.Export.class,
      ModelsImportCommand.class,
      ModelsCommand.Reset.class
    })
public final class ModelsCommand {

  /** What each model is learned from; its trainer has the model's name. */
  private static final Map<String, Function<Topics, Topic<?, ?>>> INPUTS =
      new TreeMap<>(
          Map.of(
              "vision", Topics::imageExamples,
              "classifier", Topics::documentExamples,
              "embedding", Topics::documents));

  /** The models that there can be, for completion. */
  static final class ModelNames implements Iterable<String> {
    @Override
    public java.util.Iterator<String> iterator() {
      return INPUTS.keySet().iterator();
    }
  }

  @Command(
      name = "list",
      description = "Lists the published versions, the newest last.",
      footer = {"  millrace models list vision", "  millrace models list --json --all"})
  static final class ListModels extends KafkaCommand {

    private static final int SHOWN = 10;

    @Parameters(
        arity = "0..1",
        paramLabel = "MODEL",
        completionCandidates = ModelNames.class,
        description = "The model; all if none is named.")
    private @Nullable String model;

    @Option(names = "--all", description = "Lists every version, not the last " + SHOWN + " only.")
    private boolean all;

    @Option(names = "--json", description = "Prints each manifest as one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
      Settings settings = settings();
      ClusterConnection.requireReachable(settings);
      Map<String, List<ModelManifest>> byModel =
          ModelReader.manifests(settings).stream()
              .filter(manifest -> model == null || manifest.getModel().equals(model))
              .sorted(Comparator.comparingLong(ModelManifest::getVersion))
              .collect(
                  Collectors.groupingBy(
                      ModelManifest::getModel, TreeMap::new, Collectors.toList()));
      List<ModelManifest> shown =
          byModel.values().stream()
              .flatMap(versions ->
                  versions.stream().skip(all ? 0 : Math.max(0, versions.size() - SHOWN)))
              .toList();
      if (json) {
        var show = new AvroJson(new BytesJson(false));
        shown.forEach(manifest -> out().println(show.record(manifest)));
      } else if (shown.isEmpty()) {
        out().println("no model has published a version yet");
      } else {
        table(shown).print(out());
      }
      return CommandLine.ExitCode.OK;
    }

    private static TextTable table(List<ModelManifest> manifests) {
      var table = new TextTable("MODEL", "VERSION", "RECORDS", "CLASSES", "BYTES", "FIGURES");
      for (ModelManifest manifest : manifests) {
        table.row(
            manifest.getModel(),
            Long.toString(manifest.getVersion()),
            Long.toString(manifest.getRecords()),
            Integer.toString(manifest.getClasses().size()),
            Long.toString(manifest.getSizeBytes()),
            new TreeMap<>(manifest.getMetrics())
                .entrySet().stream()
                    .map(figure -> figure.getKey() + " " + rounded(figure.getValue()))
                    .collect(Collectors.joining(", ")));
      }
      return table;
    }

    /** Counts as whole numbers, all else with four places. */
    private static String rounded(double figure) {
      return String.format(Locale.ROOT, figure == Math.rint(figure) ? "%.0f" : "%.4f", figure);
    }
  }

  @Command(
      name = "export",
      description = "Saves a version as a file that PyTorch and others open.",
      footer = {
        "  millrace models export vision",
        "  millrace models export vision --version 42 --output v42.safetensors"
      })
  static final class Export extends KafkaCommand {

    /** File formats. */
    enum Format {
      SAFETENSORS
    }

    @Parameters(
        paramLabel = "MODEL",
        completionCandidates = ModelNames.class,
        description = "The model.")
    private String model = "";

    @Option(
        names = "--version",
        paramLabel = "N",
        description = "The version. Default: the newest.")
    private @Nullable Long version;

    @Option(
        names = "--format",
        defaultValue = "safetensors",
        description = "${COMPLETION-CANDIDATES}. Default: safetensors.")
    private Format format = Format.SAFETENSORS;

    @Option(
        names = "--output",
        paramLabel = "FILE",
        description = "Where to. Default: MODEL-VERSION.safetensors.")
    private @Nullable Path output;

    @Override
    public Integer call() {
      Settings settings = settings();
      ClusterConnection.requireReachable(settings);
      OptionalLong wanted = version == null ? OptionalLong.empty() : OptionalLong.of(version);
      ModelVersion found =
          ModelReader.load(settings, model, wanted)
              .orElseThrow(() -> new CommandException(absent()));
      ModelManifest manifest = found.manifest();
      if (manifest.getParts() == 0) {
        throw new CommandException(
            "the vectors of " + model + " are published word by word: see `millrace words export`");
      }
      Path file = output == null ? Path.of(name(manifest)) : output;
      AtomicFile.write(file, it -> it.write(found.bytes()));
      out()
          .println(
              file
                  + ": version "
                  + manifest.getVersion()
                  + " of "
                  + model
                  + ", "
                  + found.bytes().length
                  + " bytes, SHA-256 "
                  + manifest.getSha256());
      return CommandLine.ExitCode.OK;
    }

    private String name(ModelManifest manifest) {
      return model + "-" + manifest.getVersion() + "." + format.name().toLowerCase(Locale.ROOT);
    }

    private String absent() {
      return version == null
          ? "no version of a model named " + model + " is published; see `millrace models list`"
          : "version "
              + version
              + " of "
              + model
              + " is not published, or too old to be kept; see `millrace models list`";
    }
  }

  @Command(
      name = "reset",
      description = {
        "Makes a trainer begin anew: removes its checkpoint and puts it to the beginning of what it"
            + " learns from. Published versions stay, and their numbers go on.",
        "A trainer that runs meanwhile is fenced off."
      },
      footer = "  millrace models reset vision")
  static final class Reset extends KafkaCommand {

    @Parameters(
        paramLabel = "MODEL",
        completionCandidates = ModelNames.class,
        description = "The model.")
    private String model = "";

    @Override
    public Integer call() {
      Function<Topics, Topic<?, ?>> input = INPUTS.get(model);
      if (input == null) {
        throw usageError("no model is named " + model + "; there are " + INPUTS.keySet());
      }
      Settings settings = settings();
      ClusterConnection.requireReachable(settings);
      ModelReset.reset(settings, model, model, input.apply(settings.topics()));
      out().println(model + " begins anew when its trainer starts next");
      return CommandLine.ExitCode.OK;
    }
  }
}
