package io.millrace.cli.replay;

import io.millrace.cli.command.CommandException;
import io.millrace.cli.command.KafkaCommand;
import io.millrace.cli.kafka.ClusterConnection;
import io.millrace.cli.terminal.AtomicFile;
import io.millrace.cli.terminal.StatusLine;
import io.millrace.cli.terminal.TerminalDetection;
import io.millrace.cli.training.TrainedModel;
import io.millrace.runtime.administration.ManifestSettings;
import io.millrace.runtime.administration.ModelReplay;
import io.millrace.runtime.administration.ReplayRanges;
import io.millrace.runtime.administration.ReplayRanges.LogPosition;
import io.millrace.runtime.models.ModelName;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.avro.InputRange;
import io.millrace.schemas.avro.ModelManifest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Learns a variant of a model from the log beside the live one. */
@Command(
    name = "replay",
    description = {
      "Learns a variant of a model from the log, with other settings, and compares it with the live"
          + " model over the same records: each is answered right before it is learned from. The"
          + " live model, its trainer and its consumer group are not touched, and nothing is"
          + " written unless --join is given. It takes as long as learning does.",
      "The settings that the model depends on are those of the live model, as its newest version"
          + " says, but for those of --set; there, the name may lack the model before it:"
          + " hidden=512 is vision.hidden=512.",
      "With the same records and settings, a trainer makes the same versions, byte for byte."
    },
    footer = {
      "  millrace replay vision --as slow --set learning.rate=0.0003",
      "  millrace replay vision --as wide --set hidden=512 --from 2d --plot wide.png",
      "  millrace replay classifier --as big --set hidden=128 --join"
    })
public final class ReplayCommand extends KafkaCommand {

  @Parameters(paramLabel = "MODEL", description = "The live model: vision or classifier.")
  private String model = "";

  @Option(
      names = "--as",
      paramLabel = "NAME",
      required = true,
      description = "The name of the variant: lower-case letters and digits.")
  private String name = "";

  @Option(
      names = "--from",
      paramLabel = "WHERE",
      description =
          "Where to begin: an offset (PARTITION:OFFSET,... if the topic has several partitions), a"
              + " time in ISO 8601, or a duration back such as 2d, 12h or 30m. Default: where the"
              + " live model has begun.")
  private @Nullable String from;

  @Option(
      names = "--to",
      paramLabel = "WHERE",
      description =
          "Where to end, in the same forms; that record is not learned from. Default: where the"
              + " newest version of the live model ends.")
  private @Nullable String to;

  @Option(
      names = "--plot",
      paramLabel = "FILE",
      description = "Draws the accuracy of both over the records as a PNG.")
  private @Nullable Path plot;

  @Option(
      names = "--json",
      description = "Prints a JSON object with the figures of every version instead of a table.")
  private boolean json;

  @Option(
      names = "--join",
      description =
          "Publishes the last version as the model MODEL-NAME, with its checkpoint: a trainer with"
              + " MODEL.variants=NAME and the same settings goes on from there.")
  private boolean join;

  @Option(
      names = "--replace",
      description = "With --join, takes the place of a model of that name; its versions stay.")
  private boolean replace;

  @Override
  public Integer call() {
    TrainedModel trained = trained();
    ModelName variant = variant(trained);
    UnaryOperator<String> full = given -> fullName(trained, given);
    Settings settings = settings(full);
    Map<String, String> own = new TreeMap<>(givenSettings(full));
    own.keySet().removeIf(setting -> !setting.startsWith(model + "."));
    Optional<LogPosition> begin = place("--from", from);
    Optional<LogPosition> end = place("--to", to);
    ClusterConnection.requireReachable(settings);
    List<ModelManifest> line = LiveLine.read(settings, model);
    if (line.isEmpty()) {
      throw new CommandException(
          model + " has no version to compare with; `millrace models list` shows the models");
    }
    try {
      replay(trained, variant, settings, own, line, begin, end);
      return CommandLine.ExitCode.OK;
    } catch (IncompatibleStateException e) {
      throw new CommandException(explained(String.valueOf(e.getMessage())), e);
    }
  }

