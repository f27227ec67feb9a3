package io.millrace.runtime.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.topics.Catalogue;
import io.millrace.topics.InternalTopic;
import io.millrace.topics.TopicSpec;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.Test;

/** What every service on Kafka Streams keeps: the names in its topology. */
public abstract class StreamsTopologyContract {

  private final String service;
  private final String description;

  /**
   * The contract for one topology.
   *
   * @param service the service's name; its test resources hold {@code /golden/topology.txt}
   */
  protected StreamsTopologyContract(String service, Topology topology) {
    this.service = service;
    this.description = topology.describe().toString();
  }

  /** Stores that have no changelog topic, such as those that read another topic. */
  protected Set<String> storesWithoutChangelog() {
    return Set.of();
  }

  /** Internal topics that only other settings need. */
  protected Set<String> topicsOfOtherSettings() {
    return Set.of();
  }

  @Test
  void theTopologyKeepsItsNamesSinceAnotherWouldAbandonItsState() throws IOException {
    try (InputStream golden = getClass().getResourceAsStream("/golden/topology.txt")) {
      assertThat(description.stripTrailing() + "\n")
          .isEqualToNormalizingNewlines(
              new String(Objects.requireNonNull(golden).readAllBytes(), UTF_8));
    }
  }

  @Test
  void everyInternalTopicIsInTheCatalogue() {
    Stream<String> stores =
        Pattern.compile("stores: \\[([^\\]]+)]")
            .matcher(description)
            .results()
            .flatMap(match -> Pattern.compile(", ").splitAsStream(match.group(1)))
            .filter(store -> !storesWithoutChangelog().contains(store))
            .distinct()
            .map(store -> store + "-changelog");
    Stream<String> repartitions =
        Pattern.compile("Sink: \\S+ \\(topic: (\\S+-repartition)\\)")
            .matcher(description)
            .results()
            .map(match -> match.group(1));

    assertThat(Stream.concat(stores, repartitions))
        .isNotEmpty()
        .map(name -> "millrace-" + service + "-" + name)
        .containsExactlyInAnyOrderElementsOf(
            Catalogue.load().streams().stream()
                .filter(topic -> topic.owner().equals(service))
                .map(InternalTopic::name)
                .filter(name -> !topicsOfOtherSettings().contains(name))
                .toList());
  }

  @Test
  void readsAndWritesWhatTheCatalogueSaysSinceItsRightsFollowFromThat() {
    List<TopicSpec> topics = Catalogue.load().topics();

    assertThat(named("Source: \\S+ \\(topics: \\[([^\\]]+)]\\)", topics))
        .isEqualTo(names(topics, topic -> topic.readers().contains(service)));
    assertThat(named("Sink: \\S+ \\(topic: (\\S+)\\)", topics))
        .isEqualTo(names(topics, topic -> topic.writers().contains(service)));
  }

  private Set<String> named(String pattern, List<TopicSpec> topics) {
    Set<String> all = names(topics, _ -> true);
    return Pattern.compile(pattern)
        .matcher(description)
        .results()
        .flatMap(match -> Pattern.compile(", ").splitAsStream(match.group(1)))
        .filter(all::contains)
        .collect(Collectors.toSet());
  }

  private static Set<String> names(List<TopicSpec> topics, Predicate<TopicSpec> chosen) {
    return topics.stream().filter(chosen).map(TopicSpec::name).collect(Collectors.toSet());
  }
}
