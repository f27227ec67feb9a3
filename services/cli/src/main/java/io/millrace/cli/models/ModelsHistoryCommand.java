package io.millrace.cli.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.cli.command.KafkaCommand;
import io.millrace.cli.kafka.ClusterConnection;
import io.millrace.cli.terminal.PrintableText;
import io.millrace.cli.terminal.TextTable;
import io.millrace.cli.training.TrainedModel;
import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.models.ModelName;
import io.millrace.runtime.models.ServingPointer;
import io.millrace.runtime.models.VersionId;
import io.millrace.runtime.records.AvroJson;
import io.millrace.runtime.records.BytesJson;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.ServingDecision;
import io.millrace.schemas.avro.ServingDrift;
import io.millrace.schemas.avro.ServingEvidence;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists decisions about the version that answers. */
@Command(
    name = "history",
    description = {
      "Lists which version of each model, or of a variant, was chosen to answer, when, by whom and"
          + " why, and which versions were passed over since they could not; the last decision"
          + " last. Of a rule's decision EVIDENCE has the figures: how many labelled records only"
          + " one of the two models answered rightly, both, or neither, and the evidence with what"
          + " the rule required; of a drift its index, the threshold and the window.",
      "serving-events keeps them for a year."
    },
    footer = {"  millrace models history vision", "  millrace models history --json"})
final class ModelsHistoryCommand extends KafkaCommand {

  @Parameters(
      arity = "0..1",
      paramLabel = "MODEL",
      completionCandidates = TrainedModel.Names.class,
      description = "The model. Default: all models.")
  private @Nullable String model;

  @Option(names = "--json", description = "Prints each decision as a JSON object.")
  private boolean json;

  /** A decision and when the broker took it. */
  private record Event(ServingDecision decision, Instant time) {}

  @Override
  public Integer call() {
    Settings settings = settings();
    ClusterConnection.requireReachable(settings);
    List<Event> events = read(settings);
    if (json) {
      var show = new AvroJson(new BytesJson(false));
      for (Event event : events) {
        ObjectNode object = show.record(event.decision());
        object.put("time", event.time().toString());
        out().println(object);
      }
    } else if (events.isEmpty()) {
      out().println("nothing was decided yet");
    } else {
      var table =
          new TextTable("TIME", "MODEL", "DECISION", "VERSION", "BEFORE", "BY", "NOTE", "EVIDENCE");
      events.forEach(event -> table.row(cells(event)));
      table.print(out());
    }
    return CommandLine.ExitCode.OK;
  }

  private List<Event> read(Settings settings) {
    List<Event> events = new ArrayList<>();
    CommittedReader.readStable(
        settings,
        settings.topics().servingEvents().name(),
        (key, value, timestamp) -> {
          if (value != null
              && (model == null || key.equals(ModelName.kindOf(model)))
              && ServingPointer.decision(key, value)
                  instanceof Decoded.Valid<ServingDecision>(ServingDecision decision)) {
            events.add(new Event(decision, Instant.ofEpochMilli(timestamp)));
          }
        });
    return events;
  }

  private static String[] cells(Event event) {
    ServingDecision decision = event.decision();
    return new String[] {
      event.time().toString(),
      PrintableText.inOneLine(decision.getModel()),
      decision.getReason().name().toLowerCase(Locale.ROOT).replace('_', ' '),
      decision.getVersion() == null
          ? newest(decision)
          : version(decision.getVersion(), decision.getServingModel()),
      decision.getPrevious() == null
          ? ""
          : version(decision.getPrevious(), decision.getPreviousModel()),
      PrintableText.inOneLine(decision.getBy()),
      PrintableText.inOneLine(decision.getNote()),
      evidence(decision)
    };
  }

  private static String newest(ServingDecision decision) {
    return decision.getServingModel().isEmpty()
        ? "newest"
        : "newest of " + decision.getServingModel();
  }

  /** A version of the kind's own model by its number, that of a variant also by its name. */
  private static String version(long number, String variant) {
    return variant.isEmpty() ? Long.toString(number) : new VersionId(variant, number).toString();
  }

  private static String evidence(ServingDecision decision) {
    if (decision.getDrift() != null) {
      return drift(decision.getDrift());
    }
    return decision.getEvidence() == null ? "" : evidence(decision.getEvidence());
  }

  private static String drift(ServingDrift it) {
    return PrintableText.inOneLine(
        String.format(
            Locale.ROOT,
            "%s: index %.3g, threshold %.3g, window of %,d records",
            it.getSignal(),
            it.getIndex(),
            it.getThreshold(),
            it.getWindow()));
  }

  private static String evidence(ServingEvidence it) {
    String text =
        String.format(
            Locale.ROOT,
            "only %s right: %,d, only %s right: %,d, both: %,d, neither: %,d; evidence %.3g of"
                + " %.3g",
            it.getChallenger(),
            it.getOnlyChallenger(),
            new VersionId(it.getChampion(), it.getChampionVersion()),
            it.getOnlyChampion(),
            it.getBothRight(),
            it.getBothWrong(),
            it.getEValue(),
            it.getRequired());
    return PrintableText.inOneLine(text);
  }
}
