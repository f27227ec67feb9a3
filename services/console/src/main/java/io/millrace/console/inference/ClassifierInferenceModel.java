package io.millrace.console.inference;

import io.millrace.learning.classifier.ClassifierPredictor;
import io.millrace.learning.classifier.TermVector;
import io.millrace.runtime.http.HttpStatusException;
import io.millrace.runtime.models.VersionId;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.scoring.answers.ClassRanking;
import io.millrace.scoring.answers.DocumentAnswers;
import io.millrace.scoring.answers.ServedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Answers texts by a classifier: input {@code texts}; outputs {@code labels}, {@code probabilities}
 * and {@code classes}. A text is weighed against the documents as they were counted by now.
 */
final class ClassifierInferenceModel implements InferenceModel {

  private static final String TEXTS = "texts";

  private final Function<String, TermVector> weigher;
  private final Supplier<Optional<ServedModel.Version<ClassifierPredictor>>> newest;
  private final int maxTexts;
  private final BatchQueue<List<TermVector>, InferAnswer> queue;

  /**
   * A model.
   *
   * @param weigher makes the vector of a text
   * @param newest the version that was loaded last
   */
  ClassifierInferenceModel(
      String name,
      Function<String, TermVector> weigher,
      VersionSource<ClassifierPredictor> source,
      Supplier<Optional<ServedModel.Version<ClassifierPredictor>>> newest,
      InferenceLimits limits,
      InferenceMetrics.ModelMetrics metrics) {
    this.weigher = weigher;
    this.newest = newest;
    this.maxTexts = limits.maxQueued();
    this.queue =
        new BatchQueue<>(
            name, new Answerer(source), List::size, limits.maxBatch(), limits.maxQueued(), metrics);
  }

  @Override
  public Optional<Description> description() {
    return newest
        .get()
        .map(version -> described(version.id(), version.predictors().getFirst().classes().size()));
  }

  /** What a version takes and gives, by its manifest. */
  static Description described(ModelManifest manifest) {
    return described(
        new VersionId(manifest.getModel(), manifest.getVersion()), manifest.getClasses().size());
  }

  private static Description described(VersionId version, int classes) {
    return new Description(
        version,
        List.of(new TensorDescription(TEXTS, "BYTES", List.of(ANY))),
        ClassOutputs.described(classes));
  }

  @Override
  public CompletionStage<InferAnswer> infer(InferRequest request) {
    InputTensor input = request.input(TEXTS);
    if (!input.shape().isList() || input.shape().rows() > maxTexts) {
      throw HttpStatusException.badRequest(
          "texts must have the shape [n] or [n, 1], of 1 to %d texts (console.inference.queue.max), has %s"
              .formatted(maxTexts, input.shape()));
    }
    return queue.ask(input.texts().stream().map(weigher).toList());
  }

  @Override
  public void close() {
    queue.close();
  }

  /** Answers the texts of all requests of a batch. */
  private record Answerer(VersionSource<ClassifierPredictor> source)
      implements BatchQueue.Answerer<List<TermVector>, InferAnswer> {

    private static final DocumentAnswers ANSWERS = new DocumentAnswers(ClassOutputs.ALL_CLASSES);

    @Override
    public List<InferAnswer> answer(List<List<TermVector>> requests) {
      return source.ask(version -> {
        List<String> classes = version.predictors().getFirst().classes();
        List<InferAnswer> answers = new ArrayList<>(requests.size());
        for (List<TermVector> texts : requests) {
          List<ClassRanking.Ranked> rows =
              texts.stream().map(it -> ANSWERS.rank(version, it)).toList();
          answers.add(new InferAnswer(version.id(), ClassOutputs.of(classes, rows)));
        }
        return answers;
      });
    }

    @Override
    public void close() {
      source.served().close();
    }
  }
}
