package io.millrace.learning.text.frequencies;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * Several partitions, documents that come, come again and go, owners that restart: whoever follows
 * the log, from the start or from what compaction left of it, counts what a batch would count.
 */
final class FrequencyLogTest {

  /** A partition: its counts, its log, and the live records of the topic. */
  private static final class Partition {
    final Map<Integer, Set<String>> live = new HashMap<>();
    final NavigableMap<Long, FrequencyBlock> topic = new TreeMap<>();
    DocumentFrequencyTable frequencies = new DocumentFrequencyTable();
    FrequencyLog log = new FrequencyLog(frequencies, 0, 0);
    long statements;

    /** Another owner: it has the live documents and the ends of the log, and nothing else. */
    void restart() {
      frequencies = new DocumentFrequencyTable();
      live.values().forEach(frequencies::insert);
      log = new FrequencyLog(frequencies, log.firstSequence(), log.nextSequence());
    }

    void put(int document, Set<String> terms) {
      remove(document);
      live.put(document, terms);
      frequencies.insert(terms);
    }

    void remove(int document) {
      Set<String> terms = live.remove(document);
      if (terms != null) {
        frequencies.remove(terms);
      }
    }

    void publish(int number, PublishedFrequencies follower) {
      var publication = log.publish();
      for (FrequencyBlock batch : publication.blocks()) {
        topic.put(batch.sequence(), batch);
        follower.put(number, batch);
        statements += batch.size();
      }
      for (long sequence : publication.withdrawn()) {
        assertThat(topic.remove(sequence)).isNotNull();
        follower.withdraw(number, sequence);
      }
      assertThat(log.isUpToDate()).isTrue();
    }
  }

  @Property(tries = 200)
  void everyFollowerCountsWhatABatchWouldCount(
      @ForAll Random random, @ForAll @IntRange(min = 1, max = 4) int partitionCount) {
    List<Partition> partitions = new ArrayList<>();
    for (int i = 0; i < partitionCount; i++) {
      partitions.add(new Partition());
    }
    var follower = new PublishedFrequencies();
    for (int step = 0; step < 200; step++) {
      int number = random.nextInt(partitionCount);
      Partition partition = partitions.get(number);
      switch (random.nextInt(10)) {
        case 0 -> partition.restart();
        case 1, 2 -> partition.publish(number, follower);
        case 3, 4 -> partition.remove(random.nextInt(20));
        default -> partition.put(random.nextInt(20), terms(random, 30, 8));
      }
      if (step % 50 == 49) {
        for (int i = 0; i < partitionCount; i++) {
          partitions.get(i).publish(i, follower);
        }
        countsAll(follower, partitions);
        countsAll(late(partitions), partitions);
      }
    }
  }

  @Example
  void aLogThatIsCleanedStaysSmallAndLosesNothing() {
    var random = new Random(5);
    var partition = new Partition();
    var follower = new PublishedFrequencies();
    long changes = 0;
    for (int step = 0; step < 3000; step++) {
      // A few terms that change all the time, many that hardly ever do.
      Set<String> terms = terms(random, 50, 10);
      terms.add("rare-" + step);
      partition.put(step, terms);
      changes += terms.size();
      partition.publish(0, follower);
    }
    for (int step = 0; step < 60_000; step++) {
      Set<String> terms = terms(random, 50, 10);
      partition.put(4000 + step % 10, terms);
      changes += terms.size();
      partition.publish(0, follower);
    }

    countsAll(follower, List.of(partition));
    countsAll(late(List.of(partition)), List.of(partition));
    int live = partition.topic.values().stream().mapToInt(batch -> batch.size()).sum();
    assertThat(live).isLessThan(2 * partition.frequencies.terms() + 4096 + 100);
    assertThat(partition.statements).isLessThan(4 * changes);
    assertThat(partition.topic.firstEntry().getKey()).isEqualTo(partition.log.firstSequence());
  }

  @Example
  void aLargeChangeIsSaidInSeveralBatches() {
    var partition = new Partition();
    Set<String> terms = new HashSet<>();
    for (int i = 0; i < 100_000; i++) {
      terms.add("term-" + i);
    }
    partition.put(1, terms);
    var follower = new PublishedFrequencies();

    partition.publish(0, follower);

    assertThat(partition.topic).hasSizeBetween(4, 20);
    assertThat(follower.terms()).isEqualTo(100_000);
  }

  @Example
  void aBatchThatComesAgainChangesNothing() {
    var partition = new Partition();
    var follower = new PublishedFrequencies();
    partition.put(1, Set.of("ash", "elm"));
    partition.publish(0, follower);
    partition.put(2, Set.of("ash"));
    partition.remove(1);
    partition.publish(0, follower);

    partition.topic.values().forEach(batch -> follower.put(0, batch));
    follower.put(0, partition.topic.get(0L));

    countsAll(follower, List.of(partition));
  }

  @Example
  void ownCountsAreThoseOfThisMoment() {
    var partition = new Partition();
    var follower = new PublishedFrequencies();
    partition.put(1, Set.of("ash"));
    partition.publish(1, follower);
    var own = new DocumentFrequencyTable();
    own.insert(Set.of("ash", "elm"));

    Corpus seen = follower.with(0, own);
    own.insert(Set.of("ash"));

    assertThat(seen.documents()).isEqualTo(3);
    assertThat(seen.docFreq("ash")).isEqualTo(3);
    assertThat(seen.docFreq("elm")).isEqualTo(1);
    assertThat(follower.with(1, own).docFreq("ash")).isEqualTo(2);
  }

  private static void countsAll(PublishedFrequencies view, List<Partition> partitions) {
    Corpus all = view.with(partitions.size(), new DocumentFrequencyTable());
    Map<String, Long> batch = new HashMap<>();
    long documents = 0;
    for (Partition partition : partitions) {
      documents += partition.live.size();
      partition.live.values().forEach(terms -> terms.forEach(t -> batch.merge(t, 1L, Long::sum)));
    }
    assertThat(all.documents()).isEqualTo(documents);
    batch.forEach((term, count) -> assertThat(all.docFreq(term)).as(term).isEqualTo(count));
    assertThat(view.terms()).isEqualTo(batch.size());
  }

  /** Who reads the topic only now, after its compaction. */
  private static PublishedFrequencies late(List<Partition> partitions) {
    var view = new PublishedFrequencies();
    for (int i = 0; i < partitions.size(); i++) {
      for (FrequencyBlock batch : partitions.get(i).topic.values()) {
        view.put(i, batch);
      }
    }
    return view;
  }

  private static Set<String> terms(Random random, int vocabulary, int most) {
    Set<String> terms = new HashSet<>();
    for (int i = random.nextInt(most + 1); i > 0; i--) {
      terms.add("term-" + random.nextInt(vocabulary));
    }
    return terms;
  }
}
