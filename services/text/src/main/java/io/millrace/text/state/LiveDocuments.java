package io.millrace.text.state;

import io.millrace.learning.text.frequencies.DocumentFrequencyTable;
import io.millrace.runtime.streams.StoreExpiry;
import io.millrace.text.config.DocumentStoreType;
import io.millrace.text.records.CountedDocumentCodec;
import io.millrace.text.records.DocumentRevision;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * The live documents of one partition: the newest revision of each, and how many of them have each
 * term.
 *
 * <p>There are two stores. {@code documents} has the counted terms of every live document, so that
 * a replacement or a deletion takes away exactly what was added; its timestamps are the records'
 * own times. {@code deletions} has the deletions of the last while; its timestamps are the
 * wall-clock times at which they were applied. The document frequencies are in memory only: they
 * are counted from {@code documents} at the start.
 *
 * <p>Cost: one read and one write a record, another read for a new document, one addition a term;
 * the start reads all documents, twice if they have more terms than may be counted.
 */
public final class LiveDocuments {

  public static final String DOCUMENT_STORE_NAME = "documents";
  public static final String DELETION_STORE_NAME = "deletions";

  private final TimestampedKeyValueStore<byte[], byte[]> documents;
  private final TimestampedKeyValueStore<byte[], byte[]> deletions;
  private final DocumentFrequencyTable frequencies;
  private final RetentionWindow retention;
  private final CountedDocumentCodec codec;

  /**
   * The documents in the stores of a task, counted.
   *
   * @param frequencies empty; this counts with it
   */
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

  /** How Kafka Streams makes the two stores. */
  public static List<StoreBuilder<?>> builders(DocumentStoreType type) {
    return List.of(
        builder(type.supplier(DOCUMENT_STORE_NAME)), builder(type.supplier(DELETION_STORE_NAME)));
  }

  private static StoreBuilder<?> builder(KeyValueBytesStoreSupplier supplier) {
    return Stores.timestampedKeyValueStoreBuilder(supplier, Serdes.ByteArray(), Serdes.ByteArray());
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

  /** Without decoding them: it happens within a transaction. */
  private void addAllAgain() {
    retention.clear();
    try (var all = documents.all()) {
      all.forEachRemaining(entry -> {
        if (!StoreEpoch.isKey(entry.key)) {
          retention.add(entry.value.timestamp(), entry.key);
        }
      });
    }
  }

  /** Reads a revision that was encoded in another partition. */
  public DocumentRevision decode(byte[] encoded) {
    return codec.decode(encoded);
  }

  /**
   * Applies a revision:
   *
   * <ol>
   *   <li>Look up the newest revision known: the live document, else its deletion.
   *   <li>Ignore the revision received if it is not newer.
   *   <li>Turn it into a deletion if it is beyond the retention.
   *   <li>Take the terms of the live document out of the frequencies.
   *   <li>Store the new revision as live document or as deletion; count the terms of a document.
   * </ol>
   *
   * @param key the document's id in UTF-8
   * @param received the revision
   * @param encoded the same, encoded
   * @param nowMillis the wall-clock time, milliseconds since 1970
   * @return the newest revision now; null if the one received was ignored
   */
  public @Nullable DocumentRevision apply(
      byte[] key, DocumentRevision received, byte[] encoded, long nowMillis) {
    byte[] stored = ValueAndTimestamp.getValueOrNull(documents.get(key));
    DocumentRevision live = stored == null ? null : codec.decode(stored);
    byte[] deletion = live == null ? ValueAndTimestamp.getValueOrNull(deletions.get(key)) : null;
    DocumentRevision known = deletion == null ? live : codec.decode(deletion);
    if (known != null && !received.supersedes(known)) {
      return null;
    }
    long time = received.time();
    DocumentRevision valid = retention.isTooOld(time) ? received.toDeletion() : received;
    DocumentRevision next = valid.after(known);
    byte[] bytes = next == received ? encoded : codec.encode(next);
    if (live != null) {
      remove(live);
    }
    if (next.deleted()) {
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
      insert(next);
      if (retention.isCrowded(frequencies.documents())) {
        addAllAgain();
      }
    }
    return next;
  }

  /**
   * A document that became too old and was deleted.
   *
   * @param key its id
   * @param deletion its last revision
   */
  public record Expired(byte[] key, DocumentRevision deletion) {}

  /** Deletes one document that has become too old; returns null if there is none. */
  public @Nullable Expired expire(long nowMillis) {
    for (RetentionWindow.Entry old = retention.poll(); old != null; old = retention.poll()) {
      ValueAndTimestamp<byte[]> stored = documents.get(old.key());
      // Otherwise it was deleted since, or replaced by a record of another time.
      if (stored != null && stored.timestamp() == old.timeMillis()) {
        DocumentRevision live = codec.decode(stored.value());
        remove(live);
        DocumentRevision deletion = live.toDeletion();
        documents.delete(old.key());
        deletions.put(old.key(), ValueAndTimestamp.make(codec.encode(deletion), nowMillis));
        return new Expired(old.key(), deletion);
      }
    }
    return null;
  }

  private void insert(DocumentRevision document) {
    frequencies.insert(
        document.terms(), document.source().getPartition(), document.source().getOffset());
  }

  private void remove(DocumentRevision document) {
    frequencies.remove(
        document.terms(), document.source().getPartition(), document.source().getOffset());
  }

  /** Visits live documents. */
  public interface Visitor {
    /**
     * Visits a document.
     *
     * @param stored how it is stored
     * @return whether to go on with the next
     */
    boolean visit(byte[] key, DocumentRevision document, ValueAndTimestamp<byte[]> stored);
  }

  /**
   * Visits live documents in the order of the store.
   *
   * @param after the key of the last one visited before, or null to begin
   * @return whether all have been visited; false if the visitor has stopped
   */
  public boolean visitAfter(byte @Nullable [] after, Visitor visitor) {
    try (KeyValueIterator<byte[], ValueAndTimestamp<byte[]>> rest = documents.range(after, null)) {
      while (rest.hasNext()) {
        KeyValue<byte[], ValueAndTimestamp<byte[]>> entry = rest.next();
        if (!Arrays.equals(entry.key, after)
            && !StoreEpoch.isKey(entry.key)
            && !visitor.visit(entry.key, codec.decode(entry.value.value()), entry.value)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Forgets the deletions that were applied up to a time. */
  public void purgeDeletions(long upToMillis) {
    StoreExpiry.evict(deletions, upToMillis, () -> {});
  }
}
