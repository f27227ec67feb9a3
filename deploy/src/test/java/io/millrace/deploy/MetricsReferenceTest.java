package io.millrace.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.deploy.PrometheusText.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code docs/metrics.md} lists exactly the metrics that the services expose. */
@ExtendWith(RunningServices.Extension.class)
final class MetricsReferenceTest {

  private static final Pattern ROW =
      Pattern.compile("\\| `(millrace_\\w+)` \\| (\\w+) \\|[^|]+\\|([^|]*)\\|[^|]+\\|");
  private static final Pattern TAG = Pattern.compile("`(\\w+)`");
  private static final Pattern FAMILY = Pattern.compile("`(\\w+_)\\*`");

  @Test
  void everyMetricOfOurOwnIsOnThePageAndNoOther(RunningServices services) throws IOException {
    assertThat(onThePage()).containsExactlyInAnyOrderElementsOf(own(services));
  }

  @Test
  void everyOtherMetricIsOfAFamilyThatThePageNames(RunningServices services) throws IOException {
    List<String> families =
        FAMILY.matcher(page()).results().map(match -> match.group(1)).distinct().toList();

    assertThat(PrometheusText.read(services.metrics()))
        .map(Metric::name)
        .filteredOn(name -> !name.startsWith("millrace_"))
        .isNotEmpty()
        .allSatisfy(name -> assertThat(families).anyMatch(name::startsWith));
  }

  /** The project's own metrics, without {@code _max} of timers, which the page explains once. */
  static List<Metric> own(RunningServices services) {
    return PrometheusText.read(services.metrics()).stream()
        .filter(metric -> metric.name().startsWith("millrace_"))
        .filter(metric -> !metric.name().endsWith("_seconds_max"))
        .toList();
  }

  private static List<Metric> onThePage() throws IOException {
    return ROW.matcher(page())
        .results()
        .map(row -> {
          Stream<String> tags = TAG.matcher(row.group(3)).results().map(match -> match.group(1));
          return new Metric(row.group(1), row.group(2), new TreeSet<>(tags.toList()));
        })
        .toList();
  }

  private static String page() throws IOException {
    return Files.readString(RepositoryPaths.ROOT.resolve("docs/metrics.md"));
  }
}
