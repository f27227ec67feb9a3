package io.millrace.search.documents;

import io.millrace.learning.text.frequencies.Corpus;
import io.millrace.learning.text.frequencies.FrequencyBlock;
import io.millrace.learning.text.frequencies.PublishedFrequencies;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.FrequencyBlockKey;
import io.millrace.schemas.avro.DocumentFrequencies;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The documents of all partitions as a corpus for queries, kept from the records of {@code
 * document-frequencies}. One thread updates, others may read meanwhile.
 */
public final class QueryCorpus {

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

  private final PublishedFrequencies published = new PublishedFrequencies();
  private final Corpus corpus = published.with(NO_PARTITION, EMPTY);
  private final AvroCodec<DocumentFrequencies> codec = AvroCodec.of(DocumentFrequencies.class);

  /** All documents, as far as their counts were read. */
  Corpus corpus() {
    return corpus;
  }

  /** Applies a record of the topic; returns whether it could be used. */
  public boolean update(byte @Nullable [] key, byte @Nullable [] value) {
    Optional<FrequencyBlockKey> block = FrequencyBlockKey.of(key);
    return block.isPresent() && update(block.get(), value);
  }

  private boolean update(FrequencyBlockKey key, byte @Nullable [] value) {
    if (value == null) {
      published.withdraw(key.partition(), key.sequence());
      return true;
    }
    if (codec.decode(value)
            instanceof Decoded.Valid<DocumentFrequencies>(DocumentFrequencies decoded)
        && isUsable(decoded)) {
      published.put(
          key.partition(),
          new FrequencyBlock(
              key.sequence(), decoded.getDocuments(), decoded.getTerms(), decoded.getCounts()));
      return true;
    }
    return false;
  }

  private static boolean isUsable(DocumentFrequencies block) {
    return block.getDocuments() >= 0
        && block.getTerms().size() == block.getCounts().size()
        && block.getCounts().stream().allMatch(count -> count >= 0);
  }
}
