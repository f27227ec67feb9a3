package io.millrace.cli.training;

import io.millrace.runtime.models.PublishedManifests;
import io.millrace.runtime.models.VersionProgress;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.training.TrainerLoopConfig;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.topics.Topic;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;

/**
 * Tells how many records a model's next version still needs, for a user who waits for the first
 * one.
 */
public final class NextVersion {

  private NextVersion() {}

  /** A line about each of some models that has learned nothing yet: it has no version beyond 0. */
  public static List<String> ofUntrained(Settings settings, Collection<TrainedModel> models) {
    return ofUntrained(settings, models, PublishedManifests.read(settings, 1));
  }

  /**
   * The same.
   *
   * @param manifests of the newest version of each model at least
   */
  public static List<String> ofUntrained(
      Settings settings, Collection<TrainedModel> models, PublishedManifests manifests) {
    return models.stream()
        .filter(model ->
            manifests.newest(model.toString()).map(it -> it.getVersion() == 0).orElse(true))
        .map(model -> line(settings, model, manifests.newest(model.toString())))
        .toList();
  }

  /** A line about a model. */
  public static String of(Settings settings, TrainedModel model) {
    return line(settings, model, PublishedManifests.read(settings, 1).newest(model.toString()));
  }

  private static String line(
      Settings settings, TrainedModel model, Optional<ModelManifest> newest) {
    try {
      TrainerLoopConfig config = model.config(settings);
      Topic<?, ?> input = model.input(settings.topics());
      long needed = VersionProgress.needed(newest.orElse(null), config.stepRecords());
      var progress = VersionProgress.read(settings, model.toString(), input, needed);
      return line(model, progress, config.stepIdle()) + after(model, progress, input);
    } catch (KafkaException | IncompatibleStateException e) {
      return model + ": how many records are missing cannot be read: " + e.getMessage();
    }
  }

  private static String line(TrainedModel model, VersionProgress progress, Duration idle) {
    String count =
        String.format(
            Locale.ROOT,
            "%s: %,d of %,d records until the next version",
            model,
            progress.waiting(),
            progress.needed());
    return idle.isZero() ? count : count + ", or %s s after the last".formatted(seconds(idle));
  }

  private static String seconds(Duration time) {
    return BigDecimal.valueOf(time.toMillis(), 3).stripTrailingZeros().toPlainString();
  }

  private static String after(TrainedModel model, VersionProgress progress, Topic<?, ?> input) {
    if (!progress.begun()) {
      return "; its trainer has not run yet: `millrace up` runs it";
    }
    if (progress.waiting() == 0) {
      return "; nothing new has come to " + input.name();
    }
    return progress.waiting() < progress.needed()
        ? "; `millrace models close-step " + model.service() + "` makes one now"
        : "; its trainer is learning, or does not run";
  }
}
