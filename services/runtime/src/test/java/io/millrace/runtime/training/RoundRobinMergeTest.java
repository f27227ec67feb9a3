package io.millrace.runtime.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.records.StepMarker;
import io.millrace.runtime.training.RoundRobinMerge.Next;
import io.millrace.runtime.training.RoundRobinMerge.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** A record is written as its text; {@code |5} is the marker of cut 5, {@code |} has no number. */
final class RoundRobinMergeTest {

  /** A record of a log. */
  private record Item(long offset, String text) implements RoundRobinMerge.Mergeable {
    @Override
    public Optional<StepMarker> marker() {
      if (!text.startsWith("|")) {
        return Optional.empty();
      }
      long cut = text.length() == 1 ? StepMarker.UNNUMBERED : Long.parseLong(text.substring(1));
      return Optional.of(new StepMarker(cut, 0, true));
    }
  }

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
  void aPartitionAtItsMarkerWaitsUntilAllAreAtTheirs() {
    var merge = merge(2, 1);
    addAll(merge, 0, "a", "|5", "b");
    addAll(merge, 1, "1", "2", "3");

    assertThat(drain(merge)).containsExactly("a", "1", "2", "3");
    addAll(merge, 1, "|5");
    assertThat(drain(merge)).containsExactly("|5", "b");
  }

  @Test
  void markersWithoutANumberAlignToo() {
    var merge = merge(2, 1);
    addAll(merge, 0, "a", "|", "b", "|");
    addAll(merge, 1, "|", "1", "|");

    assertThat(drain(merge)).containsExactly("a", "|", "b", "1", "|");
    assertThat(merge.position().lastCut()).isEqualTo(-1);
  }

  @Test
  void aCutWhoseMarkerIsGoneInOnePartitionIsMadeAtTheNextMarkerThere() {
    var merge = merge(2, 1);
    addAll(merge, 0, "a", "|5", "b", "|9", "c");
    addAll(merge, 1, "1", "2", "|9", "3");

    assertThat(drain(merge)).containsExactly("a", "1", "2", "|5", "b", "|9", "c", "3");
  }

  @Test
  void aLoneMarkerIsObeyedOnceTheOtherPartitionsWereReadToTheirEnds() {
    var merge = merge(2, 1);
    addAll(merge, 0, "a", "|5", "b", "c");
    addAll(merge, 1, "1", "2");

    assertThat(drain(merge)).containsExactly("a", "1", "2");
    assertThat(merge.needsBounds()).isTrue();
    merge.boundCut(new long[] {4, 3});
    assertThat(drain(merge)).isEmpty();
    merge.readTo(1, 3);

    assertThat(drain(merge)).containsExactly("|5", "b");
    assertThat(merge.needsBounds()).isFalse();
  }

  @Test
  void aRecordBeyondTheEndThatAMarkerCanHaveComesAfterTheCut() {
    var merge = merge(2, 1);
    addAll(merge, 0, "a", "|5", "b");
    addAll(merge, 1, "1", "2", "3");
    assertThat(merge.needsBounds()).isFalse();
    merge.poll();
    merge.boundCut(new long[] {2, 2});

    assertThat(drain(merge)).containsExactly("1", "2", "|5", "b", "3");
  }

  @Test
  void aMarkerOfACutThatWasMadeIsStale() {
    var merge = merge(2, 1);
    addAll(merge, 0, "|5", "|9", "a");
    addAll(merge, 1, "|9", "|5", "1");

    assertThat(drain(merge)).containsExactly("|5", "|9", "stale |5", "a", "1");
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

    assertThat(withoutStale(drainAsPolled(logs, slice, new Random(seed))))
        .isEqualTo(withoutStale(drain(atOnce)));
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
    var second = new RoundRobinMerge<Item>(logs.size(), slice, first.position());
    for (int partition = 0; partition < logs.size(); partition++) {
      List<String> log = logs.get(partition);
      addAll(
          second, partition, log.subList(positions[partition], log.size()).toArray(String[]::new));
    }
    order.addAll(drain(second));

    assertThat(withoutStale(order)).isEqualTo(withoutStale(drain(whole)));
  }

  /**
   * Compaction has removed any of the records and markers, in some partitions and not in others,
   * and somebody has sent markers of his own: nothing is lost or taken twice, no partition's order
   * changes, and nothing waits for ever.
   */
  @Property(tries = 300)
  void whateverIsMissingOrStrayEveryRecordComesOnceInTheOrderOfItsPartition(
      @ForAll("logs") List<List<String>> logs,
      @ForAll @IntRange(min = 1, max = 5) int slice,
      @ForAll long seed) {
    var random = new Random(seed);
    List<List<Item>> left = new ArrayList<>();
    for (List<String> log : logs) {
      List<Item> items = new ArrayList<>();
      long offset = 0;
      for (String text : log) {
        if (random.nextInt(3) > 0) {
          items.add(new Item(offset, text));
        }
        offset++;
        if (random.nextInt(12) == 0) {
          items.add(new Item(offset++, "|" + STRAY[random.nextInt(STRAY.length)]));
        }
      }
      left.add(items);
    }

    List<List<Item>> log = new ArrayList<>();
    left.forEach(items -> log.add(new ArrayList<>(items)));
    List<List<String>> taken = drainAsTheTrainerDoes(log, slice, random);

    for (int partition = 0; partition < left.size(); partition++) {
      assertThat(taken.get(partition))
          .isEqualTo(
              left.get(partition).stream()
                  .map(Item::text)
                  .filter(text -> !text.startsWith("|"))
                  .toList());
    }
  }

