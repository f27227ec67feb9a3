package io.millrace.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.millrace.runtime.testing.InstalledProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The scrape configuration and the alert rules are valid, and each alert fires when it should. */
final class RulesTest {

  private static final YAMLMapper YAML = new YAMLMapper();

  @Test
  void prometheusTakesTheConfigurationAndTheRules() throws Exception {
    String output =
        InstalledProgram.required("promtool").run("check", "config", "prometheus/prometheus.yml");

    assertThat(output).contains("rules found").doesNotContain("FAILED");
  }

  @Test
  void theRulesFireWhenTheyShouldAndOnlyThen() throws Exception {
    String output =
        InstalledProgram.required("promtool").run("test", "rules", "prometheus/rules_test.yml");

    assertThat(output).contains("SUCCESS");
  }

  @Test
  void everyAlertIsSeenToFireAndToBeSilent() throws IOException {
    JsonNode tests =
        YAML.readTree(RepositoryPaths.DEPLOY.resolve("prometheus/rules_test.yml").toFile());
    List<JsonNode> tested = tests.at("/tests").findValues("alert_rule_test");

    assertThat(alerts())
        .isNotEmpty()
        .allSatisfy(alert ->
            assertThat(
                    tested.stream()
                        .flatMap(JsonNode::valueStream)
                        .filter(it -> it.get("alertname").equals(alert.get("alert")))
                        .map(it -> !it.get("exp_alerts").isEmpty()))
                .contains(true, false));
  }

  @Test
  void everyServiceIsExpectedToBeThere() throws IOException {
    assertThat(rules())
        .filteredOn(rule -> rule.path("record").asText().equals("millrace:service_expected"))
        .map(rule -> rule.at("/labels/service").asText())
        .containsExactlyInAnyOrderElementsOf(RepositoryPaths.SERVICES);
  }

  @Test
  void thePanelReadyIsTestedToo() throws IOException {
    String tests = Files.readString(RepositoryPaths.DEPLOY.resolve("prometheus/rules_test.yml"));

    assertThat(Dashboard.read().targets())
        .filteredOn(target -> target.toString().contains("millrace:service_expected"))
        .singleElement()
        .satisfies(target -> assertThat(tests).contains(target.expression()));
  }

  @Test
  void everyAlertSaysWhatToDoAboutIt() throws IOException {
    String page = Files.readString(RepositoryPaths.ROOT.resolve("docs/operations.md"));

    assertThat(alerts())
        .allSatisfy(alert -> {
          String name = alert.get("alert").asText();
          assertThat(page).contains("\n### " + name + "\n");
          assertThat(alert.at("/annotations/runbook").asText())
              .isEqualTo("docs/operations.md#" + name.toLowerCase(Locale.ROOT));
        });
  }

  @Test
  void everyServiceIsScraped() throws IOException {
    JsonNode configuration =
        YAML.readTree(RepositoryPaths.DEPLOY.resolve("prometheus/prometheus.yml").toFile());

    assertThat(configuration.at("/scrape_configs/0/static_configs/0/targets"))
        .map(JsonNode::asText)
        .containsExactlyInAnyOrderElementsOf(
            RepositoryPaths.SERVICES.stream().map(service -> service + ":9404").toList());
  }

  private static List<JsonNode> alerts() throws IOException {
    return rules().stream().filter(rule -> rule.has("alert")).toList();
  }

  private static List<JsonNode> rules() throws IOException {
    JsonNode rules = YAML.readTree(RepositoryPaths.DEPLOY.resolve("prometheus/rules.yml").toFile());
    return rules.at("/groups/0/rules").valueStream().toList();
  }
}
