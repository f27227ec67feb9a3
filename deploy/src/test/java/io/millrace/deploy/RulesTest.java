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
  void everyAlertIsTested() throws IOException {
    String tests = Files.readString(RepositoryPaths.DEPLOY.resolve("prometheus/rules_test.yml"));

    assertThat(alerts())
        .isNotEmpty()
        .allSatisfy(
            alert -> assertThat(tests).contains("alertname: " + alert.get("alert").asText()));
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
    JsonNode rules = YAML.readTree(RepositoryPaths.DEPLOY.resolve("prometheus/rules.yml").toFile());
    return rules.at("/groups/0/rules").valueStream().filter(rule -> rule.has("alert")).toList();
  }
}
