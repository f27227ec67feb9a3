package io.millrace.cli.watch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.cli.training.NextVersion;
import io.millrace.cli.training.TrainedModel;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.avro.NoLabelReason;
import io.millrace.topics.Topics;
import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Tells somebody who watches a topic why it says nothing: the model behind it has too few records
 * for a version. Looks only when nothing comes, or when a prediction has no label for that reason,
 * and says it once. Not thread-safe.
 */
final class UntrainedModels {

  /** So many polls without a record are a topic that says nothing: a second. */
  private static final int SILENT_POLLS = 5;

  private static final Set<String> TOO_FEW_CLASSES =
      Set.of(NoLabelReason.NO_CLASS_YET.name(), NoLabelReason.ONE_CLASS_YET.name());

  private final Settings settings;
  private final PrintWriter err;
  private final boolean ofPredictions;
  private final Set<TrainedModel> untold;
  private int silentPolls;

  /**
   * Tells of the models behind a topic.
   *
   * @param topic its full name
   * @param err where to tell
   */
  UntrainedModels(Settings settings, String topic, PrintWriter err) {
    this.settings = settings;
    this.err = err;
    this.ofPredictions = topic.equals(settings.topics().predictions().name());
    this.untold = new LinkedHashSet<>(behind(topic, settings));
  }

  private static List<TrainedModel> behind(String topic, Settings settings) {
    Topics topics = settings.topics();
    if (topic.equals(topics.predictions().name()) || topic.equals(topics.evaluations().name())) {
      return List.of(TrainedModel.CLASSIFIER, TrainedModel.VISION);
    }
    if (topic.equals(topics.reconstructions().name())) {
      return List.of(TrainedModel.VISION);
    }
    if (topic.equals(topics.wordVectors().name())) {
      return List.of(TrainedModel.EMBEDDING);
    }
    return topic.equals(topics.models().name()) ? TrainedModel.all(settings) : List.of();
  }

  /** A record was shown. */
  void shown(ObjectNode record) {
    silentPolls = 0;
    if (ofPredictions && TOO_FEW_CLASSES.contains(record.path("reason").asText())) {
      TrainedModel.of(record.path("model").asText())
          .filter(untold::remove)
          .ifPresent(model -> err.println(NextVersion.of(settings, model)));
      err.flush();
    }
  }

  /** A poll returned nothing. */
  void silent() {
    silentPolls++;
    if (silentPolls == SILENT_POLLS && !untold.isEmpty()) {
      NextVersion.ofUntrained(settings, untold).forEach(err::println);
      err.flush();
      untold.clear();
    }
  }
}
