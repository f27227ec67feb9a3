package io.millrace.console.inference;

import io.millrace.learning.vision.NetworkOutput;
import io.millrace.learning.vision.VisionPredictor;
import io.millrace.learning.vision.images.ImageBatch;
import io.millrace.learning.vision.images.ImageShape;
import io.millrace.runtime.http.HttpStatusException;
import io.millrace.runtime.models.VersionId;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.scoring.answers.ClassRanking;
import io.millrace.scoring.answers.NetworkAnswers;
import io.millrace.scoring.answers.ServedModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Answers images by a network: input {@code images}; outputs {@code labels}, {@code probabilities},
 * {@code classes}, {@code reconstruction} and {@code reconstruction_error}. The numbers are those
 * of the prediction that scoring sends about the same image.
 */
final class VisionInferenceModel implements InferenceModel {

  private static final String RECONSTRUCTION = "reconstruction";
  private static final String ERROR = "reconstruction_error";

  private final ImageInput input;
  private final Supplier<Optional<ServedModel.Version<VisionPredictor>>> newest;
  private final BatchQueue<Images, InferAnswer> queue;

  /** The images of a request. */
  private record Images(ImageShape shape, int count, float[] pixels) {}

  /**
   * A model.
   *
   * @param newest the version that was loaded last
   */
  VisionInferenceModel(
      String name,
      ImageInput input,
      VersionSource<VisionPredictor> source,
      Supplier<Optional<ServedModel.Version<VisionPredictor>>> newest,
      InferenceLimits limits,
      InferenceMetrics.ModelMetrics metrics) {
    this.input = input;
    this.newest = newest;
    this.queue =
        new BatchQueue<>(
            name,
            new Answerer(source, limits.maxBatch()),
            Images::count,
            limits.maxBatch(),
            limits.maxQueued(),
            metrics);
  }

  @Override
  public Optional<Description> description() {
    return newest
        .get()
        .map(version -> {
          VisionPredictor predictor = version.predictors().getFirst();
          return described(version.id(), predictor.shape(), predictor.classes().size());
        });
  }

  /**
   * What a version takes and gives, by its manifest; empty if its settings do not say the shape.
   */
  static Optional<Description> described(ModelManifest manifest) {
    try {
      Map<String, String> settings = manifest.getSettings();
      var shape =
          new ImageShape(
              Integer.parseInt(settings.getOrDefault("channels", "")),
              Integer.parseInt(settings.getOrDefault("height", "")),
              Integer.parseInt(settings.getOrDefault("width", "")));
      var version = new VersionId(manifest.getModel(), manifest.getVersion());
      return Optional.of(described(version, shape, manifest.getClasses().size()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Description described(VersionId version, ImageShape shape, int classes) {
    List<Integer> extents = List.of(ANY, shape.channels(), shape.height(), shape.width());
    List<TensorDescription> outputs = new ArrayList<>(ClassOutputs.described(classes));
    outputs.add(new TensorDescription(RECONSTRUCTION, "FP32", extents));
    outputs.add(new TensorDescription(ERROR, "FP64", List.of(ANY)));
    return new Description(
        version, List.of(new TensorDescription(ImageInput.NAME, "FP32", extents)), outputs);
  }

  @Override
  public CompletionStage<InferAnswer> infer(InferRequest request) {
    ImageShape shape = newest.get().orElseThrow().predictors().getFirst().shape();
    float[] pixels = input.pixels(request.input(ImageInput.NAME), shape);
    return queue.ask(new Images(shape, pixels.length / shape.size(), pixels));
  }

  @Override
  public void close() {
    queue.close();
  }

  /** Answers the images of all requests of a batch together. */
  private record Answerer(VersionSource<VisionPredictor> source, int maxBatch)
      implements BatchQueue.Answerer<Images, InferAnswer> {

    private static final NetworkAnswers ANSWERS = new NetworkAnswers(ClassOutputs.ALL_CLASSES);

    @Override
    public List<InferAnswer> answer(List<Images> requests) {
      return source.ask(version -> answer(version, requests));
    }

    private List<InferAnswer> answer(
        ServedModel.Version<VisionPredictor> version, List<Images> requests) {
      ImageShape shape = version.predictors().getFirst().shape();
      if (!requests.stream().allMatch(it -> it.shape().equals(shape))) {
        throw HttpStatusException.conflict(
            "the version that answers has just changed, and takes images " + shape);
      }
      int count = requests.stream().mapToInt(Images::count).sum();
      float[] pixels = requests.size() == 1 ? requests.getFirst().pixels() : joined(requests);
      float[] reconstructions = new float[pixels.length];
      List<NetworkAnswers.Answer> rows = new ArrayList<>(count);
      for (int from = 0; from < count; from += maxBatch) {
        int to = Math.min(count, from + maxBatch);
        answer(version, shape, from, to, pixels, reconstructions, rows);
      }
      return split(version, shape, requests, rows, reconstructions);
    }

    private static float[] joined(List<Images> requests) {
      float[] pixels = new float[requests.stream().mapToInt(it -> it.pixels().length).sum()];
      int at = 0;
      for (Images request : requests) {
        System.arraycopy(request.pixels(), 0, pixels, at, request.pixels().length);
        at += request.pixels().length;
      }
      return pixels;
    }

    private static void answer(
        ServedModel.Version<VisionPredictor> version,
        ImageShape shape,
        int from,
        int to,
        float[] pixels,
        float[] reconstructions,
        List<NetworkAnswers.Answer> rows) {
      VisionPredictor predictor = version.predictors().getFirst();
      float[] part = Arrays.copyOfRange(pixels, from * shape.size(), to * shape.size());
      var batch = new ImageBatch(shape, to - from, part);
      NetworkOutput output = predictor.predict(batch);
      for (int row = 0; row < batch.count(); row++) {
        rows.add(ANSWERS.answer(version, predictor.classes(), batch, output, row));
      }
      System.arraycopy(
          output.reconstructions(), 0, reconstructions, from * shape.size(), part.length);
    }

    private static List<InferAnswer> split(
        ServedModel.Version<VisionPredictor> version,
        ImageShape shape,
        List<Images> requests,
        List<NetworkAnswers.Answer> rows,
        float[] reconstructions) {
      List<String> classes = version.predictors().getFirst().classes();
      List<InferAnswer> answers = new ArrayList<>(requests.size());
      int from = 0;
      for (Images request : requests) {
        List<NetworkAnswers.Answer> own = rows.subList(from, from + request.count());
        List<ClassRanking.Ranked> ranked = own.stream().map(NetworkAnswers.Answer::ranked).toList();
        List<OutputTensor> outputs = new ArrayList<>(ClassOutputs.of(classes, ranked));
        outputs.add(
            new OutputTensor.Floats(
                RECONSTRUCTION,
                TensorShape.of(request.count(), shape.channels(), shape.height(), shape.width()),
                reconstructions,
                from * shape.size()));
        outputs.add(
            new OutputTensor.Doubles(
                ERROR,
                TensorShape.of(request.count()),
                own.stream().mapToDouble(NetworkAnswers.Answer::error).toArray()));
        answers.add(new InferAnswer(version.id(), outputs));
        from += request.count();
      }
      return answers;
    }

    @Override
    public void close() {
      source.served().close();
    }
  }
}
