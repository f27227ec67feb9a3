package io.millrace.runtime.training;

import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What learns from a topic, seen by the loop that feeds it. The loop cuts the log into batches by
 * count, makes each step one transaction and one version, and restores the trainer from the topics
 * at the start and after every abort. All calls but {@link #decode} come from one long-lived
 * thread.
 *
 * @param <E> an example, decoded
 */
public interface Trainer<E> extends MeterBinder, AutoCloseable {

  /** The model's name on topics: {@code vision}. */
  String model();

  /**
   * Everything that makes another model of the same log: hyper-parameters, sizes, seed. Kept in the
   * manifest and held against the settings at the next start; a difference stops the service.
   */
  Map<String, String> settings();

  /**
   * What computes: engine, its version, kernels. Kept in the manifest; a difference is no error.
   */
  default Map<String, String> environment() {
    return Map.of();
  }

  /** Begins anew, with the seeded model that has learned nothing. Forgets whatever it held. */
  void initialise();

  /**
   * Becomes what was checkpointed, exactly. Forgets whatever it held.
   *
   * @throws IllegalArgumentException if the state is not one that this trainer wrote
   */
  void restore(TrainerState state);

  /**
   * Reads one record; called from several threads, ahead of learning, and at times for records that
   * are then not learned from. Empty if it cannot be used: the loop counts it and passes it by.
   */
  Optional<E> decode(ConsumerRecord<byte[], byte[]> record);

  /** Learns from one batch, in its order. At least one example; fewer than a batch at a marker. */
  void learn(List<E> batch);

  /**
   * What the step that ends now makes known. The next snapshot tells the changes since this one;
   * the first after {@link #initialise} tells everything.
   */
  TrainerSnapshot snapshot();

  @Override
  void close();
}
