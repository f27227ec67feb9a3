package io.millrace.scoring;

import io.millrace.learning.core.WorkerPool;
import io.millrace.learning.vision.NetworkOutput;
import io.millrace.learning.vision.PredictorLoader;
import io.millrace.learning.vision.ReconstructionErrorPercentile;
import io.millrace.learning.vision.VisionPredictor;
import io.millrace.learning.vision.images.ImageBatch;
import io.millrace.learning.vision.images.PngEncoder;
import io.millrace.runtime.records.Traces;
import io.millrace.scoring.answers.ClassRanking;
import io.millrace.scoring.answers.NetworkAnswers;
import io.millrace.scoring.answers.ServedModel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Scores images on several threads, each with a network of its own. It is the reporter of {@code
 * images}: records that cannot be used become dead letters. Steps for the images of a poll:
 *
 * <ol>
 *   <li>In parallel, for a chunk of records each: decode the images, predict them together, rank
 *       the classes, encode the reconstructions as PNG. A record that cannot be used gets a reason.
 *   <li>In the order of the records: compare each reconstruction error with those before it, and
 *       look for drifts ({@link ImageDrift}).
 *   <li>In parallel: make the output records.
 * </ol>
 */
final class ImageScorer implements ScoringProcessor.TopicScorer {

  /** The name on the models topic. */
  static final String MODEL = "vision";

  /** The smallest chunk that is worth waking another thread. */
  private static final int MIN_CHUNK = 8;

  private static final double[] NO_STATISTICS = {};

  private final OutputRecords outputs;
  private final ScoringConfig config;
  private final ScoringMetrics metrics;
  private final ScoringMetrics.ModelMetrics modelMetrics;
  private final ServedModel<VisionPredictor> model;
  private final ImageRequests requests;
  private final NetworkAnswers answers;
  private final WorkerPool workers;
  private final ReconstructionErrorPercentile percentile;
  private final Optional<ImageDrift> drift;

  /** The result for one record, before its error is compared with others. */
  private sealed interface Result {

    /**
     * The prediction of an image.
     *
     * @param error the mean squared error of the reconstruction, pixels in [0, 1]
     * @param png the reconstruction, or null if none is sent
     * @param statistics of the pixels; empty if no drift is looked for
     * @param times when it was decoded and scored
     */
    record Scored(
        ScoringRequest request,
        ClassRanking.Ranked ranked,
        double error,
        byte @Nullable [] png,
        double[] statistics,
        ScoringSpans.Times times)
        implements Result {}

    /** The record cannot be used, as was found from then on. */
    record Rejected(String reason, long startedNanos) implements Result {}
  }

  /** The images of a poll, the version that scores them, and their results, filled in by chunks. */
  private record Batch(
      List<ConsumerRecord<byte[], byte[]>> records,
      ServedModel.Version<VisionPredictor> version,
      Result[] results) {}

  ImageScorer(
      OutputRecords outputs,
      ScoringConfig config,
      PredictorLoader loader,
      ScoringMetrics metrics,
      Optional<InputWatch> watch) {
    this.outputs = outputs;
    this.config = config;
    this.metrics = metrics;
    this.modelMetrics = metrics.model(MODEL);
    this.model =
        new ServedModel<>(
            MODEL, config.threads(), loader::load, VisionPredictor::close, modelMetrics);
    this.requests = new ImageRequests(config);
    this.answers = new NetworkAnswers(new ClassRanking(config.topClasses()));
    this.workers = new WorkerPool("scoring-worker", config.threads());
    this.percentile = new ReconstructionErrorPercentile(config.anomalyWindow());
    this.drift =
        config.drift().window() == 0
            ? Optional.empty()
            : Optional.of(new ImageDrift(config.drift(), metrics, watch));
    metrics.offHeap(loader::offHeapBytes);
  }

  @Override
  public ServedModel<VisionPredictor> model() {
    return model;
  }

