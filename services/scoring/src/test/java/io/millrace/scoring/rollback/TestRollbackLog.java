package io.millrace.scoring.rollback;

import io.millrace.runtime.models.ServingPointer;
import io.millrace.runtime.models.VersionId;
import io.millrace.schemas.avro.ServingDecision;
import io.millrace.schemas.avro.ServingReason;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.LongPredicate;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Two partitions, versions that can answer, and a pointer, in memory. */
final class TestRollbackLog implements RollbackLog {

  static final TopicPartition PARTITION = new TopicPartition("images", 0);
  static final TopicPartition OTHER = new TopicPartition("images", 1);

  final List<ServingDecision> decisions = new CopyOnWriteArrayList<>();
  final List<Long> usable = new CopyOnWriteArrayList<>();

  /** How many questions for a version's parts fail. */
  final AtomicInteger unanswered = new AtomicInteger();

  final AtomicInteger failures = new AtomicInteger();
  final AtomicInteger looks = new AtomicInteger();
  final AtomicInteger closed = new AtomicInteger();
  volatile long end;
  volatile long endOfOther;

  /** Runs once a decision is written, before anybody sees it. */
  volatile Runnable vanishing = () -> {};

  volatile List<DriftRollback> followers = List.of();
  private Optional<ServingPointer> pointer = Optional.empty();
  private long clock;

  /** A drift whose first record is the one at an offset. */
  static InputDrift drift(long since) {
    return drift(PARTITION, since);
  }

  static InputDrift drift(TopicPartition partition, long since) {
    return new InputDrift(1.25, 0.5, 1_000, Map.of(partition, since));
  }

  static ServingDecision decision(
      @Nullable Long version, @Nullable Long previous, ServingReason reason) {
    return new ServingDecision("vision", version, previous, reason, "ada", "", "", "", null, null);
  }

  synchronized ServingPointer point(ServingDecision decision) {
    clock++;
    var now = new ServingPointer(decision, Instant.ofEpochMilli(clock));
    pointer = Optional.of(now);
    followers.forEach(it -> it.pointerChanged(pointer));
    return now;
  }

  @Override
  public Map<TopicPartition, Long> ends() {
    looks.incrementAndGet();
    return Map.of(PARTITION, end, OTHER, endOfOther);
  }

  @Override
  public void close() {
    closed.incrementAndGet();
  }

  @Override
  public OptionalLong newestUsable(String model, LongPredicate wanted) {
    return usable.stream().mapToLong(it -> it).filter(wanted).max();
  }

  @Override
  public boolean hasParts(VersionId version) {
    if (unanswered.getAndDecrement() > 0) {
      throw new TimeoutException("no broker answers");
    }
    return usable.contains(version.number());
  }

  @Override
  public synchronized Optional<ServingDecision> change(
      String model, Function<Optional<ServingPointer>, Optional<ServingDecision>> decide) {
    if (failures.getAndDecrement() > 0) {
      throw new TimeoutException("no broker answers");
    }
    Optional<ServingDecision> decided = decide.apply(pointer);
    decided.ifPresent(it -> {
      decisions.add(it);
      vanishing.run();
      point(it);
    });
    return decided;
  }
}
