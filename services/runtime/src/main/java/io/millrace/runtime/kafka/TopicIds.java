package io.millrace.runtime.kafka;

import io.millrace.runtime.settings.Settings;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the cluster for the ids of topics, {@code CLUSTER/TOPIC}: a topic that was deleted and
 * created again, or restored on another cluster, has another id under the same name.
 */
public final class TopicIds implements UnaryOperator<String> {

  private static final Logger LOG = LoggerFactory.getLogger(TopicIds.class);

  private final Settings settings;

  public TopicIds(Settings settings) {
    this.settings = settings;
  }

  /**
   * The id of a topic at present.
   *
   * @throws org.apache.kafka.common.KafkaException if the cluster cannot be asked or has no such
   *     topic
   */
  @Override
  public String apply(String topic) {
    try (Admin admin = KafkaClients.admin(settings)) {
      return of(admin, Set.of(topic)).values().iterator().next();
    }
  }

  /**
   * Ids that are asked for once, for a service: it stops when a topic that it reads gets another
   * one. Safe for several threads.
   *
   * @param ids gives the id of a topic by its name
   */
  public static UnaryOperator<String> remembered(UnaryOperator<String> ids) {
    Map<String, String> known = new ConcurrentHashMap<>();
    return topic -> known.computeIfAbsent(topic, ids);
  }

  /**
   * Ids for what goes on without them: empty while the cluster cannot be asked or has no such
   * topic, and asked for again the next time.
   */
  public static UnaryOperator<String> orEmpty(UnaryOperator<String> ids) {
    return topic -> {
      try {
        return ids.apply(topic);
      } catch (InterruptException e) {
        throw e;
      } catch (KafkaException e) {
        LOG.warn("the id of the topic {} cannot be asked for now: {}", topic, e.toString());
        return "";
      }
    };
  }

  /** Whether two ids are of topics of the same cluster. */
  public static boolean isSameCluster(String id, String other) {
    int slash = id.indexOf('/');
    return slash >= 0 && other.startsWith(id.substring(0, slash + 1));
  }

  /** The ids of several topics by name. */
  public static Map<String, String> of(Admin admin, Collection<String> topics) {
    String cluster = KafkaFutures.await(admin.describeCluster().clusterId());
    Map<String, String> ids = new TreeMap<>();
    KafkaFutures.await(admin.describeTopics(topics).allTopicNames())
        .forEach((name, topic) -> ids.put(name, cluster + "/" + topic.topicId()));
    return ids;
  }
}
