package io.millrace.text.administration;

import io.millrace.schemas.Decoded;
import io.millrace.text.codecs.FrequencyBlockCodec;
import io.millrace.text.codecs.FrequencyBlockCodec.PublishedBlock;
import io.millrace.text.codecs.FrequencyBlockKey;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How far the partitions are with one command to refresh, as {@code document-frequencies} tells
 * from when it was sent on. A partition that has begun with it and sees a newer one is done when it
 * has carried that out.
 */
public final class RefreshProgress {

  private final long command;
  private final FrequencyBlockCodec batches = new FrequencyBlockCodec();
  private final Set<Integer> begun = new HashSet<>();
  private final Set<Integer> done = new HashSet<>();

  /** Of a command, by its number. */
  public RefreshProgress(long command) {
    this.command = command;
  }

  /** Takes in a record of the topic; passes by what is none of ours. */
  public void update(byte @Nullable [] key, byte @Nullable [] value) {
    Optional<FrequencyBlockKey> at = FrequencyBlockKey.of(key);
    if (at.isPresent()
        && value != null
        && batches.decode(at.get().sequence(), value)
            instanceof Decoded.Valid<PublishedBlock>(PublishedBlock statement)) {
      update(at.get().partition(), statement);
    }
  }

  private void update(int partition, PublishedBlock statement) {
    if (statement.acknowledged() == command) {
      begun.add(partition);
    }
    if (begun.contains(partition) && statement.refreshed() == statement.acknowledged()) {
      done.add(partition);
    }
  }

  /** How many partitions have seen it. */
  public int begun() {
    return begun.size();
  }

  /** How many partitions have carried it out, or a later one. */
  public int done() {
    return done.size();
  }
}
