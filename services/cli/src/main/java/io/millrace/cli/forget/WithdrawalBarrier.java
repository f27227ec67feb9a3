package io.millrace.cli.forget;

import io.millrace.cli.forget.SubjectSearch.SubjectRecord;
import io.millrace.runtime.administration.ConsumerGroupPosition;
import io.millrace.runtime.administration.ConsumerGroupPosition.Span;
import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.KafkaFutures;
import io.millrace.runtime.settings.Settings;
import io.millrace.topics.Topic;
import io.millrace.topics.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleConsumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Waits until text and labelling have read that subjects were withdrawn. Until then they may make
 * examples of them from what was sent before, behind the ends on the lists of trainers.
 */
final class WithdrawalBarrier implements AutoCloseable {

  /** How long a service may stand still. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** How often the brokers are asked for a group's offsets: they tell nobody when these change. */
  private static final Duration INTERVAL = Duration.ofMillis(100);

  private final Settings settings;
  private final Admin admin;
  private final Consumer<byte[], byte[]> reader;

  private WithdrawalBarrier(Settings settings) {
    this.settings = settings;
    this.admin = KafkaClients.admin(settings);
    this.reader = KafkaClients.reader(settings);
  }

  /**
   * Waits while they go on.
   *
   * @param found the subjects' records: whoever reads none of them is not awaited
   * @param progress is given the share that has been read, 0 to 1
   * @return the services that have not read it, since none runs, or since they stand still
   */
  static List<String> await(
      Settings settings, Collection<SubjectRecord> found, DoubleConsumer progress) {
    Topics topics = settings.topics();
    List<String> behind = new ArrayList<>();
    try (var reading = new WithdrawalBarrier(settings)) {
      if (isOn(found, "documents") && !reading.reads("text", progress, topics.documents())) {
        behind.add("text");
      }
      if (isOn(found, "documents", "images", "labels", "document-vectors")
          && !reading.reads(
              "labelling", progress, topics.images(), topics.documentVectors(), topics.labels())) {
        behind.add("labelling");
      }
    }
    return behind;
  }

  private static boolean isOn(Collection<SubjectRecord> found, String... topics) {
    return found.stream().anyMatch(it -> List.of(topics).contains(it.topic()));
  }

  /** Whether a service reads what its inputs have now, and then what it has sent itself. */
  private boolean reads(String service, DoubleConsumer progress, Topic<?, ?>... inputs) {
    String group = settings.common().group(service);
    var position = new ConsumerGroupPosition(admin, reader, group);
    return passes(position, Stream.of(inputs).map(Topic::name).toList(), progress)
        && passes(
            position,
            KafkaFutures.await(admin.listTopics().names()).stream()
                .filter(it -> it.startsWith(group + "-") && it.endsWith("-repartition"))
                .toList(),
            progress);
  }

  private boolean passes(
      ConsumerGroupPosition group, List<String> topics, DoubleConsumer progress) {
    Map<TopicPartition, Long> ends = ends(topics, IsolationLevel.READ_UNCOMMITTED);
    long all = -1;
    long least = Long.MAX_VALUE;
    long deadline = 0;
    while (true) {
      List<Span> left = group.left(ends);
      // A group does not always commit the markers of transactions at the end.
      if (left.isEmpty() || !hasOpenTransaction(topics, ends) && !group.hasRecord(left)) {
        return true;
      }
      long sum = left.stream().mapToLong(Span::length).sum();
      all = Math.max(all, sum);
      if (sum < least) {
        least = sum;
        deadline = System.nanoTime() + PATIENCE.toNanos();
      } else if (System.nanoTime() > deadline || !group.hasMembers()) {
        return false;
      }
      progress.accept(1 - (double) sum / all);
      pause();
    }
  }

  private boolean hasOpenTransaction(List<String> topics, Map<TopicPartition, Long> ends) {
    Map<TopicPartition, Long> stable = ends(topics, IsolationLevel.READ_COMMITTED);
    return ends.entrySet().stream()
        .anyMatch(it -> stable.getOrDefault(it.getKey(), 0L) < it.getValue());
  }

  private Map<TopicPartition, Long> ends(List<String> topics, IsolationLevel upTo) {
    Map<TopicPartition, Long> ends = new HashMap<>();
    topics.forEach(it ->
        ends.putAll(CommittedReader.ends(settings, CommittedReader.partitions(reader, it), upTo)));
    return ends;
  }

  private static void pause() {
    try {
      Thread.sleep(INTERVAL);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  @Override
  public void close() {
    reader.close();
    admin.close();
  }
}
