package io.millrace.cli.training;

import io.millrace.classifier.ClassifierService;
import io.millrace.embedding.EmbeddingService;
import io.millrace.runtime.models.ModelName;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.training.TrainerLoop;
import io.millrace.runtime.training.TrainerLoopConfig;
import io.millrace.runtime.variants.ModelVariants;
import io.millrace.topics.Topic;
import io.millrace.topics.Topics;
import io.millrace.vision.VisionService;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A model that a service trains: the one of the service's name, or a variant of it such as {@code
 * vision-wide}. The commands take any variant's name, since their settings need not name it.
 *
 * @param models the models of its kind
 * @param inputs gives the topic that the trainer learns from
 * @param name its name
 */
public record TrainedModel(
    ModelVariants models, Function<Topics, Topic<?, ?>> inputs, ModelName name) {

  public static final TrainedModel CLASSIFIER =
      new TrainedModel(ClassifierService.MODELS, Topics::documentExamples);
  public static final TrainedModel EMBEDDING =
      new TrainedModel(EmbeddingService.MODELS, Topics::documents);
  public static final TrainedModel VISION =
      new TrainedModel(VisionService.MODELS, Topics::imageExamples);

  private static final List<TrainedModel> KINDS = List.of(CLASSIFIER, EMBEDDING, VISION);

  private TrainedModel(ModelVariants models, Function<Topics, Topic<?, ?>> inputs) {
    this(models, inputs, new ModelName(models.kind(), ""));
  }

  /** The models that have the names of their services, in alphabetical order. */
  public static List<TrainedModel> kinds() {
    return KINDS;
  }

  /** All models that the settings name, variants included. */
  public static List<TrainedModel> all(Settings settings) {
    return KINDS.stream()
        .flatMap(kind ->
            kind.models.all(settings).stream()
                .map(name -> new TrainedModel(kind.models, kind.inputs, name)))
        .toList();
  }

  /** The models of a service that a process with these settings trains; none of other services. */
  public static List<TrainedModel> trained(Settings settings, String service) {
    return KINDS.stream()
        .filter(kind -> kind.service().equals(service))
        .flatMap(kind ->
            kind.models.trained(settings).stream()
                .map(name -> new TrainedModel(kind.models, kind.inputs, name)))
        .toList();
  }

  /**
   * The model of a name; empty if no service trains one of that name. A variant need not be among
   * the settings.
   */
  public static Optional<TrainedModel> of(String name) {
    ModelName parsed;
    try {
      parsed = ModelName.parse(name);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    return KINDS.stream()
        .filter(kind -> kind.models.kind().equals(parsed.kind()))
        .filter(kind -> parsed.variant().isEmpty() || kind.models.hasVariants())
        .map(kind -> new TrainedModel(kind.models, kind.inputs, parsed))
        .findFirst();
  }

  /** The names of those that have the names of their services, in alphabetical order. */
  public static List<String> names() {
    return KINDS.stream().map(TrainedModel::toString).toList();
  }

  /** The names that a command takes, for the message that it was given another. */
  public static String choices() {
    return String.join(", ", names()) + ", and those of variants, such as vision-wide";
  }

  /** Whether it is a variant. */
  public boolean isVariant() {
    return !name.variant().isEmpty();
  }

  /** The name of the service that trains it. */
  public String service() {
    return models.kind();
  }

  /** The full names of the settings of its service. */
  public Set<String> settingNames() {
    return models.definition().names();
  }

  /** The default of a setting of its service, as text. */
  public String defaultOf(String setting) {
    return String.valueOf(models.definition().defaultValues().get(setting));
  }

  /** The topic that the trainer learns from. */
  public Topic<?, ?> input(Topics topics) {
    return inputs.apply(topics);
  }

  /** The settings of the model, by the names of its service. */
  public Settings settings(Settings settings) {
    return ModelVariants.settings(settings, name);
  }

  /**
   * The trainer, and how it is fed.
   *
   * @param own as {@link #settings} gives them
   */
  public TrainerLoop.Definition<?> trainer(Settings own) {
    return models.trainer().trainer(own, name);
  }

  /** How its trainer is fed. */
  TrainerLoopConfig config(Settings settings) {
    return TrainerLoopConfig.from(models.kind(), settings(settings).read(models.definition()));
  }

  /** The model's name, as on the topic {@code models}. */
  @Override
  public String toString() {
    return name.text();
  }

  /** The names, for completion by the shell. */
  public static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return names().iterator();
    }
  }
}
