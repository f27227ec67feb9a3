package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.settings.ProcessConfig;
import io.millrace.cli.settings.ServiceRegistry;
import io.millrace.cli.settings.SettingDescription;
import io.millrace.runtime.lifecycle.ServiceType;
import io.millrace.runtime.settings.CommonConfig;
import io.millrace.runtime.settings.ModelFingerprint;
import io.millrace.runtime.settings.Settings;
import io.millrace.topics.Catalogue;
import io.millrace.topics.InternalTopic;
import io.millrace.topics.TopicSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.junit.jupiter.api.Test;

/**
 * The generated reference pages are up to date. {@code mvn -pl services/cli -am test
 * -Dtest=GeneratedTest -Dsurefire.failIfNoSpecifiedTests=false -Dgenerate=apply} generates them
 * again.
 */
final class GeneratedTest {

  private static final Path DOCS = Path.of("../../docs");

  @Test
  void thePageOfSettingsComesFromTheDefinitions() throws IOException {
    var page = new StringBuilder();
    page.append(
        """
        # Settings

        Every setting can be given in a properties file (`--config FILE`), as a variable, or on the command line
        (`--set NAME=VALUE`, or `-D NAME=VALUE`); the later wins. The variable of a setting is its name in capitals with
        `MILLRACE_` before it: `%s` is `%s`. Names that do not exist are refused.

        What begins with `kafka.` goes to every Kafka client as it is: `kafka.security.protocol=SSL` or
        `MILLRACE_KAFKA_SECURITY_PROTOCOL=SSL`. [Operations](operations.md#settings) shows an example with a password.

        Where the tables say that another value makes another model, the value is part of the model's checkpoint. A trainer
        that finds another value there stops and names the setting; `millrace models reset MODEL` starts the model again.

        The launcher reads `MILLRACE_JAVA_HOME` (the JDK), `MILLRACE_JAVA_OPTS` (more options for the JVM, such as
        `-Xmx8g`) and `MILLRACE_AOT` (`off`: no AOT cache, see [operations](operations.md#the-aot-cache)).
        """
            .formatted("embedding.dimensions", Settings.variable("embedding.dimensions")));
    section(
        page, "All services", "What every service of a process shares.", CommonConfig.definition());
    section(page, "The process", "What surrounds the services.", ProcessConfig.definition());
    for (ServiceType type : ServiceRegistry.ALL) {
      String title = Character.toUpperCase(type.name().charAt(0)) + type.name().substring(1);
      section(page, title, type.description(), type.definition());
    }

    isUpToDate("settings.md", "the services' definitions", page.toString());
  }

  @Test
  void thePageOfTopicsComesFromTheCatalogue() throws IOException {
    var page = new StringBuilder();
    page.append(
        """
        # Topics

        Every topic of Millrace. `topics.prefix` stands before each name. `millrace topics list` shows how they stand on a
        cluster, `millrace topics apply` makes what is missing and mends settings; it never deletes a topic and never
        takes partitions away. [Inputs](inputs.md) has a table of all that producers may send.

        | topic | partitions | kept | largest batch | key | value | written by |
        | --- | --- | --- | --- | --- | --- | --- |
        """);
    Catalogue catalogue = Catalogue.load();
    for (TopicSpec topic : catalogue.topics()) {
      page.append(
          "| [%s](#%s) | %d | %s | %,d bytes | %s | %s | %s |%n"
              .formatted(
                  topic.name(),
                  topic.name(),
                  topic.partitions(),
                  topic.retention().map(kept -> kept.toDays() + " d").orElse("compacted")
                      + topic
                          .compactionLag()
                          .map(lag -> ", all for " + lag.toDays() + " d")
                          .orElse("")
                      + topic.compression().map(type -> ", " + type).orElse(""),
                  topic.maxMessageBytes(),
                  topic.key(),
                  topic.value(),
                  topic.owner()));
    }
    for (TopicSpec topic : catalogue.topics()) {
      page.append("%n### %s%n%n%s%n".formatted(topic.name(), topic.description()));
    }
    page.append(
        """

        ## Topics of Kafka Streams

        Services on Kafka Streams make these for themselves.

        | topic | service | holds |
        | --- | --- | --- |
        """);
    for (InternalTopic topic : catalogue.streams()) {
      page.append("| %s | %s | %s |%n".formatted(topic.name(), topic.owner(), topic.description()));
    }

    isUpToDate("topics.md", "topics/topics.yaml", page.toString());
  }

  private static void section(
      StringBuilder page, String title, String description, ConfigDef definition) {
    page.append("%n## %s%n%n%s%n%n".formatted(title, description));
    List<ConfigKey> keys = List.copyOf(definition.configKeys().values());
    boolean hasModel = keys.stream().anyMatch(ModelFingerprint::contains);
    page.append("| setting | default | accepted |");
    page.append(hasModel ? " another value makes another model |" : "");
    page.append(" what it does |\n| --- | --- | --- |").append(hasModel ? " --- |" : "");
    page.append(" --- |\n");
    for (ConfigKey key : keys) {
      page.append(
          "| `%s` | `%s` | %s |%s %s |%n"
              .formatted(
                  key.name,
                  SettingDescription.defaultValue(key),
                  SettingDescription.accepted(key).replace("|", "\\|"),
                  hasModel ? (ModelFingerprint.contains(key) ? " yes |" : " no |") : "",
                  key.documentation));
    }
  }

  private static void isUpToDate(String file, String source, String content) throws IOException {
    Path path = DOCS.resolve(file);
    String expected =
        "<!-- Made from "
            + source
            + " by GeneratedTest of services/cli; change those. -->\n"
            + content;
    if ("apply".equals(System.getProperty("generate"))) {
      Files.writeString(path, expected);
    }

    assertThat(path).content().isEqualTo(expected);
  }
}
