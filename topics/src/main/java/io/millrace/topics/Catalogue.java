package io.millrace.topics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Every topic of Millrace, read from {@code topics.yaml}.
 *
 * @param topics the topics that Millrace creates
 * @param streams the internal topics that Kafka Streams creates
 */
public record Catalogue(List<TopicSpec> topics, List<InternalTopic> streams) {

  public Catalogue {
    topics = List.copyOf(topics);
    streams = List.copyOf(streams);
  }

  /** The catalogue of this build. */
  public static Catalogue load() {
    try (InputStream yaml = Catalogue.class.getResourceAsStream("/topics.yaml")) {
      if (yaml == null) {
        throw new IllegalStateException("topics.yaml is not on the class path");
      }
      return read(new YAMLMapper().readTree(yaml));
    } catch (IOException e) {
      throw new UncheckedIOException("topics.yaml cannot be read", e);
    }
  }

  private static Catalogue read(JsonNode root) {
    List<TopicSpec> topics = new ArrayList<>();
    root.required("topics").forEach(node -> topics.add(topic(node)));
    List<InternalTopic> streams = new ArrayList<>();
    root.required("streams")
        .forEach(node ->
            streams.add(
                new InternalTopic(
                    text(node, "name"), text(node, "owner"), text(node, "description"))));
    return new Catalogue(topics, streams);
  }

  private static TopicSpec topic(JsonNode node) {
    JsonNode kept = node.required("kept");
    return new TopicSpec(
        text(node, "name"),
        node.required("partitions").asInt(),
        node.path("fixed").asBoolean(),
        kept.isInt() ? Optional.of(Duration.ofDays(kept.asInt())) : Optional.empty(),
        Optional.ofNullable(node.get("segmentBytes")).map(JsonNode::asInt),
        Optional.ofNullable(node.get("compression")).map(JsonNode::asText),
        node.required("maxMessageBytes").asInt(),
        text(node, "key"),
        text(node, "value"),
        text(node, "owner"),
        text(node, "description"));
  }

  private static String text(JsonNode node, String field) {
    return node.required(field).asText();
  }
}
