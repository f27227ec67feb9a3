package io.millrace.text.topology;

import io.millrace.text.codecs.DocumentRevision;
import io.millrace.text.state.LiveDocuments;
import java.util.function.BiConsumer;
import java.util.function.LongPredicate;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * Weighs all live documents of one partition again, when a command asks for it and once every
 * partition's counts as of that command are known here. A share at a time, so that documents which
 * come are not held up; how far it is lies in the store {@code refresh}, so that another owner goes
 * on there. A newer command begins anew.
 */
public final class Reweighting {

  public static final String STORE_NAME = "refresh";

  /** Together they take a fraction of a second: far less than a transaction may last. */
  private static final int SHARE_DOCUMENTS = 1000;

  private static final int SHARE_BYTES = 4_194_304;

  private static final String CURSOR = "cursor";

  private final KeyValueStore<String, byte[]> progress;
  private final LiveDocuments documents;
  private final FrequencyPublisher publisher;
  private final LongPredicate seenByAll;
  private final BiConsumer<byte[], DocumentRevision> reweight;

  /**
   * The refresh of a partition.
   *
   * @param seenByAll whether all partitions have stated their counts as of a command
   * @param reweight gets each live document, with its key
   */
  Reweighting(
      ProcessorContext<?, ?> context,
      LiveDocuments documents,
      FrequencyPublisher publisher,
      LongPredicate seenByAll,
      BiConsumer<byte[], DocumentRevision> weighAgain) {
    this.progress = context.getStateStore(STORE_NAME);
    this.documents = documents;
    this.publisher = publisher;
    this.seenByAll = seenByAll;
    this.reweight = weighAgain;
  }

  /** A command has come: says so to the others, and begins. */
  void begin(long command, long nowMillis) {
    publisher.acknowledge(command, nowMillis);
    progress.delete(CURSOR);
  }

  /** Whether a command is not carried out yet. */
  boolean isPending() {
    return publisher.acknowledged() != publisher.refreshed();
  }

  /** Does a share of what is pending, if it can be done yet. */
  void runSlice(long nowMillis) {
    if (!isPending() || !seenByAll.test(publisher.acknowledged())) {
      return;
    }
    byte @Nullable [] last = reweightSlice(progress.get(CURSOR));
    if (last == null) {
      progress.delete(CURSOR);
      publisher.refreshed(nowMillis);
    } else {
      progress.put(CURSOR, last);
    }
  }

  /** Weighs some documents after one; returns the key of the last, or null if none is left. */
  private byte @Nullable [] reweightSlice(byte @Nullable [] after) {
    var share =
        new LiveDocuments.Visitor() {
          private int left = SHARE_DOCUMENTS;
          private long leftBytes = SHARE_BYTES;
          private byte @Nullable [] last;

          @Override
          public boolean visit(
              byte[] key, DocumentRevision document, ValueAndTimestamp<byte[]> stored) {
            reweight.accept(key, document);
            last = key;
            leftBytes -= stored.value().length;
            return --left > 0 && leftBytes > 0;
          }
        };
    return documents.visitAfter(after, share) ? null : share.last;
  }
}
