package io.millrace.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The queries of the Grafana dashboard.
 *
 * @param targets the queries of its panels
 * @param variables the queries that fill its lists of choices
 */
record Dashboard(List<Target> targets, List<Variable> variables) {

  private static final Path FILE =
      RepositoryPaths.DEPLOY.resolve("grafana/dashboards/millrace.json");
  private static final Pattern VALUES = Pattern.compile("label_values\\((.+), (\\w+)\\)");

  /**
   * One query of a panel.
   *
   * @param panel the panel's title
   * @param atOneTime whether the panel shows one instant, and not a time range
   * @param expression in PromQL, with Grafana's variables replaced as Grafana does
   */
  record Target(String panel, boolean instant, String expression) {}

  /**
   * A variable with a list of choices.
   *
   * @param selector the series from which the choices are taken
   * @param label the label whose values are the choices
   */
  record Variable(String selector, String label) {}

  static Dashboard read() throws IOException {
    JsonNode root = new ObjectMapper().readTree(FILE.toFile());
    List<Target> targets = new ArrayList<>();
    for (JsonNode panel : root.get("panels")) {
      String title = panel.get("title").asText();
      boolean atOneTime = panel.get("type").asText().equals("stat");
      for (JsonNode target : panel.path("targets")) {
        targets.add(new Target(title, atOneTime, filled(target.get("expr").asText())));
      }
    }
    List<Variable> variables =
        root.at("/templating/list")
            .valueStream()
            .filter(variable -> variable.get("type").asText().equals("query"))
            .map(variable -> variable(variable.at("/query/query").asText()))
            .toList();
    return new Dashboard(targets, variables);
  }

  /** All queries of the panels, one per line. */
  String expressions() {
    return String.join("\n", targets.stream().map(Target::expression).toList());
  }

  private static String filled(String expression) {
    String filled =
        expression.replace("$__rate_interval", "5s").replace("=~\"$service\"", "=~\".*\"");
    if (filled.contains("$")) {
      throw new AssertionError("this test does not know a variable in " + expression);
    }
    return filled;
  }

  private static Variable variable(String query) {
    Matcher matcher = VALUES.matcher(query);
    if (!matcher.matches()) {
      throw new AssertionError("not of the form label_values(metric, label): " + query);
    }
    return new Variable(matcher.group(1), matcher.group(2));
  }
}
