package io.millrace.text;

import io.millrace.schemas.Decoded;
import io.millrace.text.FrequencyBatches.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How far the partitions are with a command to refresh, as {@code document-frequencies} tells. */
final class RefreshProgress {

  private final FrequencyBatches batches = new FrequencyBatches();
  private final Map<Integer, Statement> latest = new HashMap<>();

  /** Takes in a record of the topic; passes by what is none of ours. */
  void take(byte @Nullable [] key, byte @Nullable [] value) {
    Optional<BatchKey> at = BatchKey.of(key);
    if (at.isPresent()
        && value != null
        && batches.decode(at.get().sequence(), value)
            instanceof Decoded.Valid<Statement>(Statement statement)) {
      latest.merge(
          at.get().partition(),
          statement,
          (known, next) -> next.batch().sequence() >= known.batch().sequence() ? next : known);
    }
  }

  /** How many partitions have seen a command, or a later one. */
  long acknowledged(long command) {
    return latest.values().stream().filter(said -> said.acknowledged() >= command).count();
  }

  /** How many partitions have carried a command out, or a later one. */
  long refreshed(long command) {
    return latest.values().stream().filter(said -> said.refreshed() >= command).count();
  }
}
