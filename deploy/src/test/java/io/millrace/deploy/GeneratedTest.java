package io.millrace.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.millrace.topics.Catalogue;
import io.millrace.topics.Replication;
import io.millrace.topics.TopicSpec;
import io.millrace.topics.access.Right;
import io.millrace.topics.access.Rights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.resource.PatternType;
import org.junit.jupiter.api.Test;

/**
 * The generated resources are up to date. {@code mvn -pl deploy -am test -Dtest=GeneratedTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dgenerate=apply} generates them again.
 */
final class GeneratedTest {

  /** The resources are for three brokers or more; an overlay says what fewer need. */
  private static final Replication THREE_BROKERS = Replication.CHOSEN.on(3);

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
  void theUsersForStrimziHaveTheRightsOfTheCatalogue() throws IOException {
    var rights = new Rights(Catalogue.load(), "");
    String users =
        rights.everyone().stream()
            .map(who -> kafkaUser(who, rights.of(who)))
            .map(GeneratedTest::yaml)
            .collect(Collectors.joining());

    isUpToDate("kubernetes/users/users.yaml", "topics/topics.yaml", users);
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
    spec.put("replicas", THREE_BROKERS.factor());
    ObjectNode config = spec.putObject("config");
    topic.settings().forEach(config::put);
    config.put("min.insync.replicas", Integer.toString(THREE_BROKERS.minInsync()));
    return resource;
  }

  private static ObjectNode kafkaUser(String who, List<Right> rights) {
    ObjectNode resource = resource("kafka.strimzi.io/v1", "KafkaUser", "millrace-" + who);
    resource
        .withObjectProperty("metadata")
        .putObject("labels")
        .put("strimzi.io/cluster", "millrace");
    ObjectNode spec = resource.putObject("spec");
    spec.putObject("authentication").put("type", "scram-sha-512");
    ObjectNode authorization = spec.putObject("authorization");
    authorization.put("type", "simple");
    ArrayNode acls = authorization.putArray("acls");
    Map<String, List<Right>> byResource =
        rights.stream()
            .collect(
                Collectors.groupingBy(
                    right -> right.type() + "/" + right.name() + "/" + right.pattern(),
                    LinkedHashMap::new,
                    Collectors.toList()));
    byResource.values().forEach(same -> acls.add(acl(same)));
    return resource;
  }

  private static ObjectNode acl(List<Right> same) {
    Right first = same.getFirst();
    ObjectNode acl = YAML.createObjectNode();
    acl.putObject("resource")
        .put("type", Strimzi.camelCase(first.type().name()))
        .put("name", first.name())
        .put("patternType", first.pattern() == PatternType.PREFIXED ? "prefix" : "literal");
    ArrayNode operations = acl.putArray("operations");
    same.forEach(right -> operations.add(Strimzi.pascalCase(right.operation().name())));
    return acl;
  }

  /** How Strimzi writes Kafka's constants. */
  private static final class Strimzi {

    static String camelCase(String constant) {
      String name = pascalCase(constant);
      return Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }

    static String pascalCase(String constant) {
      return Stream.of(constant.split("_", -1))
          .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
          .collect(Collectors.joining());
    }
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
