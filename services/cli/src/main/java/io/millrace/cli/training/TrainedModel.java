package io.millrace.cli.training;

import io.millrace.classifier.ClassifierService;
import io.millrace.embedding.EmbeddingService;
import io.millrace.runtime.lifecycle.ServiceType;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.training.TrainerLoop;
import io.millrace.runtime.training.TrainerLoopConfig;
import io.millrace.topics.Topic;
import io.millrace.topics.Topics;
import io.millrace.vision.VisionService;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The models that the services train. The trainer of a model is the service of the same name. */
public enum TrainedModel {
  CLASSIFIER(ClassifierService.TYPE, Topics::documentExamples, ClassifierService::definition),
  EMBEDDING(EmbeddingService.TYPE, Topics::documents, EmbeddingService::definition),
  VISION(VisionService.TYPE, Topics::imageExamples, VisionService::definition);

  private final ServiceType service;
  private final Function<Topics, Topic<?, ?>> input;
  private final Function<Settings, TrainerLoop.Definition<?>> trainer;

  TrainedModel(
      ServiceType service,
      Function<Topics, Topic<?, ?>> input,
      Function<Settings, TrainerLoop.Definition<?>> trainer) {
    this.service = service;
    this.input = input;
    this.trainer = trainer;
  }

  /** The model of a name; empty if no service trains one of that name. */
  public static Optional<TrainedModel> of(String name) {
    return Arrays.stream(values()).filter(model -> model.toString().equals(name)).findFirst();
  }

  /** All names, in alphabetical order. */
  public static List<String> names() {
    return Arrays.stream(values()).map(TrainedModel::toString).toList();
  }

  /** The topic that the trainer learns from. */
  public Topic<?, ?> input(Topics topics) {
    return input.apply(topics);
  }

  /** The trainer with these settings, and how it is fed. */
  public TrainerLoop.Definition<?> trainer(Settings settings) {
    return trainer.apply(settings);
  }

  /** How a trainer with these settings is fed. */
  TrainerLoopConfig config(Settings settings) {
    return TrainerLoopConfig.from(service.name(), settings.read(service.definition()));
  }

  /** The model's name, as on the topic {@code models}. */
  @Override
  public String toString() {
    return service.name();
  }

  /** The names, for completion by the shell. */
  public static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return names().iterator();
    }
  }
}
