package io.millrace.text.state;

import io.millrace.runtime.settings.IncompatibleStateException;
import java.nio.ByteBuffer;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * Checks that the documents on this machine's disk belong to the topics of the service. Kafka
 * Streams compares only an offset, which a topic that was deleted and created again can reach too.
 * So the time when the partition's first document was counted, its epoch, is kept twice: in the
 * store {@code documents}, which may be on disk, and in {@link PartitionMetadata}, which is always
 * restored from its topic.
 */
public final class StoreEpoch {

  /** Begins the store: no document has the empty key. */
  private static final byte[] KEY = {};

  private static final String NAME = "epoch";

  private final TimestampedKeyValueStore<byte[], byte[]> documents;
  private final PartitionMetadata metadata;

  /**
   * Compares the two epochs.
   *
   * @throws IncompatibleStateException if they differ
   */
  public StoreEpoch(ProcessorContext<?, ?> context, PartitionMetadata metadata) {
    this.documents = context.getStateStore(LiveDocuments.DOCUMENT_STORE_NAME);
    this.metadata = metadata;
    byte[] stored = ValueAndTimestamp.getValueOrNull(documents.get(KEY));
    long epoch = stored == null ? 0 : ByteBuffer.wrap(stored).getLong();
    if (epoch != metadata.get(NAME)) {
      throw new IncompatibleStateException(
          ("the documents in %s do not belong to the topics of the text service, which were reset"
                  + " or created again: delete that folder")
              .formatted(context.stateDir()));
    }
  }

  /** Whether a key of {@code documents} is that of the epoch. */
  static boolean isKey(byte @Nullable [] key) {
    return key != null && key.length == 0;
  }

  /** Stores the epoch, with the first document. */
  public void start(long nowMillis) {
    metadata.put(NAME, nowMillis);
    byte[] epoch = ByteBuffer.allocate(Long.BYTES).putLong(nowMillis).array();
    documents.put(KEY, ValueAndTimestamp.make(epoch, nowMillis));
  }
}
