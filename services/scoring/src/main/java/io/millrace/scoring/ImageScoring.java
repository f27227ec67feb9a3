package io.millrace.scoring;

import io.millrace.learning.vision.Answers;
import io.millrace.learning.vision.ImageBatch;
import io.millrace.learning.vision.ImageShape;
import io.millrace.learning.vision.Picture;
import io.millrace.learning.vision.VisionPredictor;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.ClassScore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Answers images. Their files are decoded and encoded on several threads, the network answers on
 * the caller's, a bounded number of images at a time. This service is the one that reports images
 * which cannot be used.
 */
final class ImageScoring implements AutoCloseable {

  private final Outputs outputs;
  private final ScoringConfig config;
  private final ModelMetrics metrics;
  private final ClassRanking ranking;
  private final ImageReader reader;
  private final Workers workers;

  /**
   * What an answer is made with. Asked for once a batch, since a predictor is no thing for several
   * threads.
   */
  private record Answering(
      ServedModel.Version<VisionPredictor> version, ImageShape shape, List<String> classes) {}

  ImageScoring(Outputs outputs, ScoringConfig config, ScoringMetrics metrics) {
    this.outputs = outputs;
    this.config = config;
    this.metrics = metrics.model(ServedModels.VISION);
    this.ranking = new ClassRanking(config.topClasses());
    this.reader = new ImageReader(config.maxPixels());
    this.workers = new Workers(config.decodeThreads());
  }

  /** Prediction and reconstruction, or the dead letter, of every record, in their order. */
  List<ProducerRecord<byte[], byte[]>> answer(
      List<ConsumerRecord<byte[], byte[]>> records, ServedModel.Version<VisionPredictor> version) {
    List<ProducerRecord<byte[], byte[]>> answers = new ArrayList<>(2 * records.size());
    for (int from = 0; from < records.size(); from += config.visionBatchSize()) {
      int to = Math.min(records.size(), from + config.visionBatchSize());
      answerSome(records.subList(from, to), version, answers);
    }
    return answers;
  }

  private void answerSome(
      List<ConsumerRecord<byte[], byte[]>> records,
      ServedModel.Version<VisionPredictor> version,
      List<ProducerRecord<byte[], byte[]>> answers) {
    ImageShape shape = version.predictor().shape();
    List<Decoded<ImageReader.Asked>> read = workers.map(records, r -> reader.read(r, shape));
    Iterator<List<ProducerRecord<byte[], byte[]>>> answered =
        answerUsable(usable(read), version).iterator();
    for (int i = 0; i < records.size(); i++) {
      switch (read.get(i)) {
        case Decoded.Valid<ImageReader.Asked> _ -> answers.addAll(answered.next());
        case Decoded.Invalid<ImageReader.Asked>(String reason) ->
            answers.add(outputs.deadLetter(records.get(i), reason));
      }
    }
  }

  private static List<ImageReader.Asked> usable(List<Decoded<ImageReader.Asked>> read) {
    List<ImageReader.Asked> usable = new ArrayList<>(read.size());
    for (Decoded<ImageReader.Asked> decoded : read) {
      if (decoded instanceof Decoded.Valid<ImageReader.Asked>(ImageReader.Asked asked)) {
        usable.add(asked);
      }
    }
    return usable;
  }

  private List<List<ProducerRecord<byte[], byte[]>>> answerUsable(
      List<ImageReader.Asked> images, ServedModel.Version<VisionPredictor> version) {
    if (images.isEmpty()) {
      return List.of();
    }
    VisionPredictor predictor = version.predictor();
    ImageShape shape = predictor.shape();
    float[] pixels = new float[Math.multiplyExact(images.size(), shape.size())];
    for (int i = 0; i < images.size(); i++) {
      System.arraycopy(images.get(i).pixels(), 0, pixels, i * shape.size(), shape.size());
    }
    Answers answers = predictor.predict(new ImageBatch(shape, images.size(), pixels));
    metrics.predicted(images.size());
    var by = new Answering(version, shape, predictor.classes());
    return workers.map(
        IntStream.range(0, images.size()).boxed().toList(),
        i -> records(images.get(i), i, answers, by));
  }

  private List<ProducerRecord<byte[], byte[]>> records(
      ImageReader.Asked image, int index, Answers answers, Answering by) {
    int classes = answers.classes();
    float[] scores = Arrays.copyOfRange(answers.scores(), index * classes, (index + 1) * classes);
    List<ClassScore> ranked = ranking.rank(by.version(), by.classes(), scores);
    int offset = index * by.shape().size();
    double error = squaredError(image.pixels(), answers.reconstructions(), offset);
    ClassRanking.requireFinite(by.version(), error);
    var prediction = outputs.prediction(image.question(), by.version(), ranked, error);
    if (!config.reconstructions()) {
      return List.of(prediction);
    }
    byte[] png = Picture.png(by.shape(), answers.reconstructions(), offset);
    return List.of(prediction, outputs.reconstruction(image.question(), by.version(), error, png));
  }

  /** The mean over an image's numbers. */
  private static double squaredError(float[] image, float[] reconstructions, int offset) {
    double sum = 0;
    for (int i = 0; i < image.length; i++) {
      double difference = (double) image[i] - reconstructions[offset + i];
      sum += difference * difference;
    }
    return sum / image.length;
  }

  @Override
  public void close() {
    workers.close();
  }
}
