package io.millrace.runtime.administration;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.administration.CopiedPosition.Result;
import io.millrace.schemas.avro.ReadRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** A record is written as its text: a key and a number that makes it unlike others of the key. */
final class CopiedPositionTest {

  @Test
  void isBehindTheLastRecordsWhereTheCopyHasAllOfThem() {
    assertThat(find(list("b1", "c1"), "a1", "b1", "c1", "d1"))
        .isEqualTo(new Result.Certain(30, 2, 0));
  }

  @Test
  void isUncertainWhereTheyOccurTwice() {
    assertThat(find(list("b1", "c1"), "b1", "c1", "d1", "b1", "c1"))
        .isEqualTo(
            new Result.Uncertain(
                "the last 2 records that were read occur more than once in the copy"));
    assertThat(find(list("b1", "b1"), "b1", "b1", "b1")).isInstanceOf(Result.Uncertain.class);
  }

  @Test
  void isUncertainWhereNothingOrNoneOfThemIsThere() {
    assertThat(find(list(), "a1")).isInstanceOf(Result.Uncertain.class);
    assertThat(find(list("b1"), "a1")).isInstanceOf(Result.Uncertain.class);
  }

  @Test
  void goesByTheLastOneWhereCompactionHasRemovedSome() {
    assertThat(find(list("a1", "b1", "c1"), "a1", "c1", "d1", "b2"))
        .isEqualTo(new Result.Certain(20, 2, 0));
    assertThat(find(list("a1", "b1", "c1"), "c1", "a2", "d1"))
        .isEqualTo(new Result.Certain(10, 1, 0));
  }

  @Test
  void countsTheLastRecordsThatAreMissingButNoMarkers() {
    assertThat(find(list("a1", "b1", "c1", "|7"), "a1", "d1"))
        .isEqualTo(new Result.Certain(10, 1, 2));
  }

  @Test
  void isUncertainWhereAnotherRecordLiesBetween() {
    // The second record is not the one that was read: it was sent again later, unchanged.
    assertThat(find(list("a1", "b1"), "a1", "x1", "b1")).isInstanceOf(Result.Uncertain.class);
    assertThat(find(list("a1", "b1"), "b1", "a1")).isInstanceOf(Result.Uncertain.class);
  }

  @Test
  void isUncertainWhereALogThatIsNotCompactedHasAGap() {
    var search = new CopiedPosition(list("a1", "b1", "c1"), false, true);
    add(search, list("a1", "c1"));

    assertThat(search.find()).isInstanceOf(Result.Uncertain.class);
  }

  @Test
  void ofRecordsThatOnlyTheirTimeTellsApartTheTimeMustBeTheSame() {
    var stamped = new ReadRecord(0, 5L, 1L, "a1", false);
    var byBroker = new ReadRecord(0, 9L, -1L, "a1", false);
    var timed = new CopiedPosition(List.of(stamped), true, true);
    timed.add(byBroker);
    var named = new CopiedPosition(List.of(stamped), true, false);
    named.add(byBroker);

    assertThat(timed.find()).isInstanceOf(Result.Uncertain.class);
    assertThat(named.find()).isEqualTo(new Result.Certain(10, 1, 0));
  }

  /**
   * Random compacted logs, of which original and copy were cleaned at other times, while the copy
   * may not be complete: where a position is certain, it parts what was read from what was not.
   */
  @Property(tries = 3_000)
  void isNeverAnotherPositionThanThatOfTheOriginal(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 60) int length,
      @ForAll @IntRange(min = 1, max = 20) int keys) {
    var random = new Random(seed * 0x9E3779B97F4A7C15L);
    List<ReadRecord> original = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      boolean marker = random.nextInt(8) == 0;
      original.add(record(marker ? "|" + i : (char) ('a' + random.nextInt(keys)) + "" + i, i));
    }
    int next = 1 + random.nextInt(length);
    int copied = random.nextInt(4) == 0 ? random.nextInt(length + 1) : length;
    List<ReadRecord> read = cleaned(original.subList(0, next), random);
    List<ReadRecord> copy = cleaned(original.subList(0, copied), random);

    var search =
        new CopiedPosition(read.subList(Math.max(0, read.size() - 16), read.size()), true, true);
    long[] offsets = new long[copy.size()];
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = (i == 0 ? 0 : offsets[i - 1]) + 1 + random.nextInt(3);
      search.add(at(copy.get(i), offsets[i]));
    }

    if (search.find() instanceof Result.Certain(long position, int _, int lost) && lost == 0) {
      for (int i = 0; i < offsets.length; i++) {
        // What was gone when the trainer came has been replaced by what it read.
        boolean neverRead = copy.get(i).getOffset() < next && !read.contains(copy.get(i));
        if (!copy.get(i).getMarker() && !neverRead) {
          assertThat(offsets[i] < position).isEqualTo(copy.get(i).getOffset() < next);
        }
      }
      assertThat(read.stream().filter(it -> !it.getMarker() && it.getOffset() >= copied)).isEmpty();
    }
  }

  /** The log after Kafka's cleaner was there: of the first records, the last of each key stays. */
  private static List<ReadRecord> cleaned(List<ReadRecord> log, Random random) {
    int dirtyFrom = random.nextInt(log.size() + 1);
    Map<String, Long> last = new HashMap<>();
    log.subList(0, dirtyFrom).forEach(it -> last.put(key(it), it.getOffset()));
    boolean deletesMarkers = random.nextBoolean();
    return log.stream()
        .filter(it ->
            it.getOffset() >= dirtyFrom
                || last.get(key(it)) == it.getOffset() && !(deletesMarkers && it.getMarker()))
        .toList();
  }

  private static String key(ReadRecord record) {
    return record.getMarker() ? record.getSha256() : record.getSha256().substring(0, 1);
  }

  private static Result find(List<ReadRecord> before, String... copy) {
    var search = new CopiedPosition(before, true, true);
    add(search, list(copy));
    return search.find();
  }

  /** Adds records at the offsets 9, 19 and so on. */
  private static void add(CopiedPosition search, List<ReadRecord> copy) {
    for (int i = 0; i < copy.size(); i++) {
      search.add(at(copy.get(i), 10L * i + 9));
    }
  }

  private static List<ReadRecord> list(String... texts) {
    return Arrays.stream(texts).map(text -> record(text, 0)).toList();
  }

  private static ReadRecord record(String text, long offset) {
    boolean marker = text.startsWith("|");
    return new ReadRecord(0, offset, 1L, text, marker);
  }

  private static ReadRecord at(ReadRecord record, long offset) {
    return new ReadRecord(0, offset, record.getTimestamp(), record.getSha256(), record.getMarker());
  }
}