  private static final String[] STRAY = {"", "0", "3", "999999999999999999"};

  /**
   * Reads a few records at a time, asks for the ends of the logs where it must, and when nothing
   * comes writes a marker to all of them.
   */
  private static List<List<String>> drainAsTheTrainerDoes(
      List<List<Item>> logs, int slice, Random random) {
    var merge = merge(logs.size(), slice);
    int[] read = new int[logs.size()];
    List<List<String>> taken = new ArrayList<>();
    logs.forEach(_ -> taken.add(new ArrayList<>()));
    for (int markers = 0; markers < 30; markers++) {
      for (int idle = 0; idle < 60; idle++) {
        int partition = random.nextInt(logs.size());
        List<Item> log = logs.get(partition);
        if (read[partition] < log.size()) {
          merge.add(partition, log.get(read[partition]++));
        }
        boolean atEnd = read[partition] == log.size();
        merge.readTo(partition, atEnd ? end(log) : log.get(read[partition]).offset());
        if (merge.needsBounds() && random.nextInt(3) == 0) {
          merge.boundCut(logs.stream().mapToLong(RoundRobinMergeTest::end).toArray());
        }
        while (takeOne(merge, taken)) {
          idle = 0;
        }
      }
      long ends = logs.stream().mapToLong(RoundRobinMergeTest::end).sum();
      long cut = StepMarker.next(ends, merge.position().lastCut());
      String text = cut == StepMarker.UNNUMBERED ? "|" : "|" + cut;
      logs.forEach(log -> log.add(new Item(end(log), text)));
    }
    return taken;
  }

  private static long end(List<Item> log) {
    return log.isEmpty() ? 0 : log.getLast().offset() + 1;
  }

  private static boolean takeOne(RoundRobinMerge<Item> merge, List<List<String>> taken) {
    switch (merge.poll()) {
      case Next.Value<Item>(int partition, Item value) -> taken.get(partition).add(value.text());
      case Next.Cut<Item> _ -> {}
      case Next.Stale<Item> _ -> {}
      case Next.Waiting<Item> _ -> {
        return false;
      }
    }
    return true;
  }

  /**
   * Logs as writers leave them who write their markers to all partitions, some at the same time as
   * others, so that two cuts may lie in another order in another partition.
   */
  @Provide
  Arbitrary<List<List<String>>> logs() {
    Arbitrary<Long> seeds = Arbitraries.longs();
    return Combinators.combine(
            Arbitraries.integers().between(1, 4), Arbitraries.integers().between(0, 6), seeds)
        .as((partitions, cuts, seed) -> logs(partitions, cuts, new Random(seed)));
  }

  private static List<List<String>> logs(int partitions, int cuts, Random random) {
    List<List<String>> logs = new ArrayList<>();
    for (int p = 0; p < partitions; p++) {
      logs.add(new ArrayList<>());
    }
    for (int cut = 1; cut <= cuts; cut++) {
      for (List<String> log : logs) {
        for (int i = random.nextInt(5); i > 0; i--) {
          log.add("r" + random.nextInt(1_000));
        }
        boolean overtaken = random.nextInt(4) == 0 && !log.isEmpty();
        log.add(overtaken ? log.size() - 1 : log.size(), "|" + cut);
      }
    }
    return logs;
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
        addAll(merge, partition, log.get(read[partition]++));
      }
      remaining -= count;
      order.addAll(drain(merge));
    }
    return order;
  }

  private static RoundRobinMerge<Item> merge(int partitions, int slice) {
    return new RoundRobinMerge<>(partitions, slice, Position.BEGINNING);
  }

  private static void addAll(RoundRobinMerge<Item> merge, int partition, String... records) {
    for (String record : records) {
      merge.add(partition, new Item(merge.size(partition), record));
    }
  }

  /** When a stale marker is removed changes nothing. */
  private static List<String> withoutStale(List<String> order) {
    return order.stream().filter(text -> !text.startsWith("stale")).toList();
  }

  private static List<String> drain(RoundRobinMerge<Item> merge) {
    List<String> order = new ArrayList<>();
    int[] ignored = new int[10];
    int before;
    do {
      before = order.size();
      take(merge, order, ignored);
    } while (order.size() > before);
    return order;
  }

  private static void take(RoundRobinMerge<Item> merge, List<String> order, int[] positions) {
    switch (merge.poll()) {
      case Next.Value<Item>(int partition, Item value) -> {
        order.add(value.text());
        positions[partition]++;
      }
      case Next.Cut<Item>(StepMarker _, List<Next.Value<Item>> markers) -> {
        var texts = new TreeSet<String>();
        for (Next.Value<Item> marker : markers) {
          texts.add(marker.value().text());
          positions[marker.partition()]++;
        }
        order.addAll(texts);
      }
      case Next.Stale<Item>(int partition, Item marker) -> {
        order.add("stale " + marker.text());
        positions[partition]++;
      }
      case Next.Waiting<Item>() -> {}
    }
  }
}
