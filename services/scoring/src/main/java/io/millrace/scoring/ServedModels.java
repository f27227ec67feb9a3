package io.millrace.scoring;

import io.millrace.learning.classifier.ClassifierPredictor;
import io.millrace.learning.vision.PredictorLoader;
import io.millrace.learning.vision.VisionPredictor;
import io.millrace.runtime.models.ModelFollower;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The models that answer, kept at their newest versions by a follower of the models topic. */
final class ServedModels implements AutoCloseable {

  /** The model of images, by its name on the models topic. */
  static final String VISION = "vision";

  /** The model of documents. */
  static final String CLASSIFIER = "classifier";

  private final @Nullable ServedModel<VisionPredictor> vision;
  private final @Nullable ServedModel<ClassifierPredictor> classifier;
  private @Nullable ModelFollower follower;

  /**
   * Models without a version yet.
   *
   * @param loader loads networks; without one no images are answered
   * @param threads that answer images
   * @param documents whether documents are answered
   */
  ServedModels(
      Optional<PredictorLoader> loader, int threads, boolean documents, ScoringMetrics metrics) {
    vision =
        loader
            .map(library ->
                new ServedModel<>(
                    VISION, threads, library::load, VisionPredictor::close, metrics.model(VISION)))
            .orElse(null);
    loader.ifPresent(library -> metrics.offHeap(library::offHeapBytes));
    classifier =
        documents
            ? new ServedModel<>(
                CLASSIFIER,
                1,
                ClassifierPredictor::load,
                predictor -> {},
                metrics.model(CLASSIFIER))
            : null;
  }

  /** Begins to follow the models topic; {@link #load} is called on the follower's thread. */
  void follow(Settings settings) {
    Set<String> wanted = new HashSet<>();
    if (vision != null) {
      wanted.add(VISION);
    }
    if (classifier != null) {
      wanted.add(CLASSIFIER);
    }
    follower = ModelFollower.start(settings, wanted, this::load);
  }

  /**
   * Takes a newer version.
   *
   * @throws IncompatibleStateException if it cannot be used
   */
  void load(ModelVersion version) {
    switch (version.manifest().getModel()) {
      case VISION -> vision().load(version);
      case CLASSIFIER -> classifier().load(version);
      default -> throw new IllegalArgumentException("the model " + version.manifest().getModel());
    }
  }

  /** The model of images. */
  ServedModel<VisionPredictor> vision() {
    return required(vision, VISION);
  }

  /** The model of documents. */
  ServedModel<ClassifierPredictor> classifier() {
    return required(classifier, CLASSIFIER);
  }

  /**
   * Makes sure that new versions still come in: without, old ones would go on answering for good.
   *
   * @throws IncompatibleStateException if they do not
   */
  void requireFollowing() {
    Optional<String> failure = follower == null ? Optional.empty() : follower.failure();
    if (failure.isPresent()) {
      throw new IncompatibleStateException("the models are followed no more: " + failure.get());
    }
  }

  @Override
  public void close() {
    if (follower != null) {
      follower.close();
    }
    if (vision != null) {
      vision.close();
    }
    if (classifier != null) {
      classifier.close();
    }
  }

  private static <P> ServedModel<P> required(@Nullable ServedModel<P> model, String name) {
    if (model == null) {
      throw new IllegalStateException("the model " + name + " is turned off");
    }
    return model;
  }
}
