package io.millrace.runtime.models;

import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.avro.ServingDecision;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;

/**
 * Decides which version of a model answers, one decision after the other, whoever decides:
 *
 * <ol>
 *   <li>Takes over the transactional id {@code serving-MODEL}. Who was about to decide is fenced,
 *       and its transaction is aborted.
 *   <li>Reads the pointer in force, waiting for open transactions to end.
 *   <li>Asks for the decision.
 *   <li>Writes pointer and event in one transaction.
 * </ol>
 *
 * <p>So no decision rests on a pointer that is no longer in force when it is committed.
 */
public final class ServingChange {

  private static final Duration TRANSACTION_TIMEOUT = Duration.ofMinutes(1);

  /** Another decision was made at the same time; nothing was changed by this one. */
  public static final class OvertakenException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private OvertakenException(String model, Throwable cause) {
      super(
          "somebody else decides at this moment which version of "
              + model
              + " answers; nothing was changed: look at `millrace models history "
              + model
              + "` and try again",
          cause);
    }
  }

  private ServingChange() {}

  /**
   * Makes a decision.
   *
   * @param decide is given the pointer in force; returns an empty answer to change nothing
   * @return what was decided
   * @throws OvertakenException if somebody else decides at the same time
   * @throws KafkaException if it was not committed, or if that is unknown
   */
  public static Optional<ServingDecision> make(
      Settings settings,
      String model,
      Function<Optional<ServingPointer>, Optional<ServingDecision>> decide) {
    String id = settings.common().transactionalId("serving-" + model);
    try (var producer = KafkaClients.transactional(settings, id, TRANSACTION_TIMEOUT)) {
      producer.initTransactions();
      Optional<ServingPointer> inForce =
          Optional.ofNullable(ServingPointer.read(settings).get(model));
      Optional<ServingDecision> decided = decide.apply(inForce);
      if (decided.isPresent()) {
        producer.beginTransaction();
        producer.send(ServingPointer.record(settings.topics().models().name(), decided.get()));
        producer.send(ServingPointer.event(settings, decided.get()));
        producer.commitTransaction();
      }
      return decided;
    } catch (ProducerFencedException | InvalidProducerEpochException e) {
      throw new OvertakenException(model, e);
    }
  }
}
