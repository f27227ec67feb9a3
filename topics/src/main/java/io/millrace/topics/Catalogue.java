package io.millrace.topics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Every topic of Millrace, read from {@code topics.yaml}.
 *
 * @param topics the topics that Millrace creates
 * @param streams the internal topics that Kafka Streams creates
 * @param services the services, and what each is to the cluster
 */
public record Catalogue(
    List<TopicSpec> topics, List<InternalTopic> streams, Map<String, ClientKind> services) {

  public Catalogue {
    topics = List.copyOf(topics);
    streams = List.copyOf(streams);
    services = Collections.unmodifiableMap(new LinkedHashMap<>(services));
  }

  /** What a service is to a Kafka cluster. */
  public enum ClientKind {
    /** A Kafka Streams application. */
    STREAMS,
    /** A trainer loop: one model, one transactional id. */
    TRAINER,
    /**
     * A batch loop: a consumer group, a transactional id for each instance; and a second one beside
     * it, in the shadow.
     */
    BATCHES,
    /** Reads without a group, and writes nothing. */
    READER,
    /** Reads without a group, sends what people send, and decides what people decide. */
    CONSOLE;

    /** Whether its instances share the work as a consumer group. */
    public boolean hasGroup() {
      return this != READER && this != CONSOLE;
    }
  }

  /** The topics that some services read or write. */
  public List<TopicSpec> usedBy(Collection<String> names) {
    return topics.stream()
        .filter(topic ->
            names.stream().anyMatch(name -> topic.isReadBy(name) || topic.isWrittenBy(name)))
        .toList();
  }

  /**
   * The full names of the topics of which a service must be told that one was deleted and created
   * again: those that it reads, whose offsets or contents it remembers, and the compacted ones that
   * it writes, onto which it sends only what has changed. With those of Kafka Streams.
   *
   * @param service a service of the catalogue; of another one only the topics of every service
   */
  public Set<String> reliedOnBy(String service, String prefix) {
    return Stream.concat(
            topics.stream()
                .filter(it -> it.isReadBy(service) || (it.compacted() && it.isWrittenBy(service)))
                .map(TopicSpec::name),
            streams.stream().filter(it -> it.owner().equals(service)).map(InternalTopic::name))
        .map(name -> prefix + name)
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * This with another number of partitions for new topics that may have several: those of one
   * partition stay as they are, since their order is what their readers rely on.
   *
   * @param partitions at least 1; 0 for those of this catalogue
   */
  public Catalogue withPartitions(int partitions) {
    if (partitions == 0) {
      return this;
    }
    List<TopicSpec> changed =
        topics.stream()
            .map(it -> it.partitions() == 1 ? it : it.withPartitions(partitions))
            .toList();
    return new Catalogue(changed, streams, services);
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
    Map<String, ClientKind> services = new LinkedHashMap<>();
    root.required("services")
        .forEach(node ->
            services.put(
                text(node, "name"),
                ClientKind.valueOf(text(node, "runs").toUpperCase(Locale.ROOT))));
    return new Catalogue(topics, streams, services);
  }

  private static TopicSpec topic(JsonNode node) {
    JsonNode kept = node.required("kept");
    return new TopicSpec(
        text(node, "name"),
        node.required("partitions").asInt(),
        node.path("fixed").asBoolean(),
        kept.isInt() ? Optional.of(Duration.ofDays(kept.asInt())) : Optional.empty(),
        Optional.ofNullable(node.get("compactionLag")).map(days -> Duration.ofDays(days.asInt())),
        Optional.ofNullable(node.get("segmentBytes")).map(JsonNode::asInt),
        Optional.ofNullable(node.get("compression")).map(JsonNode::asText),
        node.required("maxMessageBytes").asInt(),
        text(node, "key"),
        text(node, "value"),
        text(node, "owner"),
        Optional.ofNullable(node.get("readers"))
            .map(readers -> List.of(readers.asText().split(",\\s*")))
            .orElse(List.of()),
        Optional.ofNullable(node.get("markedBy")).map(JsonNode::asText),
        text(node, "description"));
  }

  private static String text(JsonNode node, String field) {
    return node.required(field).asText();
  }
}