  private void replay(
      TrainedModel trained,
      ModelName variant,
      Settings settings,
      Map<String, String> own,
      List<ModelManifest> line,
      Optional<LogPosition> begin,
      Optional<LogPosition> end) {
    ModelManifest newest = line.getLast();
    Settings its =
        ManifestSettings.of(settings, newest, model, it -> trained.trainer(it))
            .with(defaultsOfOptimizer(trained, own))
            .with(own);
    TrainedModel replayed = TrainedModel.of(variant.text()).orElseThrow();
    var replay = new ModelReplay(settings, replayed.trainer(its));
    ReplayRanges found = ReplayRanges.find(settings, newest, begin, end);
    found.notes().forEach(err()::println);
    if (newest.getEnvironment().containsKey("origin")) {
      err().println(model + " began with imported weights; " + variant.text() + " does not");
    }
    List<ModelManifest> versions = replay.run(found.ranges(), progress(variant, found.ranges()));
    var report =
        new ReplayReport(
            model,
            variant.text(),
            own,
            found.ranges(),
            PrequentialCurve.of(versions),
            PrequentialCurve.of(line, found.ranges()));
    if (json) {
      out().println(report.json());
    } else {
      report.print(out());
    }
    draw(report);
    if (join) {
      join(replay, variant, own);
    }
  }

  /** The rates of the live model are those of its optimizer: another one begins with its own. */
  private static Map<String, String> defaultsOfOptimizer(
      TrainedModel trained, Map<String, String> own) {
    Map<String, String> defaults = new TreeMap<>();
    if (own.containsKey(trained.service() + ".optimizer")) {
      for (String name : List.of("learning.rate", "dense.learning.rate", "momentum")) {
        String full = trained.service() + "." + name;
        if (trained.settingNames().contains(full)) {
          defaults.put(full, trained.defaultOf(full));
        }
      }
    }
    return defaults;
  }

  private void draw(ReplayReport report) {
    if (plot != null) {
      var image =
          ReplayChart.draw(report.variant(), report.replayed(), report.model(), report.live());
      AtomicFile.write(plot, out -> ImageIO.write(image, "png", out));
      err().println("drew " + plot);
    }
  }

  private void join(ModelReplay replay, ModelName variant, Map<String, String> own) {
    ModelManifest joined = replay.join(replace);
    String settings =
        own.entrySet().stream()
            .map(it ->
                " %s.%s.%s=%s"
                    .formatted(
                        model,
                        variant.variant(),
                        it.getKey().substring(model.length() + 1),
                        it.getValue()))
            .collect(Collectors.joining());
    err()
        .printf(
            "published version %d of %s; its trainer goes on with %s.variants=%s%s%n",
            joined.getVersion(), variant.text(), model, variant.variant(), settings);
  }

  private Consumer<ModelManifest> progress(ModelName variant, List<InputRange> ranges) {
    var status = new StatusLine(err(), TerminalDetection.isTerminal());
    double all = Math.max(1, ranges.stream().mapToLong(it -> it.getTo() - it.getFrom()).sum());
    return manifest -> {
      double done =
          manifest.getInputs().stream().mapToLong(it -> it.getTo() - it.getFrom()).sum() / all;
      status.show("learning " + variant.text(), done);
      if (done >= 1) {
        status.clear();
      }
    };
  }

  private TrainedModel trained() {
    if (model.equals(TrainedModel.EMBEDDING.toString())) {
      throw usageError(
          "embedding cannot be replayed: it learns without labels, so that there is nothing to"
              + " compare, and its input is compacted");
    }
    if (model.indexOf('-') >= 0) {
      throw usageError(
          "%s: replay the model that has the name of its service, with the variant's settings by --set"
              .formatted(model));
    }
    return TrainedModel.of(model)
        .orElseThrow(() ->
            usageError(
                "no service trains a model named '%s'; vision and classifier can be replayed"
                    .formatted(model)));
  }

  private ModelName variant(TrainedModel trained) {
    if (!ModelName.isVariant(name)) {
      throw usageError(
          "--as %s: a variant's name is at most 32 lower-case letters and digits, a letter first"
              .formatted(name));
    }
    String prefix = model + "." + name;
    for (String setting : trained.settingNames()) {
      if (setting.equals(prefix) || setting.startsWith(prefix + ".")) {
        throw usageError(
            "--as %s: %s is a setting of the service, so that no variant can have this name"
                .formatted(name, setting));
      }
    }
    if (replace && !join) {
      throw usageError("--replace is for --join");
    }
    return new ModelName(model, name);
  }

  private String fullName(TrainedModel trained, String given) {
    String full = model + "." + given;
    return trained.settingNames().contains(full) ? full : given;
  }

  private Optional<LogPosition> place(String option, @Nullable String text) {
    try {
      return Optional.ofNullable(text).map(it -> LogPositionParser.parse(it, Instant.now()));
    } catch (IllegalArgumentException e) {
      throw usageError(option + ": " + e.getMessage());
    }
  }

  private String explained(String message) {
    if (message.startsWith("the log no longer reaches")) {
      return message + ". `--from` with a later offset or a time replays what is left";
    }
    return message.startsWith("there is a")
        ? message + "; --replace takes its place, another --as leaves it alone"
        : message;
  }
}
