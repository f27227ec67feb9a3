package io.millrace.text.state;

import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.text.topology.FrequencyPublisher;
import java.nio.ByteBuffer;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether the documents on a machine's disk are those that the topics tell of. Kafka Streams
 * finds out by an offset only, which a topic that was deleted and made again may reach too. So both
 * the store {@code documents} and the store {@code published}, which always comes from its topic,
 * keep when the first document of the partition was counted.
 */
public final class StoreEpoch {

  /** Which no document has. */
  private static final byte[] KEY = {};

  private static final String NAME = "begun";

  private final TimestampedKeyValueStore<byte[], byte[]> documents;
  private final KeyValueStore<String, Long> published;

  /**
   * Compares the two.
   *
   * @throws IncompatibleStateException if they differ
   */
  public StoreEpoch(ProcessorContext<?, ?> context) {
    this.documents = context.getStateStore(LiveDocuments.DOCUMENT_STORE_NAME);
    this.published = context.getStateStore(FrequencyPublisher.STORE_NAME);
    byte[] onDisk = ValueAndTimestamp.getValueOrNull(documents.get(KEY));
    long begun = onDisk == null ? 0 : ByteBuffer.wrap(onDisk).getLong();
    if (begun != epoch()) {
      throw new IncompatibleStateException(
          "the documents in %s are not those that the topics of the service tell of, as after a"
                  .formatted(context.stateDir())
              + " reset: delete that folder");
    }
  }

  private long epoch() {
    Long begun = published.get(NAME);
    return begun == null ? 0 : begun;
  }

  /** Whether a key of {@code documents} is that of this mark, and no document's. */
  static boolean isEpochKey(byte @Nullable [] key) {
    return key != null && key.length == 0;
  }

  /** Notes that the first document is counted. */
  public void start(long nowMillis) {
    published.put(NAME, nowMillis);
    byte[] mark = ByteBuffer.allocate(Long.BYTES).putLong(nowMillis).array();
    documents.put(KEY, ValueAndTimestamp.make(mark, nowMillis));
  }
}
