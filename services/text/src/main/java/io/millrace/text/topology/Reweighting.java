package io.millrace.text.topology;

import io.millrace.text.records.DocumentRevision;
import io.millrace.text.records.RefreshRequest;
import io.millrace.text.state.GlobalFrequencies;
import io.millrace.text.state.LiveDocuments;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * Weights all live documents of a partition again, as a {@link RefreshRequest} asks for:
 *
 * <ol>
 *   <li>Publish this partition's counts and acknowledge the request.
 *   <li>Wait until every partition has acknowledged it: then the counts of all are known here.
 *   <li>Reweight the documents in the order of the store, a slice at a time, so that documents that
 *       come meanwhile are not held up. The key of the last one is kept in the store {@value
 *       #STORE_NAME}, so that another owner of the partition continues there.
 *   <li>Publish that the request is done.
 * </ol>
 *
 * <p>A newer request replaces one that is not done.
 */
final class Reweighting {

  static final String STORE_NAME = "reweighting-cursor";

  /** A slice takes a fraction of a second: far less than a transaction may last. */
  private static final int SLICE_DOCUMENTS = 1000;

  private static final int SLICE_BYTES = 4_194_304;

  private static final String CURSOR = "cursor";

  /** Sends a document's vector again. */
  interface VectorSender {
    void reweight(byte[] key, DocumentRevision document, long request);
  }

  private final KeyValueStore<String, byte[]> store;
  private final LiveDocuments documents;
  private final FrequencyPublisher publisher;
  private final GlobalFrequencies global;
  private final VectorSender sender;

  Reweighting(
      ProcessorContext<?, ?> context,
      LiveDocuments documents,
      FrequencyPublisher publisher,
      GlobalFrequencies global,
      VectorSender sender) {
    this.store = context.getStateStore(STORE_NAME);
    this.documents = documents;
    this.publisher = publisher;
    this.global = global;
    this.sender = sender;
  }

  /** How Kafka Streams makes the store. */
  static StoreBuilder<KeyValueStore<String, byte[]>> builder() {
    return Stores.keyValueStoreBuilder(
        Stores.inMemoryKeyValueStore(STORE_NAME), Serdes.String(), Serdes.ByteArray());
  }

  /** Acknowledges a request and begins with it. */
  void begin(RefreshRequest request, long nowMillis) {
    publisher.acknowledge(request.id(), nowMillis);
    store.delete(CURSOR);
  }

  /** Whether a request is not done yet. */
  boolean isPending() {
    return publisher.acknowledged() != publisher.refreshed();
  }

  /** Reweights a slice, if every partition has acknowledged the request. */
  void runSlice(long nowMillis) {
    if (!isPending() || !global.isAcknowledgedByAll(publisher.acknowledged())) {
      return;
    }
    byte @Nullable [] last = reweightSlice(store.get(CURSOR), publisher.acknowledged());
    if (last == null) {
      store.delete(CURSOR);
      publisher.markRefreshed(nowMillis);
    } else {
      store.put(CURSOR, last);
    }
  }

  /** Returns the key of the last document of the slice, or null if none is left. */
  private byte @Nullable [] reweightSlice(byte @Nullable [] after, long request) {
    var slice =
        new LiveDocuments.Visitor() {
          private int documentsLeft = SLICE_DOCUMENTS;
          private long bytesLeft = SLICE_BYTES;
          private byte @Nullable [] last;

          @Override
          public boolean visit(
              byte[] key, DocumentRevision document, ValueAndTimestamp<byte[]> stored) {
            sender.reweight(key, document, request);
            last = key;
            bytesLeft -= stored.value().length;
            return --documentsLeft > 0 && bytesLeft > 0;
          }
        };
    return documents.visitAfter(after, slice) ? null : slice.last;
  }
}
