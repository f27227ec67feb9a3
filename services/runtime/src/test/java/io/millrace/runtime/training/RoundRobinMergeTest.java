package io.millrace.runtime.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.training.RoundRobinMerge.Next.Aligned;
import io.millrace.runtime.training.RoundRobinMerge.Next.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class RoundRobinMergeTest {

  private static final String MARKER = "|";

  @Test
  void takesASliceFromEachPartitionInTurn() {
    var merge = merge(2, 2);
    addAll(merge, 0, "a", "b", "c", "d");
    addAll(merge, 1, "1", "2", "3");

    assertThat(drain(merge)).containsExactly("a", "b", "1", "2", "c", "d", "3");
  }

  @Test
  void waitsForThePartitionWhoseTurnItIs() {
    var merge = merge(2, 1);
    addAll(merge, 0, "a", "b");

    assertThat(drain(merge)).containsExactly("a");
    addAll(merge, 1, "1");
    assertThat(drain(merge)).containsExactly("1", "b");
  }

  @Test
  void aPartitionAtItsMarkerIsPassedByUntilAllAreAtTheirs() {
    var merge = merge(2, 1);
    addAll(merge, 0, "a", MARKER, "b");
    addAll(merge, 1, "1", "2", "3");

    assertThat(drain(merge)).containsExactly("a", "1", "2", "3");
    addAll(merge, 1, MARKER);
    assertThat(drain(merge)).containsExactly("||", "b");
  }

  @Property
  void theOrderDependsOnTheLogAloneAndNotOnWhatThePollsBring(
      @ForAll("logs") List<List<String>> logs,
      @ForAll @IntRange(min = 1, max = 5) int slice,
      @ForAll long seed) {
    var atOnce = merge(logs.size(), slice);
    for (int partition = 0; partition < logs.size(); partition++) {
      addAll(atOnce, partition, logs.get(partition).toArray(String[]::new));
    }

    assertThat(drainAsPolled(logs, slice, new Random(seed))).isEqualTo(drain(atOnce));
  }

  @Property
  void aMergeThatGoesOnWhereAnotherEndedMakesTheSameOrder(
      @ForAll("logs") List<List<String>> logs,
      @ForAll @IntRange(min = 1, max = 5) int slice,
      @ForAll @IntRange(max = 40) int records) {
    var whole = merge(logs.size(), slice);
    var first = merge(logs.size(), slice);
    for (int partition = 0; partition < logs.size(); partition++) {
      addAll(whole, partition, logs.get(partition).toArray(String[]::new));
      addAll(first, partition, logs.get(partition).toArray(String[]::new));
    }

    List<String> order = new ArrayList<>();
    int[] positions = new int[logs.size()];
    for (int i = 0; i < records; i++) {
      take(first, order, positions);
    }
    var second =
        new RoundRobinMerge<String>(
            logs.size(), slice, first.currentPartition(), first.takenInTurn(), MARKER::equals);
    for (int partition = 0; partition < logs.size(); partition++) {
      List<String> log = logs.get(partition);
      addAll(
          second, partition, log.subList(positions[partition], log.size()).toArray(String[]::new));
    }
    order.addAll(drain(second));

    assertThat(order).isEqualTo(drain(whole));
  }

  @Provide
  Arbitrary<List<List<String>>> logs() {
    Arbitrary<String> record =
        Arbitraries.frequencyOf(
            Tuple.of(1, Arbitraries.just(MARKER)),
            Tuple.of(6, Arbitraries.strings().alpha().ofLength(2)));
    return record.list().ofMaxSize(20).list().ofMinSize(1).ofMaxSize(4);
  }

  /** Adds a few records of a random partition at a time, and takes whatever can be taken. */
  private static List<String> drainAsPolled(List<List<String>> logs, int slice, Random random) {
    var merge = merge(logs.size(), slice);
    int[] read = new int[logs.size()];
    List<String> order = new ArrayList<>();
    int remaining = logs.stream().mapToInt(List::size).sum();
    while (remaining > 0) {
      int partition = random.nextInt(logs.size());
      List<String> log = logs.get(partition);
      int count = Math.min(1 + random.nextInt(4), log.size() - read[partition]);
      for (int i = 0; i < count; i++) {
        merge.add(partition, log.get(read[partition]++));
      }
      remaining -= count;
      order.addAll(drain(merge));
    }
    return order;
  }

  private static RoundRobinMerge<String> merge(int partitions, int slice) {
    return new RoundRobinMerge<>(partitions, slice, 0, 0, MARKER::equals);
  }

  private static void addAll(RoundRobinMerge<String> merge, int partition, String... records) {
    for (String record : records) {
      merge.add(partition, record);
    }
  }

  private static List<String> drain(RoundRobinMerge<String> merge) {
    List<String> order = new ArrayList<>();
    int[] ignored = new int[10];
    int before;
    do {
      before = order.size();
      take(merge, order, ignored);
    } while (order.size() > before);
    return order;
  }

  private static void take(RoundRobinMerge<String> merge, List<String> order, int[] positions) {
    switch (merge.poll()) {
      case Value<String>(int partition, String value) -> {
        order.add(value);
        positions[partition]++;
      }
      case Aligned<String>(List<String> markers) -> {
        order.add(String.join("", markers));
        for (int i = 0; i < markers.size(); i++) {
          positions[i]++;
        }
      }
      case RoundRobinMerge.Next.Waiting<String>() -> {}
    }
  }
}
