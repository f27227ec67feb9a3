package io.millrace.deploy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Prometheus has scraped of one instance, a sample a minute, as a test of {@code promtool test
 * rules}: whether an alert is silent before a fault and fires after it.
 */
final class ScrapeHistory {

  private static final Pattern SAMPLE =
      Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? ([-+.\\dE]+)(?: #.*)?");

  private final String alert;
  private final String only;
  private final List<Map<String, String>> minutes = new ArrayList<>();
  private int lastGood = -1;

  /**
   * A history without a sample.
   *
   * @param only a further condition for the alert, such as {@code service="text"}; may be empty
   */
  ScrapeHistory(String alert, String only) {
    this.alert = alert;
    this.only = only;
  }

  /** The instance answered with this for some minutes. */
  ScrapeHistory answers(String metrics, int forMinutes) {
    Map<String, String> samples = new TreeMap<>();
    metrics
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(SAMPLE::matcher)
        .filter(Matcher::matches)
        .forEach(it -> samples.put(series(it.group(1), it.group(2)), plain(it.group(3))));
    samples.put(series("up", null), "1");
    return add(samples, forMinutes);
  }

  /** It did not answer for some minutes. */
  ScrapeHistory isDown(int forMinutes) {
    return add(Map.of(series("up", null), "0"), forMinutes);
  }

  /** It is no longer among what is scraped. */
  ScrapeHistory isGone(int forMinutes) {
    return add(Map.of(), forMinutes);
  }

  private ScrapeHistory add(Map<String, String> samples, int forMinutes) {
    minutes.addAll(Collections.nCopies(forMinutes, samples));
    return this;
  }

  /** The fault comes now. */
  ScrapeHistory thenFails() {
    lastGood = minutes.size() - 1;
    return this;
  }

  /** The test: silent in the last minute before the fault, firing in the last of all. */
  ObjectNode test(YAMLMapper yaml, Pattern wanted) {
    ObjectNode test = yaml.createObjectNode().put("name", alert).put("interval", "1m");
    ArrayNode series = test.putArray("input_series");
    minutes.stream()
        .flatMap(it -> it.keySet().stream())
        .distinct()
        .filter(name -> wanted.matcher(name.substring(0, name.indexOf('{'))).matches())
        .sorted()
        .forEach(name -> series.addObject().put("series", name).put("values", values(name)));
    String firing =
        "count(ALERTS{alertname=\"%s\",alertstate=\"firing\"%s}) > bool 0"
            .formatted(alert, only.isEmpty() ? "" : "," + only);
    ArrayNode expressions = test.putArray("promql_expr_test");
    expressions
        .addObject()
        .put("expr", firing)
        .put("eval_time", lastGood + "m")
        .putArray("exp_samples");
    expressions
        .addObject()
        .put("expr", firing)
        .put("eval_time", minutes.size() - 1 + "m")
        .putArray("exp_samples")
        .addObject()
        .put("labels", "{}")
        .put("value", 1);
    return test;
  }

  private String values(String name) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < minutes.size(); i++) {
      String gap = i > 0 && minutes.get(i - 1).containsKey(name) ? "stale" : "_";
      values.add(minutes.get(i).getOrDefault(name, gap));
    }
    return String.join(" ", values);
  }

  private static String series(String name, String labels) {
    String own = "job=\"millrace\",instance=\"a:9404\"";
    return name + "{" + (labels == null ? own : labels + "," + own) + "}";
  }

  private static String plain(String number) {
    return new BigDecimal(number).toPlainString();
  }
}
