package io.millrace.scoring.rollback;

import io.millrace.runtime.models.ServingChange;
import io.millrace.runtime.models.ServingPointer;
import io.millrace.runtime.models.VersionId;
import io.millrace.schemas.avro.ServingDecision;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.LongPredicate;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * What a rollback reads from the topics and writes to them. Every method may throw a {@link
 * KafkaException}. For one thread.
 */
interface RollbackLog extends AutoCloseable {

  /** The end of each partition of what is scored. */
  Map<TopicPartition, Long> ends();

  /** The newest version of a model that can answer, of some versions. */
  OptionalLong newestUsable(String model, LongPredicate wanted);

  /** Whether a version still has its parts. */
  boolean hasParts(VersionId version);

  /**
   * Decides, see {@link ServingChange#make}.
   *
   * @throws ServingChange.OvertakenException if somebody else decides at the same time
   */
  Optional<ServingDecision> change(
      String model, Function<Optional<ServingPointer>, Optional<ServingDecision>> decide);

  /** Ends its connections; the next call connects anew. */
  @Override
  void close();
}
