package io.millrace.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ReplicationTest {

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "2, 2, 1", "3, 3, 2", "4, 3, 2", "100, 3, 2"})
  void isChosenByTheNumberOfBrokersSoThatOneMayBeDown(int brokers, int factor, int minInsync) {
    assertThat(Replication.CHOSEN.on(brokers)).isEqualTo(new Replication(factor, minInsync));
  }

  @Test
  void whatIsSetCountsButNeverMoreThanCanBeInSync() {
    assertThat(new Replication(5, 4).on(3)).isEqualTo(new Replication(5, 4));
    assertThat(new Replication(0, 3).on(2)).isEqualTo(new Replication(2, 2));
    assertThat(new Replication(2, 0).on(9)).isEqualTo(new Replication(2, 1));
  }

  @Test
  void aTopicWithFewerCopiesMayStillHaveABrokerDown() {
    TopicSpec topic = Catalogue.load().topics().getFirst();

    assertThat(new Replication(3, 2).settings(topic, 3)).containsEntry("min.insync.replicas", "2");
    assertThat(new Replication(3, 2).settings(topic, 2)).containsEntry("min.insync.replicas", "1");
    assertThat(new Replication(3, 2).settings(topic, 1)).containsEntry("min.insync.replicas", "1");
  }

  @Test
  void onlyFewerThatMustBeInSyncDiffer() {
    assertThat(Replication.differs("min.insync.replicas", "1", "2")).isTrue();
    assertThat(Replication.differs("min.insync.replicas", "3", "2")).isFalse();
    assertThat(Map.of("compact", true, "delete", false))
        .allSatisfy((actual, same) ->
            assertThat(Replication.differs("cleanup.policy", actual, "compact")).isEqualTo(!same));
  }

  @Test
  void refusesWhatNothingCouldBeWrittenWith() {
    assertThatThrownBy(() -> new Replication(2, 3))
        .hasMessageContaining("topics.min.insync.replicas must be at most")
        .hasMessageContaining("nothing could be written");
    assertThatThrownBy(() -> new Replication(-1, 0)).hasMessageContaining("must be >= 0");
  }
}