  @Override
  public List<ProducerRecord<byte[], byte[]>> score(List<ConsumerRecord<byte[], byte[]>> records) {
    ServedModel.Version<VisionPredictor> version = model.inForce();
    int count = records.size();
    int chunk = workers.chunkSize(count, MIN_CHUNK, config.visionBatchSize());
    var batch = new Batch(records, version, new Result[count]);
    workers.forEachChunk(count, chunk, (worker, from, to) -> scoreChunk(batch, worker, from, to));
    @Nullable Double[] anomalies = anomalies(batch.results());
    drift.ifPresent(it -> compare(it, batch));
    List<List<ProducerRecord<byte[], byte[]>>> outputsByRecord =
        new ArrayList<>(Collections.nCopies(count, List.of()));
    workers.forEachChunk(
        count,
        chunk,
        (_, from, to) -> {
          for (int i = from; i < to; i++) {
            outputsByRecord.set(
                i, outputs(records.get(i), batch.results()[i], anomalies[i], version));
          }
        });
    return outputsByRecord.stream().flatMap(List::stream).toList();
  }

  private void scoreChunk(Batch batch, int worker, int from, int to) {
    VisionPredictor predictor = batch.version().predictors().get(worker);
    long started = Traces.now();
    requests
        .decode(
            batch.records(),
            from,
            to,
            predictor.shape(),
            (reason, i) -> batch.results()[i] = new Result.Rejected(reason, started))
        .ifPresent(images -> predict(batch, images, predictor, started));
  }

  private void predict(
      Batch batch, ImageRequests.Images images, VisionPredictor predictor, long started) {
    long decoded = Traces.now();
    NetworkOutput output = predictor.predict(images.batch());
    var times = new ScoringSpans.Times(started, decoded, Traces.now());
    for (int row = 0; row < images.requests().size(); row++) {
      int index = images.requests().get(row).index();
      batch.results()[index] = scored(batch.version(), images, output, row, times);
    }
    modelMetrics.predicted(images.requests().size());
  }

  private Result.Scored scored(
      ServedModel.Version<VisionPredictor> version,
      ImageRequests.Images images,
      NetworkOutput output,
      int row,
      ScoringSpans.Times times) {
    ImageBatch batch = images.batch();
    NetworkAnswers.Answer answer =
        answers.answer(version, version.predictors().getFirst().classes(), batch, output, row);
    answer.ranked().reason().ifPresent(modelMetrics::unanswered);
    byte[] png =
        config.reconstructions()
            ? PngEncoder.encode(batch.shape(), output.reconstructions(), row * batch.shape().size())
            : null;
    double[] statistics = drift.isEmpty() ? NO_STATISTICS : ImageDrift.statistics(batch, row);
    ScoringRequest request = images.requests().get(row).request();
    return new Result.Scored(request, answer.ranked(), answer.error(), png, statistics, times);
  }

  /** The share of the recent errors that each error is not below, in the order of the records. */
  private @Nullable Double[] anomalies(Result[] results) {
    @Nullable Double[] anomalies = new @Nullable Double[results.length];
    for (int i = 0; i < results.length; i++) {
      if (results[i] instanceof Result.Scored scored) {
        anomalies[i] = percentile.rankAndAdd(scored.error());
      }
    }
    metrics.errors(percentile);
    return anomalies;
  }

  private static void compare(ImageDrift drift, Batch batch) {
    for (int i = 0; i < batch.results().length; i++) {
      if (batch.results()[i] instanceof Result.Scored scored) {
        drift.add(
            batch.records().get(i),
            batch.version().id(),
            scored.statistics(),
            scored.ranked().confidence(),
            scored.error());
      }
    }
  }

  private List<ProducerRecord<byte[], byte[]>> outputs(
      ConsumerRecord<byte[], byte[]> record,
      Result result,
      @Nullable Double anomaly,
      ServedModel.Version<?> version) {
    return switch (result) {
      case Result.Rejected(String reason, long startedNanos) -> {
        Traces.record(record).ifPresent(it -> ScoringSpans.rejected(it, reason, startedNanos));
        yield List.of(outputs.deadLetter(record, reason));
      }
      case Result.Scored(
              var request,
              var ranked,
              double squared,
              byte @Nullable [] png,
              _,
              var times) -> {
        Traces.record(record).ifPresent(it -> ScoringSpans.scored(it, version, times));
        var error = new OutputRecords.ReconstructionError(squared, anomaly);
        List<ProducerRecord<byte[], byte[]>> made = new ArrayList<>(2);
        if (config.predictions()) {
          made.add(outputs.prediction(request, version, ranked, error));
        }
        if (png != null) {
          made.add(outputs.reconstruction(request, version, error, png));
        }
        yield made;
      }
    };
  }

  @Override
  public void close() {
    model.close();
    workers.close();
  }
}
