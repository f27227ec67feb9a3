package io.millrace.search.documents;

import io.millrace.learning.text.analysis.Analysis;
import io.millrace.learning.text.frequencies.Corpus;
import io.millrace.learning.text.frequencies.FrequencyBlock;
import io.millrace.learning.text.frequencies.PublishedFrequencies;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.FrequencyBlockKey;
import io.millrace.schemas.avro.DocumentFrequencies;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The documents of all partitions as a corpus for queries, kept from the records of {@code
 * document-frequencies}. Blocks that were counted with another analysis than that of the queries
 * are not added up: while there are any, a query is refused. One thread updates, others may read
 * meanwhile.
 */
public final class QueryCorpus {

  private static final Logger LOG = LoggerFactory.getLogger(QueryCorpus.class);
  private static final int NO_PARTITION = -1;

  /** A partition without documents. */
  private static final Corpus EMPTY =
      new Corpus() {
        @Override
        public long documents() {
          return 0;
        }

        @Override
        public long docFreq(String term) {
          return 0;
        }
      };

  /** The heap of a term and its counts in some partitions, rather too much than too little. */
  private static final int TERM_BYTES = 200;

  /** The heap divided by this is for all terms. */
  private static final int HEAP_PART = 4;

  private final long maxTerms;
  private PublishedFrequencies published = new PublishedFrequencies();
  private volatile Corpus corpus = published.with(NO_PARTITION, EMPTY);
  private volatile boolean isTooLarge;
  private final AvroCodec<DocumentFrequencies> codec = AvroCodec.of(DocumentFrequencies.class);
  private final Optional<QueryAnalysis> analysis;

  /** The live blocks of other analyses, with their fingerprints. */
  private final Map<FrequencyBlockKey, Long> foreign = new ConcurrentHashMap<>();

  /**
   * A corpus without documents.
   *
   * @param analysis of the queries; empty if blocks of any analysis fit
   */
  public QueryCorpus(Optional<Analysis> analysis) {
    this(analysis, Runtime.getRuntime().maxMemory() / HEAP_PART / TERM_BYTES);
  }

  /**
   * A corpus without documents.
   *
   * @param maxTerms of more, nothing is kept
   */
  QueryCorpus(Optional<Analysis> analysis, long maxTerms) {
    this.analysis = analysis.map(QueryAnalysis::of);
    this.maxTerms = maxTerms;
  }

  /**
   * All documents, as far as their counts were read.
   *
   * @throws ForeignAnalysisException if some were counted with another analysis than the queries'
   * @throws CorpusTooLargeException if they have more terms than the heap holds
   */
  public Corpus corpus() {
    if (isTooLarge) {
      throw new CorpusTooLargeException(maxTerms);
    }
    foreign.values().stream()
        .findFirst()
        .ifPresent(counted -> {
          throw new ForeignAnalysisException(analysis.orElseThrow(), counted);
        });
    return corpus;
  }

  /** The number of live blocks that were counted with another analysis. */
  public int foreignBlocks() {
    return foreign.size();
  }

  /** Applies a record of the topic; returns whether it could be used. */
  public boolean update(byte @Nullable [] key, byte @Nullable [] value) {
    Optional<FrequencyBlockKey> block = FrequencyBlockKey.of(key);
    return block.isPresent() && update(block.get(), value);
  }

  private boolean update(FrequencyBlockKey key, byte @Nullable [] value) {
    if (isTooLarge) {
      return true;
    }
    if (value == null) {
      published.withdraw(key.partition(), key.sequence());
      foreign.remove(key);
      return true;
    }
    if (codec.decode(value)
            instanceof Decoded.Valid<DocumentFrequencies>(DocumentFrequencies decoded)
        && isUsable(decoded)) {
      long counted = decoded.getAnalysis();
      if (analysis.filter(it -> it.differsFrom(counted)).isPresent()) {
        registerForeign(key, counted);
        return true;
      }
      foreign.remove(key);
      published.put(
          key.partition(),
          new FrequencyBlock(
              key.sequence(), decoded.getDocuments(), decoded.getTerms(), decoded.getCounts()));
      if (published.terms() > maxTerms) {
        giveUp();
      }
      return true;
    }
    return false;
  }

  /** Keeps nothing any more, so that everything else goes on being answered. */
  private void giveUp() {
    isTooLarge = true;
    published = new PublishedFrequencies();
    corpus = EMPTY;
    foreign.clear();
    String why = new CorpusTooLargeException(maxTerms).getMessage();
    LOG.warn("searches by text are refused: {}", why);
  }

  private void registerForeign(FrequencyBlockKey key, long counted) {
    if (foreign.isEmpty()) {
      LOG.warn(
          "searches by text are refused: {}",
          new ForeignAnalysisException(analysis.orElseThrow(), counted).getMessage());
    }
    foreign.put(key, counted);
  }

  private static boolean isUsable(DocumentFrequencies block) {
    return block.getDocuments() >= 0
        && block.getTerms().size() == block.getCounts().size()
        && block.getCounts().stream().allMatch(count -> count >= 0);
  }
}
