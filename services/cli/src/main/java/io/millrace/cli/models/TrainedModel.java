package io.millrace.cli.models;

import io.millrace.topics.Topic;
import io.millrace.topics.Topics;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The models that the services train. The trainer of a model is the service of the same name. */
enum TrainedModel {
  CLASSIFIER("classifier", Topics::documentExamples),
  EMBEDDING("embedding", Topics::documents),
  VISION("vision", Topics::imageExamples);

  private final String text;
  private final Function<Topics, Topic<?, ?>> input;

  TrainedModel(String text, Function<Topics, Topic<?, ?>> input) {
    this.text = text;
    this.input = input;
  }

  /** The model of a name; empty if no service trains one of that name. */
  static Optional<TrainedModel> of(String name) {
    return Arrays.stream(values()).filter(model -> model.text.equals(name)).findFirst();
  }

  /** All names, in alphabetical order. */
  static List<String> names() {
    return Arrays.stream(values()).map(TrainedModel::toString).toList();
  }

  /** The topic that the trainer learns from. */
  Topic<?, ?> input(Topics topics) {
    return input.apply(topics);
  }

  /** The model's name, as on the topic {@code models}. */
  @Override
  public String toString() {
    return text;
  }

  /** The names, for completion by the shell. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return names().iterator();
    }
  }
}
