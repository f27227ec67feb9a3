package io.millrace.text.administration;

import io.millrace.schemas.Decoded;
import io.millrace.schemas.FrequencyBlockKey;
import io.millrace.text.records.FrequencyBlockCodec;
import io.millrace.text.records.FrequencyBlockCodec.PublishedBlock;
import io.millrace.text.records.RefreshRequest;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which partitions have acknowledged and done a refresh request, by the records of {@code
 * document-frequencies} since it was sent. A partition that has acknowledged it, and then a newer
 * one, is done when it has done the newer one.
 */
public final class RefreshProgress {

  private final RefreshRequest request;
  private final FrequencyBlockCodec codec = new FrequencyBlockCodec();
  private final Set<Integer> begun = new HashSet<>();
  private final Set<Integer> done = new HashSet<>();

  public RefreshProgress(RefreshRequest request) {
    this.request = request;
  }

  /** Applies a record of the topic; ignores one that is not a block. */
  public void update(byte @Nullable [] key, byte @Nullable [] value) {
    Optional<FrequencyBlockKey> block = FrequencyBlockKey.of(key);
    if (block.isPresent()
        && value != null
        && codec.decode(block.get().sequence(), value)
            instanceof Decoded.Valid<PublishedBlock>(PublishedBlock published)) {
      update(block.get().partition(), published);
    }
  }

  private void update(int partition, PublishedBlock published) {
    if (published.acknowledged() == request.id()) {
      begun.add(partition);
    }
    if (begun.contains(partition) && published.refreshed() == published.acknowledged()) {
      done.add(partition);
    }
  }

  /** How many partitions have acknowledged it. */
  public int begun() {
    return begun.size();
  }

  /** How many partitions have done it, or a newer one. */
  public int done() {
    return done.size();
  }
}
