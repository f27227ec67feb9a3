package io.millrace.cli.models;

import io.millrace.cli.command.KafkaCommand;
import io.millrace.cli.json.AvroJson;
import io.millrace.cli.json.BytesJson;
import io.millrace.cli.kafka.ClusterConnection;
import io.millrace.cli.terminal.TextTable;
import io.millrace.cli.training.NextVersion;
import io.millrace.cli.training.TrainedModel;
import io.millrace.runtime.models.PublishedManifests;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.avro.ModelManifest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists published versions. */
@Command(
    name = "list",
    description = {
      "Lists the published versions, the newest last.",
      "Of a model that has learned nothing yet, says how many records its next version needs."
    },
    footer = {"  millrace models list vision", "  millrace models list --json --all"})
final class ModelsListCommand extends KafkaCommand {

  private static final int SHOWN = 10;

  @Parameters(
      arity = "0..1",
      paramLabel = "MODEL",
      completionCandidates = TrainedModel.Names.class,
      description = "The model. Default: all models.")
  private @Nullable String model;

  @Option(
      names = "--all",
      description = "Lists every version, not only the last " + SHOWN + " of each model.")
  private boolean all;

  @Option(names = "--json", description = "Prints each manifest as a JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    Settings settings = settings();
    ClusterConnection.requireReachable(settings);
    var manifests = PublishedManifests.read(settings, all ? Integer.MAX_VALUE : SHOWN);
    List<String> models =
        manifests.models().stream().filter(it -> model == null || it.equals(model)).toList();
    Stream<ModelManifest> shown = models.stream().flatMap(manifests::of);
    if (json) {
      var show = new AvroJson(new BytesJson(false));
      shown.forEach(manifest -> out().println(show.record(manifest)));
    } else if (models.isEmpty()) {
      out().println("no model has published a version yet");
    } else {
      table(shown).print(out());
    }
    models.forEach(it -> leftOut(it, manifests).ifPresent(err()::println));
    List<TrainedModel> listed =
        Arrays.stream(TrainedModel.values())
            .filter(it -> model == null || it.toString().equals(model))
            .toList();
    NextVersion.ofUntrained(settings, listed, manifests).forEach((json ? err() : out())::println);
    return CommandLine.ExitCode.OK;
  }

  /** What of a model is not listed. */
  private static Optional<String> leftOut(String model, PublishedManifests manifests) {
    long older = manifests.older(model);
    long first = manifests.firstVersion(model);
    if (older == 0 && first == 0) {
      return Optional.empty();
    }
    List<String> parts = new ArrayList<>();
    if (older > 0) {
      parts.add(String.format(Locale.ROOT, "%,d older versions are listed by --all", older));
    }
    if (first > 0) {
      parts.add(
          String.format(
              Locale.ROOT,
              "the manifests before version %,d are deleted (%s.manifests.retain)",
              first,
              model));
    }
    return Optional.of(model + ": " + String.join("; ", parts));
  }

  private static TextTable table(Stream<ModelManifest> manifests) {
    var table = new TextTable("MODEL", "VERSION", "RECORDS", "CLASSES", "BYTES", "METRICS");
    manifests.forEach(manifest -> table.row(cells(manifest)));
    return table;
  }

  private static String[] cells(ModelManifest manifest) {
    return new String[] {
      manifest.getModel(),
      Long.toString(manifest.getVersion()),
      Long.toString(manifest.getRecords()),
      Integer.toString(manifest.getClasses().size()),
      Long.toString(manifest.getSizeBytes()),
      new TreeMap<>(manifest.getMetrics())
          .entrySet().stream()
              .map(metric -> metric.getKey() + " " + rounded(metric.getValue()))
              .collect(Collectors.joining(", "))
    };
  }

  /** Whole numbers without decimal places, others with four. */
  private static String rounded(double metric) {
    return String.format(Locale.ROOT, metric == Math.rint(metric) ? "%.0f" : "%.4f", metric);
  }
}
