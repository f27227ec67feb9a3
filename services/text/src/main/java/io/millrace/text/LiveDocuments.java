package io.millrace.text;

import io.millrace.learning.text.DocumentFrequencies;
import io.millrace.learning.text.TermBag;
import io.millrace.runtime.Expiry;
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
 * Take}, so that a replacement or a deletion undoes exactly what was counted, stamped with the
 * record's own time; and {@code deletions}, stamped with the wall-clock time at which they were
 * applied. The frequencies are in memory only: they are what counting {@code documents} gives,
 * which is done at the start.
 *
 * <p>Cost: one read and one write a record, and an addition a term; the start reads all documents,
 * twice if they hold more terms than may be counted.
 */
final class LiveDocuments {

  static final String DOCUMENTS = "documents";
  static final String DELETIONS = "deletions";

  private final TimestampedKeyValueStore<byte[], byte[]> documents;
  private final TimestampedKeyValueStore<byte[], byte[]> deletions;
  private final DocumentFrequencies frequencies;
  private final Retention retention;
  private final CountedDocuments codec;

  LiveDocuments(
      ProcessorContext<?, ?> context, DocumentFrequencies frequencies, Retention retention) {
    this.documents = context.getStateStore(DOCUMENTS);
    this.deletions = context.getStateStore(DELETIONS);
    this.frequencies = frequencies;
    this.retention = retention;
    this.codec = new CountedDocuments(frequencies);
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
      frequencies.startOver();
      visitAfter(
          null,
          (_, document, _) -> {
            frequencies.insertAgain(
                document.terms(), document.source().getPartition(), document.source().getOffset());
            return true;
          });
    }
  }

  /** Reads a document that was counted in another partition. */
  Taken.Here read(byte[] bytes) {
    return new Taken.Here(codec.decode(bytes), bytes);
  }

  /**
   * Takes a record. One that is too old to count deletes what is known of its document.
   *
   * @param key the document's id in UTF-8
   * @param next what the record says
   * @param nowMillis the wall-clock time, milliseconds since 1970
   * @return what is now known of the document; null if a newer record came before
   */
  @Nullable Counted apply(byte[] key, Taken.Here next, long nowMillis) {
    byte[] stored = ValueAndTimestamp.getValueOrNull(documents.get(key));
    Counted live = stored == null ? null : codec.decode(stored);
    byte[] deletion = live == null ? ValueAndTimestamp.getValueOrNull(deletions.get(key)) : null;
    Counted known = deletion == null ? live : codec.decode(deletion);
    if (known != null && !Succession.supersedes(next.document(), known)) {
      return null;
    }
    long time = next.document().time();
    Counted said = retention.isTooOld(time) ? deleted(next.document()) : next.document();
    Counted document = Succession.after(known, said);
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
  record Expired(byte[] key, Counted document) {}

  /** Deletes a document that has become too old, if there is one. */
  @Nullable Expired expire(long nowMillis) {
    for (Retention.Entry old = retention.poll(); old != null; old = retention.poll()) {
      ValueAndTimestamp<byte[]> stored = documents.get(old.key());
      // Else it was deleted, or replaced by a record of another time.
      if (stored != null && stored.timestamp() == old.timeMillis()) {
        Counted live = codec.decode(stored.value());
        remove(live);
        Counted gone = deleted(live);
        documents.delete(old.key());
        deletions.put(old.key(), ValueAndTimestamp.make(codec.encode(gone), nowMillis));
        return new Expired(old.key(), gone);
      }
    }
    return null;
  }

  private static Counted deleted(Counted document) {
    return new Counted(TermBag.EMPTY, null, document.source(), document.time(), true);
  }

  private void insert(Counted document) {
    frequencies.insert(
        document.terms(), document.source().getPartition(), document.source().getOffset());
  }

  private void remove(Counted document) {
    frequencies.remove(
        document.terms(), document.source().getPartition(), document.source().getOffset());
  }

  /** Is shown live documents. */
  interface Visitor {
    /**
     * Takes a document.
     *
     * @param stored what is stored of it
     * @return whether it takes another
     */
    boolean visit(byte[] key, Counted document, ValueAndTimestamp<byte[]> stored);
  }

  /**
   * Shows live documents in the order of the store.
   *
   * @param after the key of the last that was seen, or null to begin
   * @return whether all have been seen; else the visitor has stopped it
   */
  boolean visitAfter(byte @Nullable [] after, Visitor visitor) {
    try (KeyValueIterator<byte[], ValueAndTimestamp<byte[]>> rest = documents.range(after, null)) {
      while (rest.hasNext()) {
        KeyValue<byte[], ValueAndTimestamp<byte[]>> entry = rest.next();
        if (!Arrays.equals(entry.key, after)
            && !Lineage.isMark(entry.key)
            && !visitor.visit(entry.key, codec.decode(entry.value.value()), entry.value)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Forgets that documents were deleted up to a time. */
  void forgetDeletions(long upToMillis) {
    Expiry.evict(deletions, upToMillis, () -> {});
  }
}
