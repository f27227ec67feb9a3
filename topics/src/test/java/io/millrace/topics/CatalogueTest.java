package io.millrace.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CatalogueTest {

  private final Catalogue catalogue = Catalogue.load();

  @Test
  void hasEveryTypedTopicAndNoOther() {
    var typed =
        Arrays.stream(Topics.class.getMethods())
            .filter(method -> method.getReturnType() == Topic.class)
            .map(CatalogueTest::nameOf)
            .toList();

    assertThat(catalogue.topics())
        .extracting(TopicSpec::name)
        .containsExactlyInAnyOrderElementsOf(typed);
  }

  @Test
  void aServiceReliesOnWhatItReadsAndOnTheCompactedTopicsThatItWrites() {
    assertThat(catalogue.reliedOnBy("text", "p-"))
        .contains(
            "p-document-frequencies",
            "p-document-vectors",
            "p-schemas",
            "p-millrace-text-documents-changelog")
        .doesNotContain("p-dead-letters");
    assertThat(catalogue.reliedOnBy("vision", ""))
        .contains("image-examples", "models", "checkpoints", "serving-events", "schemas")
        .doesNotContain("word-vectors");
    assertThat(catalogue.reliedOnBy("another", "")).containsExactly("schemas");
  }

  @Test
  void keepsTheOrderOfTrainingInOnePartition() {
    assertThat(catalogue.topics())
        .filteredOn(topic -> topic.name().endsWith("-examples"))
        .hasSize(2)
        .allMatch(topic -> topic.partitions() == 1);
  }

  @Test
  void anotherNumberOfPartitionsIsForTopicsThatMayHaveSeveral() {
    Catalogue wide = catalogue.withPartitions(7);

    for (int topic = 0; topic < wide.topics().size(); topic++) {
      TopicSpec before = catalogue.topics().get(topic);
      assertThat(wide.topics().get(topic))
          .isEqualTo(before.partitions() == 1 ? before : before.withPartitions(7));
    }
    assertThat(wide.topics()).filteredOn(it -> it.partitions() == 7).hasSizeGreaterThan(3);
    assertThat(catalogue.withPartitions(0)).isEqualTo(catalogue);
  }

  @Test
  void describesCompactionAndRetentionInKafkasTerms() {
    var compacted = spec("models").settings();
    var kept = spec("reconstructions");

    assertThat(compacted)
        .containsEntry("cleanup.policy", "compact")
        .containsEntry("segment.bytes", "16777216")
        .doesNotContainKey("retention.ms");
    assertThat(kept.retention()).isEqualTo(Optional.of(Duration.ofDays(1)));
    assertThat(kept.settings()).containsEntry("retention.ms", "86400000");
  }

  @Test
  void letsTheBrokerStampWhatIsDerivedAndProducersTheirOwnRecords() {
    assertThat(catalogue.topics())
        .filteredOn(topic -> "LogAppendTime".equals(topic.settings().get("message.timestamp.type")))
        .extracting(TopicSpec::name)
        .containsExactlyElementsOf(
            catalogue.topics().stream()
                .map(TopicSpec::name)
                .filter(name -> !List.of("documents", "images", "labels").contains(name))
                .toList());
  }

  @Test
  void acceptsInputsOfEightMebibytesAndDeadLettersSomewhatLarger() {
    int inputs = spec("images").maxMessageBytes();

    assertThat(inputs).isGreaterThan(8 * 1024 * 1024);
    assertThat(spec("dead-letters").maxMessageBytes()).isGreaterThan(inputs);
  }

  @Test
  void refusesAPrefixThatIsNoTopicName() {
    assertThatThrownBy(() -> new Topics("a b"))
        .hasMessageContaining("topics.prefix")
        .hasMessageContaining("'a b'");
  }

  private TopicSpec spec(String name) {
    return catalogue.topics().stream()
        .filter(topic -> topic.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static String nameOf(Method method) {
    try {
      return ((Topic<?, ?>) method.invoke(new Topics(""))).name();
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }
}
