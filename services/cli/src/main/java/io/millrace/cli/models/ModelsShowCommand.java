package io.millrace.cli.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.cli.command.CommandException;
import io.millrace.cli.settings.ServiceRegistry;
import io.millrace.cli.terminal.PrintableText;
import io.millrace.cli.terminal.TextTable;
import io.millrace.runtime.administration.ServingDecisions;
import io.millrace.runtime.models.ModelName;
import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.models.PublishedManifests;
import io.millrace.runtime.models.ServingPointer;
import io.millrace.runtime.models.VersionId;
import io.millrace.runtime.records.AvroJson;
import io.millrace.runtime.records.BytesJson;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.avro.ModelManifest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows a version whole. */
@Command(
    name = "show",
    description = {
      "Shows a version: its manifest, whether it answers and since when, and whether its parts are"
          + " there, so that it can be promoted. Which version answers is told by the settings of"
          + " scoring (scoring.MODEL.serving): give this command the same."
    },
    footer = {"  millrace models show vision", "  millrace models show vision-wide 42 --json"})
final class ModelsShowCommand extends ModelCommand {

  private static final int LONGEST = 200;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "VERSION",
      description =
          "The version. Default: the one that answers if it is of this model, else the newest.")
  private @Nullable Long version;

  @Option(names = "--json", description = "Prints the version as a JSON object.")
  private boolean json;

  @Override
  void run(Settings settings, ModelName name) {
    String model = name.text();
    var manifests = PublishedManifests.read(settings, Integer.MAX_VALUE);
    Optional<ServingPointer> pointer =
        Optional.ofNullable(ServingPointer.read(settings).get(name.kind()));
    Optional<VersionId> answers =
        ServingDecisions.answers(
            settings,
            ServiceRegistry.SERVING_RULES,
            name.kind(),
            pointer,
            manifests::newestVersion);
    ModelManifest manifest =
        manifest(manifests, model, answers.filter(it -> it.model().equals(model)));
    long number = manifest.getVersion();
    ObjectNode shown = new AvroJson(new BytesJson(false)).record(manifest);
    shown.put("published", manifests.published(model, number).orElseThrow().toString());
    shown.put("hasParts", ModelReader.withParts(settings, model).contains(number));
    var id = Optional.of(new VersionId(model, number));
    shown.put("answers", answers.equals(id));
    pointer.filter(it -> it.version().equals(id)).ifPresent(it -> decision(shown, it));
    if (json) {
      out().println(shown);
      return;
    }
    var table = new TextTable("FIELD", "VALUE");
    shown
        .properties()
        .forEach(it -> {
          String value =
              it.getValue().isTextual() ? it.getValue().asText() : it.getValue().toString();
          table.row(it.getKey(), shortened(PrintableText.inOneLine(value)));
        });
    table.print(out());
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + "…";
  }

  private static void decision(ObjectNode shown, ServingPointer pointer) {
    shown.put("since", pointer.since().toString());
    shown.put("reason", pointer.decision().getReason().name());
    shown.put("by", pointer.decision().getBy());
    shown.put("note", pointer.decision().getNote());
  }

  private ModelManifest manifest(
      PublishedManifests manifests, String model, Optional<VersionId> answers) {
    Long wanted = version;
    if (wanted == null && answers.isEmpty()) {
      return manifests
          .newest(model)
          .orElseThrow(() ->
              new CommandException(
                  "no version of %s is published; `millrace models list` shows the models"
                      .formatted(model)));
    }
    long number = wanted == null ? answers.get().number() : wanted;
    return manifests
        .of(model)
        .filter(it -> it.getVersion() == number)
        .findFirst()
        .orElseThrow(() ->
            new CommandException(
                "version %d of %s is not published, or its manifest is deleted; `millrace models list %s --all` shows the versions"
                    .formatted(number, model, model)));
  }
}
