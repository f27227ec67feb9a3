package io.millrace.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.millrace.deploy.Dashboard.Target;
import io.millrace.deploy.Dashboard.Variable;
import io.millrace.deploy.PrometheusText.Metric;
import io.millrace.runtime.testing.InstalledProgram;
import io.millrace.runtime.testing.TestKafka;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Dashboard and rules query metrics that the services expose; a real Prometheus has data. */
@ExtendWith(RunningServices.Extension.class)
final class DashboardTest {

  private static final Pattern METRIC =
      Pattern.compile("\\b(?:millrace|kafka|jvm|process|system)[_:]\\w+|\\bup\\b");

  @Test
  void everyMetricOfOurOwnIsOnAPanel(RunningServices services) throws IOException {
    String shown = Dashboard.read().expressions();

    assertThat(MetricsReferenceTest.own(services))
        .map(Metric::name)
        .filteredOn(name ->
            !Pattern.compile("\\b" + name + "(_bucket|_sum|_count)?\\b").matcher(shown).find())
        .isEmpty();
  }

  @Test
  void everyPanelIsAnsweredWithData(RunningServices services, @TempDir Path folder)
      throws IOException {
    Dashboard dashboard = Dashboard.read();

    try (var prometheus = prometheus(services, folder)) {
      for (Target target : dashboard.targets()) {
        TestKafka.await(target.toString(), () -> isAnswered(prometheus, target));
      }
      for (Variable variable : dashboard.variables()) {
        assertThat(prometheus.labelValues(variable.label(), variable.selector()))
            .containsExactlyInAnyOrderElementsOf(RepositoryPaths.SERVICES);
      }
    }
  }

  @Test
  void everyRuleIsEvaluatedAndUsesExistingMetrics(RunningServices services, @TempDir Path folder)
      throws IOException {
    List<String> rules = rules();

    try (var prometheus = prometheus(services, folder)) {
      TestKafka.await(
          "recorded rules",
          () -> prometheus.labelValues("__name__", "millrace:backlog").size() == 1);
      List<String> names = prometheus.labelValues("__name__", "{__name__=~\".+\"}");
      assertThat(rules)
          .isNotEmpty()
          .allSatisfy(rule -> {
            prometheus.query(rule);
            assertThat(METRIC.matcher(rule).results().map(MatchResult::group))
                .isNotEmpty()
                .isSubsetOf(names);
          });
    }
  }

  /** A Prometheus that has scraped the services before and after they processed records. */
  private static PrometheusServer prometheus(RunningServices services, Path folder)
      throws IOException {
    var prometheus =
        PrometheusServer.start(InstalledProgram.required("prometheus"), services.port(), folder);
    TestKafka.await("prometheus", prometheus::ready);
    TestKafka.await("a scrape", () -> !prometheus.query("up == 1").isEmpty());
    services.feed();
    return prometheus;
  }

  private static boolean isAnswered(PrometheusServer prometheus, Target target) {
    if (target.instant()) {
      return numbers(prometheus.query(target.expression()), "value").findAny().isPresent();
    }
    return prometheus
        .queryRange(target.expression())
        .valueStream()
        .anyMatch(series -> numbers(series.get("values"), "").findAny().isPresent());
  }

  /** The finite numbers among the pairs of time and value in some elements. */
  private static Stream<Double> numbers(JsonNode elements, String member) {
    return elements
        .valueStream()
        .map(element -> member.isEmpty() ? element : element.get(member))
        .map(pair -> Double.valueOf(pair.get(1).asText().replace("Inf", "Infinity")))
        .filter(Double::isFinite);
  }

  private static List<String> rules() throws IOException {
    JsonNode rules =
        new YAMLMapper().readTree(RepositoryPaths.DEPLOY.resolve("prometheus/rules.yml").toFile());
    return rules.at("/groups/0/rules").findValuesAsText("expr").stream()
        .filter(rule -> !rule.equals("vector(1)"))
        .toList();
  }
}
