package io.millrace.search.documents;

import io.millrace.learning.text.frequencies.Corpus;
import io.millrace.learning.text.frequencies.FrequencyBlock;
import io.millrace.learning.text.frequencies.PublishedFrequencies;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.DocumentFrequencies;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The counts of all partitions, as {@code document-frequencies} states them. One thread writes,
 * others may read meanwhile.
 */
public final class QueryCorpus {

  /** Partition, for which the view makes room, and number of a batch: {@code 3/000000000042}. */
  private static final Pattern KEY = Pattern.compile("(\\d{1,4})/(\\d{12,18})");

  private static final int NO_PARTITION = -1;

  /** A partition without documents. */
  private static final Corpus NOTHING =
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

  private final PublishedFrequencies view = new PublishedFrequencies();
  private final Corpus corpus = view.with(NO_PARTITION, NOTHING);
  private final AvroCodec<DocumentFrequencies> avro = AvroCodec.of(DocumentFrequencies.class);

  /** All documents, as far as was read. */
  Corpus corpus() {
    return corpus;
  }

  /** Takes a record of the topic in; tells whether it can be used. */
  public boolean update(byte @Nullable [] key, byte @Nullable [] value) {
    Matcher at = KEY.matcher(key == null ? "" : new String(key, StandardCharsets.UTF_8));
    if (!at.matches()) {
      return false;
    }
    int partition = Integer.parseInt(at.group(1));
    long sequence = Long.parseLong(at.group(2));
    if (value == null) {
      view.withdraw(partition, sequence);
      return true;
    }
    if (avro.decode(value) instanceof Decoded.Valid<DocumentFrequencies>(var stated)
        && isUsable(stated)) {
      view.put(
          partition,
          new FrequencyBlock(
              sequence, stated.getDocuments(), stated.getTerms(), stated.getCounts()));
      return true;
    }
    return false;
  }

  private static boolean isUsable(DocumentFrequencies stated) {
    return stated.getDocuments() >= 0
        && stated.getTerms().size() == stated.getCounts().size()
        && stated.getCounts().stream().allMatch(count -> count >= 0);
  }
}
