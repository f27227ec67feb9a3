package io.millrace.console.live;

import io.millrace.runtime.lifecycle.LoopService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the ends of topics with one consumer, without a group:
 *
 * <ol>
 *   <li>Assigns all partitions of the topics, each near its end; looks for topics and partitions
 *       that were not there every ten seconds; partitions show by {@code metadata.max.age.ms}.
 *   <li>Gives each record to the tail of its topic.
 *   <li>Where records may be missed and the consumer has fallen far behind, goes on near the end.
 *   <li>After an error of Kafka, begins anew with another consumer a second later. The memories
 *       stay.
 * </ol>
 *
 * <p>It is ready once it has read up to the ends that it found first. Used by one thread.
 */
final class TailReader {

  private static final Logger LOG = LoggerFactory.getLogger(TailReader.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(10);
  private static final Duration AGAIN_AFTER = Duration.ofSeconds(1);

  /** A partition that lies further behind than this many backlogs passes records over. */
  private static final int BEHIND = 20;

  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final Map<String, Tail> tails = new HashMap<>();
  private final LiveStats stats;
  private final Duration lookEvery;

  /** Where each partition was left, so that another consumer goes on there. */
  private final Map<TopicPartition, Long> next = new HashMap<>();

  private boolean complained;

  /**
   * A reader.
   *
   * @param consumers makes a consumer of committed records without a group
   */
  TailReader(Supplier<Consumer<byte[], byte[]>> consumers, List<Tail> tails, LiveStats stats) {
    this(consumers, tails, stats, LOOK_EVERY);
  }

  /**
   * The same, for tests.
   *
   * @param lookEvery how often it looks for topics and partitions
   */
  TailReader(
      Supplier<Consumer<byte[], byte[]>> consumers,
      List<Tail> tails,
      LiveStats stats,
      Duration lookEvery) {
    this.lookEvery = lookEvery;
    this.consumers = consumers;
    this.stats = stats;
    tails.forEach(tail -> this.tails.put(tail.topic(), tail));
  }

  /** Follows until the service is to stop. */
  void run(LoopService loop) {
    while (!loop.stopping()) {
      try (Consumer<byte[], byte[]> consumer = consumers.get()) {
        loop.setWakeup(consumer::wakeup);
        new Session(consumer).follow(loop);
      } catch (WakeupException | InterruptException e) {
        return;
      } catch (KafkaException e) {
        stats.failed();
        complain(e);
        loop.progressed();
        LockSupport.parkNanos(AGAIN_AFTER.toNanos());
      }
    }
  }

  /** Once, until it goes well again: Kafka may be away for long. */
  private void complain(KafkaException e) {
    if (!complained) {
      LOG.warn("the ends of the topics cannot be read, is tried again: {}", e.getMessage());
      complained = true;
    }
  }

  /** What one consumer has assigned. */
  private final class Session {
    private final Consumer<byte[], byte[]> consumer;
    private final List<TopicPartition> assigned = new ArrayList<>();
    private Map<TopicPartition, Long> firstEnds = Map.of();
    private long looked = System.nanoTime();

    Session(Consumer<byte[], byte[]> consumer) {
      this.consumer = consumer;
    }

    void follow(LoopService loop) {
      assignNew();
      firstEnds = consumer.endOffsets(assigned);
      while (!loop.stopping()) {
        loop.progressed();
        if (assigned.isEmpty()) {
          LockSupport.parkNanos(POLL.toNanos());
        } else {
          for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
            dispatch(record);
          }
        }
        if (!firstEnds.isEmpty() && reached()) {
          firstEnds = Map.of();
        }
        loop.setReady(firstEnds.isEmpty());
        complained &= !firstEnds.isEmpty();
        if (System.nanoTime() - looked > lookEvery.toNanos()) {
          looked = System.nanoTime();
          assignNew();
          skip();
        }
      }
    }

    private boolean reached() {
      return firstEnds.entrySet().stream()
          .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    /** Assigns the partitions that are not assigned yet. */
    private void assignNew() {
      List<TopicPartition> found = new ArrayList<>();
      for (String topic : tails.keySet()) {
        List<PartitionInfo> partitions = consumer.partitionsFor(topic);
        if (partitions != null) {
          partitions.forEach(it -> found.add(new TopicPartition(topic, it.partition())));
        }
      }
      found.removeAll(assigned);
      if (!found.isEmpty()) {
        assigned.addAll(found);
        consumer.assign(assigned);
        seek(found, true);
      }
    }

    private void seek(List<TopicPartition> partitions, boolean goesOn) {
      Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      for (TopicPartition partition : partitions) {
        long backlog = backlog(partition);
        long begin = begins.getOrDefault(partition, 0L);
        long end = ends.getOrDefault(partition, 0L);
        long nearEnd = Math.max(begin, end - Math.min(end, backlog));
        long left = next.getOrDefault(partition, -1L);
        boolean isThere = left >= begin && left <= end;
        consumer.seek(partition, goesOn && isThere ? left : nearEnd);
      }
    }

    /** Of a topic's backlog, a partition's share. */
    private long backlog(TopicPartition partition) {
      long all = tail(partition.topic()).backlog();
      long partitions =
          assigned.stream().filter(it -> it.topic().equals(partition.topic())).count();
      return all == Tail.ALL ? all : Math.ceilDiv(all, Math.max(1, partitions));
    }

    private void skip() {
      List<TopicPartition> behind = new ArrayList<>();
      for (TopicPartition partition : assigned) {
        OptionalLong lag =
            tail(partition.topic()).mayMiss()
                ? consumer.currentLag(partition)
                : OptionalLong.empty();
        if (lag.isPresent() && lag.getAsLong() > BEHIND * backlog(partition)) {
          behind.add(partition);
          stats.missed(lag.getAsLong() - backlog(partition));
        }
      }
      if (!behind.isEmpty()) {
        seek(behind, false);
      }
    }
  }

  private Tail tail(String topic) {
    return java.util.Objects.requireNonNull(tails.get(topic), topic);
  }

  private void dispatch(ConsumerRecord<byte[], byte[]> record) {
    stats.read();
    next.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
    try {
      if (!tail(record.topic()).reader().accept(record)) {
        stats.skipped();
      }
    } catch (KafkaException e) {
      throw e;
    } catch (RuntimeException e) {
      // The console shows what it can; who uses the record says what is wrong with it.
      LOG.debug("{}-{}@{} is skipped", record.topic(), record.partition(), record.offset(), e);
      stats.skipped();
    }
  }
}
