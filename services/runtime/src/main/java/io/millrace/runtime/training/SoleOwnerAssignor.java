package io.millrace.runtime.training;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.TopicPartition;

/**
 * Assigns all partitions to one member of the group; the others stand by. The owner remains the
 * owner as long as it is a member. Cooperative (KIP-429): an owner that keeps its partitions goes
 * on reading while others join and leave, and partitions are reassigned only after their owner has
 * revoked them.
 */
public final class SoleOwnerAssignor implements ConsumerPartitionAssignor {

  @Override
  public String name() {
    return "millrace-sole-owner";
  }

  @Override
  public List<RebalanceProtocol> supportedProtocols() {
    return List.of(RebalanceProtocol.COOPERATIVE);
  }

  @Override
  public GroupAssignment assign(Cluster cluster, GroupSubscription group) {
    Map<String, Subscription> members = new TreeMap<>(group.groupSubscription());
    Map.Entry<String, Subscription> owner = owner(members);
    Set<TopicPartition> heldByOthers = new HashSet<>();
    Set<String> topics = new HashSet<>();
    members.forEach((member, subscription) -> {
      topics.addAll(subscription.topics());
      if (!member.equals(owner.getKey())) {
        heldByOthers.addAll(subscription.ownedPartitions());
      }
    });
    heldByOthers.removeAll(owner.getValue().ownedPartitions());
    Map<String, Assignment> assignments = new HashMap<>();
    members.keySet().forEach(member -> assignments.put(member, new Assignment(List.of())));
    assignments.put(owner.getKey(), new Assignment(partitions(cluster, topics, heldByOthers)));
    return new GroupAssignment(assignments);
  }

  /** The member with partitions of the latest generation; if none has any, the first by id. */
  private static Map.Entry<String, Subscription> owner(Map<String, Subscription> members) {
    return members.entrySet().stream()
        .filter(member -> !member.getValue().ownedPartitions().isEmpty())
        .max(Comparator.comparingInt(member -> member.getValue().generationId().orElse(-1)))
        .orElseGet(() -> members.entrySet().iterator().next());
  }

  private static List<TopicPartition> partitions(
      Cluster cluster, Set<String> topics, Set<TopicPartition> without) {
    List<TopicPartition> all = new ArrayList<>();
    for (String topic : topics) {
      cluster.partitionsForTopic(topic).stream()
          .map(info -> new TopicPartition(topic, info.partition()))
          .filter(partition -> !without.contains(partition))
          .forEach(all::add);
    }
    return all;
  }
}
