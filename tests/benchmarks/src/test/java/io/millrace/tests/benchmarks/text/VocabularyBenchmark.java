package io.millrace.tests.benchmarks.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.text.analysis.Analysis;
import io.millrace.learning.text.frequencies.Corpus;
import io.millrace.learning.text.frequencies.DocumentFrequencyTable;
import io.millrace.learning.text.frequencies.FrequencyLog;
import io.millrace.learning.text.frequencies.PublishedFrequencies;
import io.millrace.learning.text.frequencies.TermBag;
import io.millrace.learning.text.frequencies.TermCounter;
import io.millrace.learning.text.weighting.Weighting;
import java.lang.management.ManagementFactory;
import java.util.Locale;
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
 * Terms are those of {@link ZipfTexts}, by the steep law.
 */
final class VocabularyBenchmark {

  private static final int CAPACITY = 1_000_000;
  private static final int TOKENS = 100;
  private static final int PUBLISH_AFTER = 2500;
  private static final int[] OFFERED = {1_000_000, 4_000_000, 16_000_000};

  private final DocumentFrequencyTable frequencies = new DocumentFrequencyTable(CAPACITY);
  private final TermCounter counter = new TermCounter(Analysis.SCIKIT_LEARN, frequencies);
  private final FrequencyLog log = new FrequencyLog(frequencies, 0, 0);
  private final PublishedFrequencies view = new PublishedFrequencies();
  private final Corpus corpus = view.with(1, frequencies);
  private final ZipfTexts texts = new ZipfTexts(ZipfTexts.Law.STEEP);
  private long documents;

  @Test
  void memoryStaysTheSameHoweverManyTermsAreOffered() {
    long[] bytes = new long[OFFERED.length];
    for (int i = 0; i < OFFERED.length; i++) {
      long tokensBefore = documents * TOKENS;
      long begun = System.nanoTime();
      while (texts.offered() < OFFERED[i]) {
        document();
      }
      double rate = (documents * TOKENS - tokensBefore) * 1e9 / (System.nanoTime() - begun);
      bytes[i] = used();
      System.out.printf(
          Locale.ROOT,
          "%,d terms offered, %,d counted, %,d followed, %,d evicted: %,d MiB, %,.0f tokens/s%n",
          texts.offered(),
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
    TermBag bag = counter.bag(texts.nextText(TOKENS));
    frequencies.insert(bag, 0, documents++);
    Weighting.SCIKIT_LEARN.vectorize(bag, corpus);
    if (documents % PUBLISH_AFTER == 0) {
      FrequencyLog.Publication publication = log.publish();
      publication.blocks().forEach(batch -> view.put(0, batch));
      publication.withdrawn().forEach(sequence -> view.withdraw(0, sequence));
    }
  }

  /** What is reachable, without the set that counts what was offered. */
  private long used() {
    var memory = ManagementFactory.getMemoryMXBean();
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed() - texts.bytes();
  }
}
