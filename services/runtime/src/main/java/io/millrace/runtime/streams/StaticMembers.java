package io.millrace.runtime.streams;

import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.KafkaFutures;
import io.millrace.runtime.settings.Settings;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The static members that an earlier process of this instance has left in a consumer group
 * (KIP-345). The coordinator gives such a member its stored assignment back without asking anybody;
 * if that was made while a topic was missing, it is an error, and every start of Kafka Streams
 * would fail by it.
 */
final class StaticMembers {

  private static final Logger LOG = LoggerFactory.getLogger(StaticMembers.class);

  private StaticMembers() {}

  /**
   * Removes the members of this instance that own nothing, so that they are assigned to anew. Those
   * that own partitions stay, and get them back at once.
   */
  static void removeIdle(Settings settings, String group) {
    String instance = settings.common().instance();
    if (instance.isEmpty()) {
      return;
    }
    try (Admin admin = KafkaClients.admin(settings)) {
      List<MemberToRemove> idle =
          KafkaFutures.await(admin.describeConsumerGroups(List.of(group)).all()).values().stream()
              .flatMap(found -> found.members().stream())
              .filter(member -> member.assignment().topicPartitions().isEmpty())
              .map(MemberDescription::groupInstanceId)
              .flatMap(Optional::stream)
              .filter(id -> id.startsWith(instance + "-"))
              .map(MemberToRemove::new)
              .toList();
      if (!idle.isEmpty()) {
        KafkaFutures.await(
            admin
                .removeMembersFromConsumerGroup(
                    group, new RemoveMembersFromConsumerGroupOptions(idle))
                .all());
        LOG.info("left the assignment of an earlier process in group {}, which was empty", group);
      }
    } catch (KafkaException e) {
      LOG.debug("group {} could not be looked at before joining it", group, e);
    }
  }
}
