package io.millrace.text.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.learning.text.analysis.Analysis;
import io.millrace.learning.text.frequencies.Corpus;
import io.millrace.learning.text.frequencies.DocumentFrequencyTable;
import io.millrace.learning.text.frequencies.PublishedFrequencies;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.FrequencyBlockKey;
import io.millrace.text.metrics.TextStats;
import io.millrace.text.records.FrequencyBlockCodec;
import io.millrace.text.records.FrequencyBlockCodec.PublishedBlock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.streams.state.StoreBuilder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The document frequencies of all partitions: a global store of Kafka Streams that follows {@code
 * document-frequencies}. Kafka Streams reads the topic to its end before the first document is
 * weighted, then follows it in a thread of its own; committed records only. In memory.
 *
 * <p>One thread updates, others may read meanwhile.
 */
public final class GlobalFrequencies extends InMemoryStore {

  public static final String STORE_NAME = "global-frequencies";

  private static final Logger LOG = LoggerFactory.getLogger(GlobalFrequencies.class);

  /** The last request that a partition has acknowledged, and in which block. */
  private record Acknowledgement(long sequence, long request) {}

  private final PublishedFrequencies published = new PublishedFrequencies();
  private final Map<Integer, Acknowledgement> acknowledgements = new ConcurrentHashMap<>();
  private final ForeignAnalyses foreignAnalyses;
  private final FrequencyBlockCodec codec = new FrequencyBlockCodec();
  private final IntSupplier partitions;
  private final TextStats stats;

  /**
   * No frequencies yet.
   *
   * @param analysis the analysis of this instance
   * @param partitions how many partitions {@code documents} has
   */
  public GlobalFrequencies(Analysis analysis, IntSupplier partitions, TextStats stats) {
    super(STORE_NAME);
    this.foreignAnalyses = new ForeignAnalyses(AnalysisCompatibility.fingerprint(analysis));
    this.partitions = partitions;
    this.stats = stats;
  }

  /** How Kafka Streams gets this store. */
  public StoreBuilder<GlobalFrequencies> builder() {
    return new Builder<>(STORE_NAME, () -> this);
  }

  @Override
  void restore(byte @Nullable [] key, byte @Nullable [] value) {
    update(key, value);
  }

  /**
   * Applies a record of the topic. One that no partition has written is skipped and counted: an
   * exception would stop every instance, at each start again.
   */
  public void update(byte @Nullable [] key, byte @Nullable [] value) {
    Optional<FrequencyBlockKey> block = FrequencyBlockKey.of(key);
    if (block.isEmpty()) {
      skip(key, "the key is not PARTITION/SEQUENCE, such as 3/000000000042");
    } else if (value == null) {
      published.withdraw(block.get().partition(), block.get().sequence());
      foreignAnalyses.withdraw(block.get());
    } else {
      switch (codec.decode(block.get().sequence(), value)) {
        case Decoded.Invalid<PublishedBlock>(String reason) -> skip(key, reason);
        case Decoded.Valid<PublishedBlock>(PublishedBlock decoded) -> put(block.get(), decoded);
      }
    }
  }

  private void put(FrequencyBlockKey key, PublishedBlock published) {
    if (!foreignAnalyses.register(key, published.analysis())) {
      this.published.put(key.partition(), published.block());
      acknowledgements.merge(
          key.partition(),
          new Acknowledgement(key.sequence(), published.acknowledged()),
          (known, next) -> next.sequence() >= known.sequence() ? next : known);
    }
  }

  private void skip(byte @Nullable [] key, String reason) {
    stats.recordSkipped();
    LOG.warn(
        "skipped a record of document-frequencies with the key {}: {}",
        key == null ? "null" : new String(key, UTF_8),
        reason);
  }

  /**
   * The documents of all partitions, for the thread of one of them.
   *
   * @param own the counts of that partition, exact at every moment
   */
  public Corpus corpus(int partition, DocumentFrequencyTable own) {
    return published.with(partition, own);
  }

  /** The latest record time that any partition has published. */
  long streamTime() {
    return published.streamTime();
  }

  /** How many different terms the documents of all partitions have. */
  public int vocabularySize() {
    return published.terms();
  }

  /** Whether this request is the last one that every partition has acknowledged. */
  public boolean isAcknowledgedByAll(long request) {
    return IntStream.range(0, partitions.getAsInt())
        .mapToObj(acknowledgements::get)
        .allMatch(last -> last != null && last.request() == request);
  }

  /**
   * Returns if all published blocks were counted with the analysis of this instance.
   *
   * @throws IncompatibleStateException if any was not
   */
  public void requireSameAnalysis() {
    foreignAnalyses.requireNone();
  }
}
