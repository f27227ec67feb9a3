package io.millrace.runtime.training;

import io.micrometer.core.instrument.binder.MeterBinder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A model that learns from a topic; {@link TrainerLoop} feeds it. The loop cuts the log into
 * batches by count, makes each step one transaction and one version, and restores the trainer from
 * the topics at the start and after every aborted transaction. One thread makes all calls except
 * those of {@link #decode}.
 *
 * @param <E> a decoded example
 */
public interface Trainer<E> extends MeterBinder, AutoCloseable {

  /** The model's name on topics: {@code vision}. */
  String model();

  /**
   * Everything that makes another model of the same log: hyper-parameters, sizes, seed. The
   * manifest keeps it, and the next start compares it with the settings: a difference stops the
   * service.
   */
  Map<String, String> settings();

  /**
   * The software and hardware that computes: engine, its version, kernels. The manifest keeps it; a
   * difference is not an error.
   */
  default Map<String, String> environment() {
    return Map.of();
  }

  /** Resets itself to the seeded model, which has learned nothing. */
  void initialise();

  /**
   * Resets itself to exactly the state that was checkpointed.
   *
   * @throws IllegalArgumentException if this trainer did not write the state
   */
  void restore(TrainerState state);

  /**
   * Decodes one record. Several threads call it before the record is learned from, and sometimes
   * for records that never are. Empty if the record cannot be used: the loop skips and counts it.
   */
  Optional<E> decode(ConsumerRecord<byte[], byte[]> record);

  /**
   * The subject of a record, as in {@code image/17}, by which a forgotten one is known; empty if it
   * has none. By default the key, as on the topics of examples.
   */
  default Optional<String> subject(ConsumerRecord<byte[], byte[]> record) {
    return Optional.ofNullable(record.key()).map(key -> new String(key, StandardCharsets.UTF_8));
  }

  /**
   * Learns from one batch, in its order.
   *
   * @param batch at least one example; fewer than the batch size at a close-step record, or if
   *     records were skipped
   */
  void learn(List<E> batch);

  /**
   * Learns on from what it keeps of earlier batches, while the stream is quiet. What it does
   * depends on its state and the number alone.
   *
   * @param updates optimizer updates to make; a trainer that keeps nothing makes none
   */
  default void rehearse(int updates) {}

  /**
   * The optimizer updates from what it keeps that would still be of use: 0 when it has rehearsed as
   * much as its settings allow. Decides how much a quiet stream lets it rehearse.
   */
  default long usefulUpdates() {
    return 0;
  }

  /**
   * The batches of the step that begins now. Depends on the trainer's state alone, so that the log
   * decides where versions end.
   *
   * @param configured the batches that the settings give a step
   * @return at least 1
   */
  default int stepBatches(int configured) {
    return configured;
  }

  /**
   * The output of the step that ends now. Its checkpoint has the parts that changed since the
   * snapshot before; the first one after {@link #initialise} has all.
   */
  TrainerSnapshot snapshot();

  @Override
  void close();
}
