package io.millrace.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.millrace.topics.Catalogue;
import io.millrace.topics.TopicSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The generated resources are up to date. {@code mvn -pl deploy -am test -Dtest=GeneratedTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dgenerate=apply} generates them again.
 */
final class GeneratedTest {

  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
          .build();

  @Test
  void theTopicsForStrimziComeFromTheCatalogue() throws IOException {
    String topics =
        Catalogue.load().topics().stream()
            .map(GeneratedTest::kafkaTopic)
            .map(GeneratedTest::yaml)
            .collect(Collectors.joining());

    isUpToDate("kubernetes/topics/topics.yaml", "topics/topics.yaml", topics);
  }

  @Test
  void theRulesForPrometheusOperatorComeFromTheRulesOfPrometheus() throws IOException {
    JsonNode rules = YAML.readTree(RepositoryPaths.DEPLOY.resolve("prometheus/rules.yml").toFile());
    ObjectNode resource = resource("monitoring.coreos.com/v1", "PrometheusRule", "millrace");
    resource.set("spec", rules);

    isUpToDate("kubernetes/base/rules.yaml", "deploy/prometheus/rules.yml", yaml(resource));
  }

  private static ObjectNode kafkaTopic(TopicSpec topic) {
    ObjectNode resource = resource("kafka.strimzi.io/v1", "KafkaTopic", topic.name());
    resource
        .withObjectProperty("metadata")
        .putObject("labels")
        .put("strimzi.io/cluster", "millrace");
    ObjectNode spec = resource.putObject("spec");
    spec.put("partitions", topic.partitions());
    ObjectNode config = spec.putObject("config");
    topic.settings().forEach(config::put);
    return resource;
  }

  private static ObjectNode resource(String apiVersion, String kind, String name) {
    ObjectNode resource = YAML.createObjectNode();
    resource.put("apiVersion", apiVersion);
    resource.put("kind", kind);
    resource.putObject("metadata").put("name", name);
    return resource;
  }

  private static String yaml(JsonNode resource) {
    try {
      return YAML.writeValueAsString(resource);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void isUpToDate(String file, String source, String content) throws IOException {
    Path path = RepositoryPaths.DEPLOY.resolve(file);
    String expected =
        "# Made from " + source + " by GeneratedTest; change that file, not this one.\n" + content;
    if ("apply".equals(System.getProperty("generate"))) {
      Files.writeString(path, expected);
    }

    assertThat(path).content().isEqualTo(expected);
  }
}
