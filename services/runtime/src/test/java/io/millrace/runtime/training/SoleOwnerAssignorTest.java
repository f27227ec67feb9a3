package io.millrace.runtime.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.GroupSubscription;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

final class SoleOwnerAssignorTest {

  private final Map<String, Subscription> members = new HashMap<>();

  @Test
  void oneMemberGetsEverything() {
    member("b", 0);
    member("a", 0);

    assertThat(assigned()).isEqualTo(Map.of("a", List.of(0, 1, 2), "b", List.of()));
  }

  @Test
  void theOwnerStaysTheOwner() {
    member("a", 0);
    member("b", 7, 0, 1, 2);

    assertThat(assigned()).isEqualTo(Map.of("a", List.of(), "b", List.of(0, 1, 2)));
  }

  @Test
  void whoMissedARebalanceIsNotTheOwner() {
    member("a", 6, 0, 1, 2);
    member("b", 7, 0, 1, 2);

    assertThat(assigned()).isEqualTo(Map.of("a", List.of(), "b", List.of(0, 1, 2)));
  }

  @Test
  void whatAnotherStillHoldsIsNotGivenOnBeforeItLetsGo() {
    member("a", 6, 2);
    member("b", 7, 0, 1);

    assertThat(assigned()).isEqualTo(Map.of("a", List.of(), "b", List.of(0, 1)));
  }

  private void member(String id, int generation, int... owned) {
    List<TopicPartition> partitions =
        IntStream.of(owned).mapToObj(p -> new TopicPartition("log", p)).toList();
    members.put(
        id, new Subscription(List.of("log"), null, partitions, generation, Optional.empty()));
  }

  private Map<String, List<Integer>> assigned() {
    var node = new Node(1, "localhost", 9092);
    var replicas = new Node[] {node};
    List<PartitionInfo> partitions =
        IntStream.range(0, 3)
            .mapToObj(p -> new PartitionInfo("log", p, node, replicas, replicas))
            .toList();
    var cluster = new Cluster("test", List.of(node), partitions, Set.of(), Set.of());
    Map<String, List<Integer>> assigned = new HashMap<>();
    new SoleOwnerAssignor()
        .assign(cluster, new GroupSubscription(members))
        .groupAssignment()
        .forEach((id, assignment) ->
            assigned.put(
                id, assignment.partitions().stream().map(TopicPartition::partition).toList()));
    return assigned;
  }
}
