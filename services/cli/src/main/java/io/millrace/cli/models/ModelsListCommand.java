package io.millrace.cli.models;

import io.millrace.cli.command.KafkaCommand;
import io.millrace.cli.json.AvroJson;
import io.millrace.cli.json.BytesJson;
import io.millrace.cli.kafka.ClusterConnection;
import io.millrace.cli.terminal.TextTable;
import io.millrace.cli.training.NextVersion;
import io.millrace.cli.training.TrainedModel;
import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.avro.ModelManifest;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
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
    List<ModelManifest> manifests = ModelReader.manifests(settings);
    Map<String, List<ModelManifest>> byModel =
        manifests.stream()
            .filter(manifest -> model == null || manifest.getModel().equals(model))
            .sorted(Comparator.comparingLong(ModelManifest::getVersion))
            .collect(
                Collectors.groupingBy(ModelManifest::getModel, TreeMap::new, Collectors.toList()));
    List<ModelManifest> shown =
        byModel.values().stream()
            .flatMap(
                versions -> versions.stream().skip(all ? 0 : Math.max(0, versions.size() - SHOWN)))
            .toList();
    if (json) {
      var show = new AvroJson(new BytesJson(false));
      shown.forEach(manifest -> out().println(show.record(manifest)));
    } else if (shown.isEmpty()) {
      out().println("no model has published a version yet");
    } else {
      table(shown).print(out());
    }
    List<TrainedModel> listed =
        Arrays.stream(TrainedModel.values())
            .filter(it -> model == null || it.toString().equals(model))
            .toList();
    NextVersion.ofUntrained(settings, listed, manifests).forEach((json ? err() : out())::println);
    return CommandLine.ExitCode.OK;
  }

  private static TextTable table(List<ModelManifest> manifests) {
    var table = new TextTable("MODEL", "VERSION", "RECORDS", "CLASSES", "BYTES", "METRICS");
    for (ModelManifest manifest : manifests) {
      table.row(
          manifest.getModel(),
          Long.toString(manifest.getVersion()),
          Long.toString(manifest.getRecords()),
          Integer.toString(manifest.getClasses().size()),
          Long.toString(manifest.getSizeBytes()),
          new TreeMap<>(manifest.getMetrics())
              .entrySet().stream()
                  .map(metric -> metric.getKey() + " " + rounded(metric.getValue()))
                  .collect(Collectors.joining(", ")));
    }
    return table;
  }

  /** Whole numbers without decimal places, others with four. */
  private static String rounded(double metric) {
    return String.format(Locale.ROOT, metric == Math.rint(metric) ? "%.0f" : "%.4f", metric);
  }
}
