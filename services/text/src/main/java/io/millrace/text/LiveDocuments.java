package io.millrace.text;

import io.millrace.learning.text.DocumentFrequencies;
import io.millrace.runtime.Expiry;
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
 * <p>Cost: one read and one write a record, and an addition a term; the start reads all documents.
 */
final class LiveDocuments {

  static final String DOCUMENTS = "documents";
  static final String DELETIONS = "deletions";

  private final KeyValueStore<byte[], byte[]> documents;
  private final TimestampedKeyValueStore<byte[], byte[]> deletions;
  private final DocumentFrequencies frequencies;
  private final CountedDocuments codec;

  LiveDocuments(ProcessorContext<?, ?> context) {
    this.documents = context.getStateStore(DOCUMENTS);
    this.deletions = context.getStateStore(DELETIONS);
    CountStore counts = context.getStateStore(CountStore.NAME);
    this.frequencies = counts.frequencies();
    this.codec = new CountedDocuments(frequencies);
    try (KeyValueIterator<byte[], byte[]> all = documents.all()) {
      all.forEachRemaining(entry -> frequencies.insert(codec.decode(entry.value).terms()));
    }
  }

  /** How many of the documents hold each term. */
  DocumentFrequencies frequencies() {
    return frequencies;
  }

  /** Reads a document that was counted in another partition. */
  Taken.Here read(byte[] bytes) {
    return new Taken.Here(codec.decode(bytes), bytes);
  }

  /**
   * Takes a record.
   *
   * @param key the document's id in UTF-8
   * @param next what the record says
   * @param nowMillis the wall-clock time, milliseconds since 1970
   * @return what is now known of the document; null if a newer record came before
   */
  @Nullable Counted apply(byte[] key, Taken.Here next, long nowMillis) {
    byte[] stored = documents.get(key);
    Counted live = stored == null ? null : codec.decode(stored);
    byte[] deletion = live == null ? deletion(key) : null;
    Counted known = deletion == null ? live : codec.decode(deletion);
    if (known != null && !Succession.supersedes(next.document(), known)) {
      return null;
    }
    if (live != null) {
      frequencies.remove(live.terms());
    }
    Counted document = Succession.after(known, next.document());
    byte[] bytes = document == next.document() ? next.bytes() : codec.encode(document);
    if (document.deleted()) {
      if (live != null) {
        documents.delete(key);
      }
      deletions.put(key, ValueAndTimestamp.make(bytes, nowMillis));
    } else {
      if (deletion != null) {
        deletions.delete(key);
      }
      documents.put(key, bytes);
      frequencies.insert(document.terms());
    }
    return document;
  }

  /** Forgets that documents were deleted up to a time. */
  void forgetDeletions(long upToMillis) {
    Expiry.evict(deletions, upToMillis, () -> {});
  }

  private byte @Nullable [] deletion(byte[] key) {
    ValueAndTimestamp<byte[]> found = deletions.get(key);
    return found == null ? null : found.value();
  }
}
