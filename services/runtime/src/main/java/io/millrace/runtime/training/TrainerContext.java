package io.millrace.runtime.training;

import io.millrace.runtime.kafka.Transactions;
import io.millrace.runtime.metrics.LoopMetrics;
import io.millrace.runtime.models.ForgottenSubjects;
import io.millrace.runtime.models.ModelName;
import io.millrace.runtime.settings.Settings;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The objects that all classes of a training loop share.
 *
 * @param service the service's name, which begins the settings and the keys of checkpoints
 * @param settings of the process
 * @param config of the loop
 * @param input the full name of the input topic
 * @param trainer the trainer
 * @param metrics the loop's counters
 * @param gauges the trainer's gauges
 * @param failpoints for tests
 * @param forgotten the subjects whose records it leaves out
 */
record TrainerContext<E>(
    String service,
    Settings settings,
    TrainerLoopConfig config,
    String input,
    Trainer<E> trainer,
    LoopMetrics metrics,
    TrainerMetrics gauges,
    Transactions.FailpointListener failpoints,
    ForgottenSubjects forgotten) {

  /** The same that leaves out nothing, before it is known what to leave out. */
  TrainerContext(
      String service,
      Settings settings,
      TrainerLoopConfig config,
      String input,
      Trainer<E> trainer,
      LoopMetrics metrics,
      TrainerMetrics gauges,
      Transactions.FailpointListener failpoints) {
    this(
        service,
        settings,
        config,
        input,
        trainer,
        metrics,
        gauges,
        failpoints,
        ForgottenSubjects.none());
  }

  /** The same that leaves out the records of subjects. */
  TrainerContext<E> leavingOut(ForgottenSubjects subjects) {
    return new TrainerContext<>(
        service, settings, config, input, trainer, metrics, gauges, failpoints, subjects);
  }

  String model() {
    return trainer.model();
  }

  /**
   * Whether this trainer marks in its input where steps end while the stream is quiet. One model of
   * a service does, the one of its name; its variants obey the marks.
   */
  boolean writesMarkers() {
    return model().equals(service);
  }

  /** What the names of this model's settings begin with: {@code vision.wide} for a variant. */
  String settingsPrefix() {
    String variant = ModelName.variantOf(model());
    return variant.isEmpty() ? service : service + "." + variant;
  }

  /** A message with the names that settings of the service have for this model. */
  String withNamesOfSettings(String message) {
    return message.replaceAll(
        "(?<![\\w.])" + Pattern.quote(service + ".") + "(?=[a-z])",
        Matcher.quoteReplacement(settingsPrefix() + "."));
  }

  /** Every setting that makes another model of the same log. */
  Map<String, String> fingerprint() {
    return config.fingerprint(trainer);
  }
}
