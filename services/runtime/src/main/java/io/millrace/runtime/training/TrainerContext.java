package io.millrace.runtime.training;

import io.millrace.runtime.kafka.Transactions;
import io.millrace.runtime.metrics.LoopMetrics;
import io.millrace.runtime.settings.Settings;
import java.util.Map;

/**
 * The objects that all classes of a training loop share.
 *
 * @param service the service's name
 * @param settings of the process
 * @param config of the loop
 * @param input the full name of the input topic
 * @param trainer the trainer
 * @param metrics the loop's counters
 * @param gauges the trainer's gauges
 * @param failpoints for tests
 */
record TrainerContext<E>(
    String service,
    Settings settings,
    TrainerLoopConfig config,
    String input,
    Trainer<E> trainer,
    LoopMetrics metrics,
    TrainerMetrics gauges,
    Transactions.FailpointListener failpoints) {

  String model() {
    return trainer.model();
  }

  /** Every setting that makes another model of the same log. */
  Map<String, String> fingerprint() {
    return config.fingerprint(trainer);
  }
}
