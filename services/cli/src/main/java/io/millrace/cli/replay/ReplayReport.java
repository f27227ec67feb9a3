package io.millrace.cli.replay;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.cli.replay.PrequentialCurve.Point;
import io.millrace.cli.terminal.TextTable;
import io.millrace.schemas.avro.InputRange;
import io.millrace.schemas.avro.ModelManifest;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a replay has found.
 *
 * @param model the live model
 * @param variant the name of the variant as a model: {@code vision-slow}
 * @param settings those in which it differs, with their full names
 * @param ranges what was replayed
 * @param replayed the curve of the variant
 * @param live the curve of the live model over the same records
 */
record ReplayReport(
    String model,
    String variant,
    Map<String, String> settings,
    List<InputRange> ranges,
    PrequentialCurve replayed,
    PrequentialCurve live) {

  private static final int ROWS = 10;

  /** Prints a table, and a line with the outcome. */
  void print(PrintWriter out) {
    for (InputRange range : ranges) {
      out.println(
          String.format(
              Locale.ROOT,
              "replayed %s partition %d from offset %,d to %,d",
              range.getTopic(),
              range.getPartition(),
              range.getFrom(),
              range.getTo()));
    }
    if (replayed.points().isEmpty()) {
      out.println(variant + " has no version yet: the records do not fill a step");
      return;
    }
    live.since()
        .ifPresent(version ->
            out.println(
                "the figures of %s count from its version %d on".formatted(model, version)));
    var table = new TextTable("RECORDS", "ACCURACY " + variant, model, "LOSS " + variant, model);
    Point end = replayed.last().orElseThrow();
    long shown = 0;
    for (int row = 1; row <= ROWS; row++) {
      Optional<Point> point = replayed.at(end.records() * row / ROWS);
      if (point.isPresent() && point.get().records() > shown) {
        shown = point.get().records();
        row(table, point.get(), live.at(shown));
      }
    }
    table.print(out);
    ModelManifest manifest = end.manifest();
    out.println(
        String.format(
            Locale.ROOT,
            "%s: %d versions, the last with SHA-256 %s",
            variant,
            replayed.points().size(),
            manifest.getSha256()));
    out.println(outcome(end));
  }

  private static void row(TextTable table, Point point, Optional<Point> beside) {
    table.row(
        String.format(Locale.ROOT, "%,d", point.records()),
        percent(point.accuracy()),
        beside.map(it -> percent(it.accuracy())).orElse("-"),
        number(point.loss()),
        beside.map(it -> number(it.loss())).orElse("-"));
  }

  private String outcome(Point end) {
    String own =
        String.format(
            Locale.ROOT,
            "%s answered %s of %,d records correctly, each before it learned from it",
            variant,
            percent(end.accuracy()),
            end.records());
    return live.at(end.records())
        .map(it -> own + "; %s %s".formatted(model, percent(it.accuracy())))
        .orElse(own);
  }

  private static String percent(double share) {
    return Double.isFinite(share) ? String.format(Locale.ROOT, "%.2f %%", 100 * share) : "-";
  }

  private static String number(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.4f", value) : "-";
  }

  /** All points of both curves. */
  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("model", model);
    json.put("variant", variant);
    ObjectNode own = json.putObject("settings");
    settings.forEach(own::put);
    ArrayNode inputs = json.putArray("inputs");
    for (InputRange range : ranges) {
      inputs
          .addObject()
          .put("topic", range.getTopic())
          .put("partition", range.getPartition())
          .put("from", range.getFrom())
          .put("to", range.getTo());
    }
    replayed.points().forEach(point -> point(json.withArray("/replayed").addObject(), point));
    live.points().forEach(point -> point(json.withArray("/live").addObject(), point));
    return json;
  }

  private static void point(ObjectNode json, Point point) {
    json.put("version", point.manifest().getVersion());
    json.put("records", point.records());
    finite(json, "accuracy", point.accuracy());
    finite(json, "loss", point.loss());
    json.put("sha256", point.manifest().getSha256());
    ObjectNode metrics = json.putObject("metrics");
    point.manifest().getMetrics().forEach((name, value) -> finite(metrics, name, value));
  }

  /** JSON has no NaN. */
  private static void finite(ObjectNode json, String name, double value) {
    if (Double.isFinite(value)) {
      json.put(name, value);
    } else {
      json.putNull(name);
    }
  }
}
