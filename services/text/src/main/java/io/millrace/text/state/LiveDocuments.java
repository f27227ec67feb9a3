package io.millrace.text.state;

import io.millrace.learning.text.frequencies.DocumentFrequencyTable;
import io.millrace.learning.text.frequencies.TermBag;
import io.millrace.runtime.streams.StoreExpiry;
import io.millrace.text.codecs.CountedDocumentCodec;
import io.millrace.text.codecs.DocumentRevision;
import io.millrace.text.topology.DocumentSourceProcessor;
import io.millrace.text.topology.RoutedRecord;
import java.util.Arrays;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * The live documents of one partition and how many of them hold each term.
 *
 * <p>Two stores: {@code documents}, the counts of every live document as they came from {@link
 * DocumentSourceProcessor}, so that a replacement or a deletion undoes exactly what was counted,
 * stamped with the record's own time; and {@code deletions}, stamped with the wall-clock time at
 * which they were applied. The frequencies are in memory only: they are what counting {@code
 * documents} gives, which is done at the start.
 *
 * <p>Cost: one read and one write a record, and an addition a term; the start reads all documents,
 * twice if they hold more terms than may be counted.
 */
public final class LiveDocuments {

  public static final String DOCUMENT_STORE_NAME = "documents";
  public static final String DELETION_STORE_NAME = "deletions";

  private final TimestampedKeyValueStore<byte[], byte[]> documents;
  private final TimestampedKeyValueStore<byte[], byte[]> deletions;
  private final DocumentFrequencyTable frequencies;
  private final RetentionWindow retention;
  private final CountedDocumentCodec codec;

  public LiveDocuments(
      ProcessorContext<?, ?> context,
      DocumentFrequencyTable frequencies,
      RetentionWindow retention) {
    this.documents = context.getStateStore(DOCUMENT_STORE_NAME);
    this.deletions = context.getStateStore(DELETION_STORE_NAME);
    this.frequencies = frequencies;
    this.retention = retention;
    this.codec = new CountedDocumentCodec(frequencies);
    countAll();
  }

  private void countAll() {
    visitAfter(
        null,
        (key, document, stored) -> {
          insert(document);
          retention.observe(document.time());
          retention.add(stored.timestamp(), key);
          return true;
        });
    try (var all = deletions.all()) {
      all.forEachRemaining(entry -> retention.observe(codec.decode(entry.value.value()).time()));
    }
    if (frequencies.isApproximate()) {
      frequencies.resetCounts();
      visitAfter(
          null,
          (_, document, _) -> {
            frequencies.recount(
                document.terms(), document.source().getPartition(), document.source().getOffset());
            return true;
          });
    }
  }

  /** Reads a document that was counted in another partition. */
  public RoutedRecord.Local decode(byte[] bytes) {
    return new RoutedRecord.Local(codec.decode(bytes), bytes);
  }

  /**
   * Takes a record. One that is too old to count deletes what is known of its document.
   *
   * @param key the document's id in UTF-8
   * @param next what the record says
   * @param nowMillis the wall-clock time, milliseconds since 1970
   * @return what is now known of the document; null if a newer record came before
   */
  public @Nullable DocumentRevision apply(byte[] key, RoutedRecord.Local next, long nowMillis) {
    byte[] stored = ValueAndTimestamp.getValueOrNull(documents.get(key));
    DocumentRevision live = stored == null ? null : codec.decode(stored);
    byte[] deletion = live == null ? ValueAndTimestamp.getValueOrNull(deletions.get(key)) : null;
    DocumentRevision known = deletion == null ? live : codec.decode(deletion);
    if (known != null && !RevisionOrdering.supersedes(next.document(), known)) {
      return null;
    }
    long time = next.document().time();
    DocumentRevision said = retention.isTooOld(time) ? deleted(next.document()) : next.document();
    DocumentRevision document = RevisionOrdering.merge(known, said);
    byte[] bytes = document == next.document() ? next.bytes() : codec.encode(document);
    if (live != null) {
      remove(live);
    }
    if (document.deleted()) {
      if (live != null) {
        documents.delete(key);
      }
      deletions.put(key, ValueAndTimestamp.make(bytes, nowMillis));
    } else {
      if (deletion != null) {
        deletions.delete(key);
      }
      documents.put(key, ValueAndTimestamp.make(bytes, time));
      retention.add(time, key);
      insert(document);
    }
    return document;
  }

  /**
   * A document that has become too old and does not count any more.
   *
   * @param key its id
   * @param document its deletion
   */
  public record Expired(byte[] key, DocumentRevision document) {}

  /** Deletes a document that has become too old, if there is one. */
  public @Nullable Expired expire(long nowMillis) {
    for (RetentionWindow.Entry old = retention.poll(); old != null; old = retention.poll()) {
      ValueAndTimestamp<byte[]> stored = documents.get(old.key());
      // Else it was deleted, or replaced by a record of another time.
      if (stored != null && stored.timestamp() == old.timeMillis()) {
        DocumentRevision live = codec.decode(stored.value());
        remove(live);
        DocumentRevision gone = deleted(live);
        documents.delete(old.key());
        deletions.put(old.key(), ValueAndTimestamp.make(codec.encode(gone), nowMillis));
        return new Expired(old.key(), gone);
      }
    }
    return null;
  }

  private static DocumentRevision deleted(DocumentRevision document) {
    return new DocumentRevision(TermBag.EMPTY, null, document.source(), document.time(), true);
  }

  private void insert(DocumentRevision document) {
    frequencies.insert(
        document.terms(), document.source().getPartition(), document.source().getOffset());
  }

  private void remove(DocumentRevision document) {
    frequencies.remove(
        document.terms(), document.source().getPartition(), document.source().getOffset());
  }

  /** Is shown live documents. */
  public interface Visitor {
    /**
     * Takes a document.
     *
     * @param stored what is stored of it
     * @return whether it takes another
     */
    boolean visit(byte[] key, DocumentRevision document, ValueAndTimestamp<byte[]> stored);
  }

  /**
   * Shows live documents in the order of the store.
   *
   * @param after the key of the last that was seen, or null to begin
   * @return whether all have been seen; else the visitor has stopped it
   */
  public boolean visitAfter(byte @Nullable [] after, Visitor visitor) {
    try (KeyValueIterator<byte[], ValueAndTimestamp<byte[]>> rest = documents.range(after, null)) {
      while (rest.hasNext()) {
        KeyValue<byte[], ValueAndTimestamp<byte[]>> entry = rest.next();
        if (!Arrays.equals(entry.key, after)
            && !StoreEpoch.isEpochKey(entry.key)
            && !visitor.visit(entry.key, codec.decode(entry.value.value()), entry.value)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Forgets that documents were deleted up to a time. */
  public void purgeDeletions(long upToMillis) {
    StoreExpiry.evict(deletions, upToMillis, () -> {});
  }
}
