package io.millrace.text;

import io.millrace.learning.text.DocumentFrequencies;
import io.millrace.runtime.Expiry;
import io.millrace.schemas.Avro;
import io.millrace.schemas.avro.CountedDocument;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * The live documents of one partition and how many of them hold each term.
 *
 * <p>Two stores: {@code documents}, the counts of every live document as they came from {@link
 * Take}, so that a replacement or a deletion undoes exactly what was counted; and {@code
 * deletions}, stamped with the wall-clock time at which they were applied. The frequencies are in
 * memory only: they are what counting {@code documents} gives, which is done at the start.
 *
 * <p>Cost: one read and one write a record, and a look-up a term; the start reads all documents.
 */
final class LiveDocuments {

  static final String DOCUMENTS = "documents";
  static final String DELETIONS = "deletions";

  private final KeyValueStore<String, byte[]> documents;
  private final TimestampedKeyValueStore<String, byte[]> deletions;
  private final DocumentFrequencies frequencies = new DocumentFrequencies();
  private final Avro<CountedDocument> avro = Avro.of(CountedDocument.class);

  LiveDocuments(ProcessorContext<?, ?> context) {
    this.documents = context.getStateStore(DOCUMENTS);
    this.deletions = context.getStateStore(DELETIONS);
    try (KeyValueIterator<String, byte[]> all = documents.all()) {
      all.forEachRemaining(entry -> frequencies.insert(avro.read(entry.value).getTerms()));
    }
  }

  /** How many of the documents hold each term. */
  DocumentFrequencies frequencies() {
    return frequencies;
  }

  /**
   * Takes a record.
   *
   * @param id the document's
   * @param counted an Avro {@code CountedDocument}
   * @param nowMillis the wall-clock time, milliseconds since 1970
   * @return what is now known of the document; null if a newer record came before
   */
  @Nullable CountedDocument apply(String id, byte[] counted, long nowMillis) {
    CountedDocument document = avro.read(counted);
    CountedDocument live = read(documents.get(id));
    CountedDocument known = live == null ? deleted(id) : live;
    if (known != null && !Succession.supersedes(document, known)) {
      return null;
    }
    if (live != null) {
      frequencies.remove(live.getTerms());
    }
    if (known != null && known.getTime() > document.getTime()) {
      CountedDocument later = Succession.at(known.getTime(), document);
      keep(id, later, avro.encode(later), nowMillis);
      return later;
    }
    keep(id, document, counted, nowMillis);
    return document;
  }

  private void keep(String id, CountedDocument document, byte[] bytes, long nowMillis) {
    if (document.getDeleted()) {
      documents.delete(id);
      deletions.put(id, ValueAndTimestamp.make(bytes, nowMillis));
    } else {
      documents.put(id, bytes);
      deletions.delete(id);
      frequencies.insert(document.getTerms());
    }
  }

  /** Forgets that documents were deleted up to a time. */
  void forgetDeletions(long upToMillis) {
    Expiry.evict(deletions, upToMillis, () -> {});
  }

  private @Nullable CountedDocument deleted(String id) {
    ValueAndTimestamp<byte[]> found = deletions.get(id);
    return found == null ? null : avro.read(found.value());
  }

  private @Nullable CountedDocument read(byte @Nullable [] bytes) {
    return bytes == null ? null : avro.read(bytes);
  }
}
