package io.millrace.runtime.kafka;

import io.millrace.runtime.metrics.PeriodicTask;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import io.millrace.topics.Catalogue;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that a topic was deleted and created again while a service uses it. Kafka's clients do
 * not tell: a consumer reads on at the old offset in the new log, and skips what lies before it; a
 * producer adds changes to a log that no longer has what they change. Asks the cluster every few
 * seconds on a virtual thread, through an admin client that all watches of the process share. A
 * topic that is missing is not reported here.
 *
 * <p>Besides the topics that it is given it watches all that the catalogue says a service relies
 * on, see {@link Catalogue#reliedOnBy}.
 */
public final class TopicIdWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TopicIdWatch.class);
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private final String service;
  private final Set<String> topics;
  private final SharedAdmin.Lease lease;
  private final Admin admin;
  private final Map<String, String> known = new TreeMap<>();
  private final Map<String, Integer> partitions = new TreeMap<>();
  private final Map<String, Integer> current = new ConcurrentHashMap<>();
  private final ScheduledExecutorService thread;
  private volatile Runnable onChange = () -> {};
  private volatile Set<String> changed = Set.of();
  private volatile String problem = "";
  private final Map<String, String> added = new ConcurrentHashMap<>();

  private TopicIdWatch(Settings settings, String service, Set<String> topics) {
    this.service = service;
    this.topics = topics;
    this.lease = SharedAdmin.lease(settings);
    this.admin = lease.admin();
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name(service + "-topic-ids").factory());
  }

  /**
   * Begins to watch, to be called before anything is read: a topic that was made again before its
   * id was first asked for would not be noticed. Waits for the answer; without one it goes on.
   *
   * @param service the name of a service, as the catalogue has it
   * @param topics the full names of further topics
   */
  public static TopicIdWatch start(Settings settings, String service, Collection<String> topics) {
    return start(settings, service, service, topics);
  }

  /**
   * The same for a service of another name than its kind has in the catalogue.
   *
   * @param name of the service, for messages
   */
  public static TopicIdWatch start(
      Settings settings, String name, String kind, Collection<String> topics) {
    Set<String> all = new TreeSet<>(topics);
    all.addAll(Catalogue.load().reliedOnBy(kind, settings.topics().prefix()));
    var watch = new TopicIdWatch(settings, name, Set.copyOf(all));
    watch.checkTopicIds();
    PeriodicTask.schedule(
        watch.thread, PeriodicTask.Kind.TOPIC_IDS, INTERVAL, watch::checkTopicIds);
    return watch;
  }

  /**
   * Has something done when a topic has changed, once and on the watch's thread; at once if one has
   * already. Who asks {@link #requireSame} has a call ended with it that would wait for the topic
   * that is gone: a producer tries to store offsets of it until {@code max.block.ms}.
   */
  public void whenChanged(Runnable action) {
    synchronized (this) {
      if (problem.isEmpty()) {
        onChange = action;
        return;
      }
    }
    action.run();
  }

  private synchronized void checkTopicIds() {
    if (!problem.isEmpty()) {
      return;
    }
    // Of all topics before anything is done: several may have been made again at once.
    Map<String, String> changes = new TreeMap<>();
    try {
      String cluster = KafkaFutures.await(admin.describeCluster().clusterId());
      for (var answer : admin.describeTopics(topics).topicNameValues().values()) {
        present(answer).ifPresent(topic -> compare(cluster, topic, changes));
      }
    } catch (KafkaException e) {
      LOG.debug("the ids of the topics of {} cannot be asked for now", service, e);
    }
    if (!changes.isEmpty()) {
      end(changes);
    }
  }

  /** A topic; empty if it is missing, or cannot be asked for. */
  private Optional<TopicDescription> present(Future<TopicDescription> answer) {
    try {
      return Optional.of(KafkaFutures.await(answer));
    } catch (KafkaException e) {
      LOG.debug("a topic of {} cannot be asked for now", service, e);
      return Optional.empty();
    }
  }

  private void compare(String cluster, TopicDescription now, Map<String, String> changes) {
    String topic = now.name();
    int had = partitions.getOrDefault(topic, now.partitions().size());
    partitions.putIfAbsent(topic, had);
    current.put(topic, now.partitions().size());
    if (had < now.partitions().size()) {
      added.put(
          topic,
          "%s had %d partitions and has %d now".formatted(topic, had, now.partitions().size()));
    }
    String id = cluster + "/" + now.topicId();
    String was = known.putIfAbsent(topic, id);
    if (was != null && !was.equals(id)) {
      changes.put(
          topic,
          "the topic %s was deleted and created again while %s used it: its id was %s and is %s"
              .formatted(topic, service, was, id));
    }
  }

  /** Ends the watch and has done what is to be done then; there is no second time. */
  private void end(Map<String, String> changes) {
    thread.shutdown();
    changed = Set.copyOf(changes.keySet());
    problem =
        ("%s. Start %s again: it then continues with the new topic, or says what to do first"
                + " (docs/operations.md, \"A topic that was made again\")")
            .formatted(String.join("; ", changes.values()), service);
    try {
      onChange.run();
    } catch (RuntimeException | Error e) {
      // Errors too: this was the last run, so nothing would be tried again.
      LOG.error("{} has not ended in order: {}", service, problem, e);
    }
  }

  /**
   * Asks at once, for whoever has met an offset that the log does not have.
   *
   * @return what to throw: the symptom, if the topics are the same
   */
  public RuntimeException cause(RuntimeException symptom) {
    checkTopicIds();
    return problem.isEmpty() ? symptom : new IncompatibleStateException(problem);
  }

  /**
   * Does nothing while the topics are the same.
   *
   * @throws IncompatibleStateException if one was deleted and created again
   */
  public void requireSame() {
    if (!problem.isEmpty()) {
      throw new IncompatibleStateException(problem);
    }
  }

  /** The partitions that a topic had and has, if some were added; else empty. */
  public String addedPartitions(String topic) {
    return added.getOrDefault(topic, "");
  }

  /** The partitions that a topic had at the last check; 0 if it was not found. */
  public int partitions(String topic) {
    return current.getOrDefault(topic, 0);
  }

  /** What has changed, in words; empty while nothing has. */
  public String problem() {
    return problem;
  }

  /** The topics that have changed; none while nothing has. */
  public Set<String> changed() {
    return changed;
  }

  /** Ends the watch; does not wait. May be called by {@code onChange}. */
  @Override
  public void close() {
    thread.shutdown();
    lease.close();
  }
}
