package io.millrace.scoring.promotion;

import io.millrace.runtime.models.ServingChange;
import io.millrace.runtime.models.ServingPointer;
import io.millrace.schemas.avro.Comparison;
import io.millrace.schemas.avro.ServingDecision;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.LongPredicate;
import org.apache.kafka.common.KafkaException;

/**
 * What the rules read from the topics and write to them. Every method may throw a {@link
 * KafkaException}; {@link #seek} begins anew after it.
 */
interface PromotionLog extends AutoCloseable {

  /** Goes to the comparisons that were written since an instant. */
  void seek(Instant since);

  /** The next comparisons; none if none has come within a moment. */
  List<Comparison> poll();

  /** Whether all comparisons that were there at {@link #seek} have been polled. */
  boolean caughtUp();

  /** The newest version of a model that can answer, of some versions. */
  OptionalLong newestUsable(String model, LongPredicate wanted);

  /** Whether the parts of a version are there: a trainer may delete them at any step. */
  boolean hasParts(String model, long version);

  /**
   * Decides, see {@link ServingChange#make}.
   *
   * @throws ServingChange.OvertakenException if somebody else decides at the same time
   */
  Optional<ServingDecision> change(
      String model, Function<Optional<ServingPointer>, Optional<ServingDecision>> decide);

  @Override
  void close();
}
