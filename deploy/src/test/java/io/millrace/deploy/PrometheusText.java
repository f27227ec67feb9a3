package io.millrace.deploy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses names, types and labels from Prometheus' text format. */
final class PrometheusText {

  private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (\\S+)");
  private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? .+");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"(?:[^\"\\\\]|\\\\.)*\"");
  private static final Pattern OF_HISTOGRAM = Pattern.compile("(.+)_(bucket|count|sum)");

  private PrometheusText() {}

  /**
   * A metric.
   *
   * @param name in Prometheus; of a histogram without {@code _bucket}
   * @param type counter, gauge, histogram or summary
   * @param tags the labels of its samples, without {@code le}
   */
  record Metric(String name, String type, SortedSet<String> tags) {}

  /** The metrics of a scrape, in order. */
  static Collection<Metric> read(String text) {
    Map<String, Metric> metrics = new LinkedHashMap<>();
    text.lines()
        .forEach(line -> {
          Matcher type = TYPE.matcher(line);
          Matcher sample = SAMPLE.matcher(line);
          if (type.matches()) {
            String name = type.group(1);
            metrics.put(name, new Metric(name, type.group(2), new TreeSet<>()));
          } else if (!line.startsWith("#") && sample.matches()) {
            metricOf(sample.group(1), metrics).tags().addAll(labels(sample.group(2)));
          }
        });
    return metrics.values();
  }

  private static Metric metricOf(String sample, Map<String, Metric> metrics) {
    Matcher part = OF_HISTOGRAM.matcher(sample);
    Metric whole = part.matches() ? metrics.get(part.group(1)) : null;
    Metric metric = whole == null ? metrics.get(sample) : whole;
    if (metric == null) {
      throw new AssertionError("no # TYPE before " + sample);
    }
    return metric;
  }

  private static List<String> labels(String text) {
    List<String> names = new ArrayList<>();
    if (text != null) {
      LABEL.matcher(text).results().map(match -> match.group(1)).forEach(names::add);
      names.remove("le");
    }
    return names;
  }
}
