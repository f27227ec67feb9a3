package io.millrace.scoring;

import io.millrace.learning.core.WorkerPool;
import io.millrace.learning.vision.NetworkOutput;
import io.millrace.learning.vision.ReconstructionErrorPercentile;
import io.millrace.learning.vision.VisionPredictor;
import io.millrace.learning.vision.images.ImageBatch;
import io.millrace.learning.vision.images.ImageShape;
import io.millrace.learning.vision.images.PngEncoder;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.ClassScore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Answers images, on several threads of which each has a network of its own: a chunk of the batch
 * is decoded, answered and encoded by one of them. This service is the one that reports images
 * which cannot be used.
 */
final class ImageScorer implements AutoCloseable {

  /** The least that is worth waking another thread. */
  private static final int LEAST_CHUNK = 8;

  private final OutputRecords outputs;
  private final ScoringConfig config;
  private final ScoringMetrics metrics;
  private final ClassRanking ranking;
  private final ImageRequestReader reader;
  private final WorkerPool workers;
  private final ReconstructionErrorPercentile errors;

  /** What is known of a record once a network has seen it. */
  private sealed interface Seen {

    /**
     * What the network says of an image.
     *
     * @param error the mean squared error of its reconstruction
     * @param png its reconstruction, or null if none is wanted
     */
    record Image(
        ScoringRequest question, List<ClassScore> classes, double error, byte @Nullable [] png)
        implements Seen {}

    /** It cannot be used. */
    record Refused(String reason) implements Seen {}
  }

  ImageScorer(OutputRecords outputs, ScoringConfig config, ScoringMetrics metrics) {
    this.outputs = outputs;
    this.config = config;
    this.metrics = metrics;
    this.ranking = new ClassRanking(config.topClasses());
    this.reader = new ImageRequestReader(config.maxPixels());
    this.workers = new WorkerPool("scoring-worker", config.threads());
    this.errors = new ReconstructionErrorPercentile(config.anomalyWindow());
  }

  /** What is to be sent for every record, or its dead letter, in their order. */
  List<ProducerRecord<byte[], byte[]>> score(
      List<ConsumerRecord<byte[], byte[]>> records, ServedModel.Version<VisionPredictor> version) {
    Seen[] seen = new Seen[records.size()];
    int chunk = workers.chunkSize(seen.length, LEAST_CHUNK, config.visionBatchSize());
    workers.forEachChunk(
        seen.length,
        chunk,
        (worker, from, to) -> {
          Seen[] some = look(records.subList(from, to), version, worker);
          System.arraycopy(some, 0, seen, from, some.length);
        });
    @Nullable Double[] anomalies = rank(seen);
    var answers = new Answered[seen.length];
    workers.forEachChunk(
        seen.length,
        chunk,
        (_, from, to) -> {
          for (int i = from; i < to; i++) {
            answers[i] = answered(records.get(i), seen[i], anomalies[i], version);
          }
        });
    List<ProducerRecord<byte[], byte[]>> all = new ArrayList<>(2 * answers.length);
    for (Answered answer : answers) {
      all.addAll(answer.records());
    }
    return all;
  }

  /** What is sent for one record. */
  private record Answered(List<ProducerRecord<byte[], byte[]>> records) {}

  private Seen[] look(
      List<ConsumerRecord<byte[], byte[]>> records,
      ServedModel.Version<VisionPredictor> version,
      int worker) {
    VisionPredictor predictor = version.predictors().get(worker);
    ImageShape shape = predictor.shape();
    var seen = new Seen[records.size()];
    float[] pixels = new float[Math.multiplyExact(seen.length, shape.size())];
    var questions = new @Nullable ScoringRequest[seen.length];
    int count = 0;
    for (int i = 0; i < seen.length; i++) {
      switch (reader.read(records.get(i), shape, pixels, count * shape.size())) {
        case Decoded.Invalid<ScoringRequest>(String reason) -> seen[i] = new Seen.Refused(reason);
        case Decoded.Valid<ScoringRequest>(ScoringRequest question) -> {
          questions[i] = question;
          count++;
        }
      }
    }
    if (count > 0) {
      float[] usable = count == seen.length ? pixels : Arrays.copyOf(pixels, count * shape.size());
      var images = new ImageBatch(shape, count, usable);
      fill(seen, questions, images, predictor.predict(images), version);
    }
    return seen;
  }

  /** Fills in what the network says, in the order of the questions. */
  private void fill(
      Seen[] seen,
      @Nullable ScoringRequest[] questions,
      ImageBatch images,
      NetworkOutput answers,
      ServedModel.Version<VisionPredictor> version) {
    int at = 0;
    for (int i = 0; i < seen.length; i++) {
      ScoringRequest question = questions[i];
      if (question != null) {
        seen[i] = image(question, at++, images, answers, version);
      }
    }
    metrics.model(ServedModels.VISION).predicted(at);
  }

  private Seen.Image image(
      ScoringRequest question,
      int index,
      ImageBatch images,
      NetworkOutput answers,
      ServedModel.Version<VisionPredictor> version) {
    int classes = answers.classes();
    float[] scores = Arrays.copyOfRange(answers.scores(), index * classes, (index + 1) * classes);
    List<ClassScore> ranked =
        ranking.rank(version, version.predictors().getFirst().classes(), scores);
    int offset = index * images.shape().size();
    double error = squaredError(images, answers.reconstructions(), offset);
    ClassRanking.requireFinite(version, error);
    byte[] png =
        config.reconstructions()
            ? PngEncoder.encode(images.shape(), answers.reconstructions(), offset)
            : null;
    return new Seen.Image(question, ranked, error, png);
  }

  /** The mean over an image's numbers. */
  private static double squaredError(ImageBatch images, float[] reconstructions, int offset) {
    double sum = 0;
    for (int i = offset; i < offset + images.shape().size(); i++) {
      double difference = (double) images.pixels()[i] - reconstructions[i];
      sum += difference * difference;
    }
    return sum / images.shape().size();
  }

  /** One after the other, since a rank depends on what came before. */
  private @Nullable Double[] rank(Seen[] seen) {
    @Nullable Double[] ranks = new @Nullable Double[seen.length];
    for (int i = 0; i < seen.length; i++) {
      if (seen[i] instanceof Seen.Image image) {
        ranks[i] = errors.rankAndAdd(image.error());
      }
    }
    metrics.errors(errors);
    return ranks;
  }

  private Answered answered(
      ConsumerRecord<byte[], byte[]> record,
      Seen seen,
      @Nullable Double anomaly,
      ServedModel.Version<?> version) {
    return new Answered(
        switch (seen) {
          case Seen.Refused(String reason) -> List.of(outputs.deadLetter(record, reason));
          case Seen.Image image -> answers(image, anomaly, version);
        });
  }

  private List<ProducerRecord<byte[], byte[]>> answers(
      Seen.Image image, @Nullable Double anomaly, ServedModel.Version<?> version) {
    var error = new OutputRecords.ReconstructionError(image.error(), anomaly);
    List<ProducerRecord<byte[], byte[]>> answers = new ArrayList<>(2);
    if (config.predictions()) {
      answers.add(outputs.prediction(image.question(), version, image.classes(), error));
    }
    byte[] png = image.png();
    if (png != null) {
      answers.add(outputs.reconstruction(image.question(), version, error, png));
    }
    return answers;
  }

  @Override
  public void close() {
    workers.close();
  }
}
