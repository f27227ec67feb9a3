package io.millrace.cli.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.cli.command.KafkaCommand;
import io.millrace.cli.kafka.ClusterConnection;
import io.millrace.cli.settings.ServiceRegistry;
import io.millrace.cli.terminal.TextTable;
import io.millrace.cli.training.NextVersion;
import io.millrace.cli.training.TrainedModel;
import io.millrace.runtime.administration.ServingDecisions;
import io.millrace.runtime.models.ModelName;
import io.millrace.runtime.models.PublishedManifests;
import io.millrace.runtime.models.ServingPointer;
import io.millrace.runtime.models.VersionId;
import io.millrace.runtime.records.AvroJson;
import io.millrace.runtime.records.BytesJson;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.avro.ModelManifest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
      "Lists the published versions, the newest last. SERVING says which one answers, by the"
          + " settings of scoring (scoring.MODEL.serving; give this command the same), and which"
          + " one answered before, to which a rollback returns.",
      "SERVED is the prequential accuracy of what a version has served, with the interval in which"
          + " the true one lies with 95 % (Wilson 1927).",
      "Of a model that has learned nothing yet, says how many records its next version needs."
    },
    footer = {"  millrace models list vision", "  millrace models list --json --all"})
final class ModelsListCommand extends KafkaCommand {

  private static final int SHOWN = 10;

  @Parameters(
      arity = "0..1",
      paramLabel = "MODEL",
      completionCandidates = TrainedModel.Names.class,
      description = "The model, with its variants; or a variant. Default: all models.")
  private @Nullable String model;

  @Option(
      names = "--all",
      description = "Lists every version, not only the last " + SHOWN + " of each model.")
  private boolean all;

  @Option(names = "--json", description = "Prints each version as a JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    Settings settings = settings();
    ClusterConnection.requireReachable(settings);
    var manifests = PublishedManifests.read(settings, all ? Integer.MAX_VALUE : SHOWN);
    List<String> models =
        manifests.models().stream().filter(it -> model == null || isOf(model, it)).toList();
    var pointers = ServingPointer.read(settings);
    List<Row> rows = new ArrayList<>();
    for (String name : models) {
      String kind = ModelName.kindOf(name);
      var pointer = Optional.ofNullable(pointers.get(kind));
      Optional<VersionId> answers =
          ServingDecisions.answers(
              settings, ServiceRegistry.SERVING_RULES, kind, pointer, manifests::newestVersion);
      manifests.of(name).forEach(it -> rows.add(row(it, answers, pointer, manifests)));
    }
    if (json) {
      var served = ServedAccuracies.read(settings);
      rows.forEach(row -> out().println(row.json(served)));
    } else if (models.isEmpty()) {
      out().println("no model has published a version yet");
    } else {
      table(rows, ServedAccuracies.read(settings)).print(out());
    }
    models.forEach(it -> leftOut(it, manifests).ifPresent(err()::println));
    List<TrainedModel> listed =
        TrainedModel.all(settings).stream()
            .filter(it -> model == null || it.toString().equals(model))
            .toList();
    NextVersion.ofUntrained(settings, listed, manifests).forEach((json ? err() : out())::println);
    return CommandLine.ExitCode.OK;
  }

  /** Whether a model is the one that was asked for, or a variant of it. */
  private static boolean isOf(String asked, String name) {
    return name.equals(asked) || ModelName.isOfKind(name, asked);
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
              ModelName.kindOf(model)));
    }
    return Optional.of(model + ": " + String.join("; ", parts));
  }

  /** A version, and its part in answering: "answers", "before", or nothing. */
  private record Row(ModelManifest manifest, String serving, Instant published) {

    ObjectNode json(ServedAccuracies served) {
      ObjectNode object = new AvroJson(new BytesJson(false)).record(manifest);
      object.put("serving", serving);
      object.put("published", published.toString());
      served.put(manifest, object);
      return object;
    }
  }

  private static Row row(
      ModelManifest manifest,
      Optional<VersionId> answers,
      Optional<ServingPointer> pointer,
      PublishedManifests manifests) {
    var version = Optional.of(new VersionId(manifest.getModel(), manifest.getVersion()));
    boolean pinned = pointer.isPresent() && pointer.get().version().equals(answers);
    String serving = "";
    if (answers.equals(version)) {
      serving = "answers";
    } else if (pinned && pointer.get().previous().equals(version)) {
      serving = "before";
    }
    Instant published =
        manifests.published(manifest.getModel(), manifest.getVersion()).orElseThrow();
    return new Row(manifest, serving, published);
  }

  private static TextTable table(List<Row> rows, ServedAccuracies served) {
    var table =
        new TextTable(
            "MODEL", "VERSION", "SERVING", "AGE", "RECORDS", "CLASSES", "BYTES", "SERVED",
            "METRICS");
    Instant now = Instant.now();
    rows.forEach(row -> table.row(cells(row, now, served)));
    return table;
  }

  private static String[] cells(Row row, Instant now, ServedAccuracies served) {
    ModelManifest manifest = row.manifest();
    return new String[] {
      manifest.getModel(),
      Long.toString(manifest.getVersion()),
      row.serving().isEmpty() ? "-" : row.serving(),
      age(Duration.between(row.published(), now)),
      Long.toString(manifest.getRecords()),
      Integer.toString(manifest.getClasses().size()),
      Long.toString(manifest.getSizeBytes()),
      served.text(manifest),
      new TreeMap<>(manifest.getMetrics())
          .entrySet().stream()
              .map(metric -> metric.getKey() + " " + rounded(metric.getValue()))
              .collect(Collectors.joining(", "))
    };
  }

  /** In the largest unit of which there is at least one: {@code 3d}. */
  static String age(Duration age) {
    if (age.toDays() > 0) {
      return age.toDays() + "d";
    }
    if (age.toHours() > 0) {
      return age.toHours() + "h";
    }
    return age.toMinutes() > 0 ? age.toMinutes() + "m" : Math.max(0, age.toSeconds()) + "s";
  }

  /** Whole numbers without decimal places, others with four. */
  private static String rounded(double metric) {
    return String.format(Locale.ROOT, metric == Math.rint(metric) ? "%.0f" : "%.4f", metric);
  }
}
