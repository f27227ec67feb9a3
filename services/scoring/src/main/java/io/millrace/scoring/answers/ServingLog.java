package io.millrace.scoring.answers;

import io.millrace.runtime.models.ModelVersion;
import io.millrace.schemas.avro.ServingDecision;
import java.util.Optional;
import java.util.function.LongPredicate;

/** What a {@link VersionSelector} reads from the topics and writes to them. */
public interface ServingLog {

  /**
   * Loads the newest of some versions of a model that is complete and matches its digest.
   *
   * @param wanted whether a version is one of them, by its number
   */
  Optional<ModelVersion> newest(String model, LongPredicate wanted);

  /** Makes a version the one that answers, unless there is a pointer already. */
  void first(String model, long version);

  /** Tells that a version was passed over. Returns in bounded time, whether it could or not. */
  void reportPassedOver(ServingDecision passedOver);
}
