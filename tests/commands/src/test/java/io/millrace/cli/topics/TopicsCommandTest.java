package io.millrace.cli.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.BrokerCommands;
import io.millrace.cli.CommandRun;
import io.millrace.runtime.testing.TestKafka;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TopicsCommandTest {

  private final TestKafka kafka = new TestKafka();
  private final BrokerCommands broker = new BrokerCommands(kafka);

  @AfterEach
  void end() {
    kafka.close();
  }

  @Test
  void missingTopicsAreListedAndMade() throws Exception {
    String images = kafka.topics().images().name();
    kafka.admin().deleteTopics(List.of(images)).all().get();
    TestKafka.await("deletion", () -> broker.run("topics", "list").out().contains("missing"));

    CommandRun apply = broker.run("topics", "apply");
    TestKafka.await("the topic", () -> !broker.run("topics", "list").out().contains("missing"));

    assertThat(apply.out()).contains("made " + images);
    assertThat(broker.run("topics", "apply").out()).contains("match the catalogue");
  }

  @Test
  void topicsThatMayHaveSeveralPartitionsAreMadeWithAsManyAsTheSettingSays() throws Exception {
    String images = kafka.topics().images().name();
    String models = kafka.topics().models().name();
    kafka.admin().deleteTopics(List.of(images, models)).all().get();
    TestKafka.await("deletion", () -> broker.run("topics", "list").out().contains("missing"));

    broker.run("topics", "apply", "--set", "topics.partitions=3");

    TestKafka.await("the topics", () -> !broker.run("topics", "list").out().contains("missing"));
    assertThat(broker.run("topics", "list").out())
        .doesNotContain("differs")
        .containsPattern(Pattern.quote(images) + " +3 ")
        .containsPattern(Pattern.quote(models) + " +1 ");
  }
}
