package io.millrace.tests.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.text.Analysis;
import io.millrace.learning.text.Corpus;
import io.millrace.learning.text.DocumentFrequencies;
import io.millrace.learning.text.FrequencyLog;
import io.millrace.learning.text.FrequencyView;
import io.millrace.learning.text.TermBag;
import io.millrace.learning.text.TermCounter;
import io.millrace.learning.text.Weighing;
import java.lang.management.ManagementFactory;
import java.util.BitSet;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Counting, publishing, following and weighing, without Kafka, of a stream whose vocabulary never
 * ends, under a bound: the memory that it takes and the tokens a second when one, four and sixteen
 * million different terms were offered. Run by name:
 *
 * <pre>
 * mvn -pl tests/benchmarks -am test -Dtest=VocabularyBenchmark \
 *     -Dsurefire.failIfNoSpecifiedTests=false
 * </pre>
 *
 * Terms are drawn by Zipf's law with the exponent 1.1 (Pareto's tail of 0.1), of which Heaps' law
 * follows with 1 / 1.1 = 0.91: more new terms than in any natural text.
 */
final class VocabularyBenchmark {

  private static final int CAPACITY = 1_000_000;
  private static final int TOKENS = 100;
  private static final int PUBLISH_AFTER = 2500;
  private static final double TAIL = 0.1;
  private static final int LARGEST = 1 << 30;
  private static final int[] OFFERED = {1_000_000, 4_000_000, 16_000_000};

  private final DocumentFrequencies frequencies = new DocumentFrequencies(CAPACITY);
  private final TermCounter counter = new TermCounter(Analysis.SCIKIT_LEARN, frequencies);
  private final FrequencyLog log = new FrequencyLog(frequencies, 0, 0);
  private final FrequencyView view = new FrequencyView();
  private final Corpus corpus = view.with(1, frequencies);
  private final BitSet seen = new BitSet();
  private final Random random = new Random(7);
  private int offered;
  private long documents;

  @Test
  void memoryStaysTheSameHoweverManyTermsAreOffered() {
    long[] bytes = new long[OFFERED.length];
    for (int i = 0; i < OFFERED.length; i++) {
      long tokensBefore = documents * TOKENS;
      long begun = System.nanoTime();
      while (offered < OFFERED[i]) {
        document();
      }
      double rate = (documents * TOKENS - tokensBefore) * 1e9 / (System.nanoTime() - begun);
      bytes[i] = used();
      System.out.printf(
          Locale.ROOT,
          "%,d terms offered, %,d counted, %,d followed, %,d evicted: %,d MiB, %,.0f tokens/s%n",
          offered,
          frequencies.terms(),
          view.terms(),
          frequencies.evicted(),
          bytes[i] >> 20,
          rate);
      assertThat(frequencies.terms()).isLessThanOrEqualTo(CAPACITY);
    }
    assertThat(bytes[2]).isLessThan(bytes[1] + bytes[1] / 4);
  }

  private void document() {
    var text = new StringBuilder();
    for (int i = 0; i < TOKENS; i++) {
      int rank = (int) Math.min(LARGEST, Math.pow(1 - random.nextDouble(), -1 / TAIL));
      if (!seen.get(rank)) {
        seen.set(rank);
        offered++;
      }
      text.append('t').append(Integer.toString(rank, 36)).append(' ');
    }
    TermBag bag = counter.bag(text.toString());
    frequencies.insert(bag, 0, documents++);
    Weighing.SCIKIT_LEARN.weigh(bag, corpus);
    if (documents % PUBLISH_AFTER == 0) {
      FrequencyLog.Publication publication = log.publish();
      publication.batches().forEach(batch -> view.state(0, batch));
      publication.withdrawn().forEach(sequence -> view.withdraw(0, sequence));
    }
  }

  /** What is reachable, without the set that counts what was offered. */
  private long used() {
    var memory = ManagementFactory.getMemoryMXBean();
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed() - seen.size() / Byte.SIZE;
  }
}
