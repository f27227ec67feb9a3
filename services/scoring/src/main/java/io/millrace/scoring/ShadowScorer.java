package io.millrace.scoring;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.learning.classifier.ClassifierPredictor;
import io.millrace.learning.vision.NetworkOutput;
import io.millrace.learning.vision.PredictorLoader;
import io.millrace.learning.vision.VisionPredictor;
import io.millrace.learning.vision.images.ImageShape;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.Source;
import io.millrace.scoring.ChallengerSelector.Challenger;
import io.millrace.scoring.answers.ClassRanking;
import io.millrace.scoring.answers.DocumentAnswers;
import io.millrace.scoring.answers.NetworkAnswers;
import io.millrace.scoring.answers.ServingLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Answers the records of one topic by all challengers of its kind of model. Records that cannot be
 * used are skipped: what is served reports them. Steps for a few records at a time:
 *
 * <ol>
 *   <li>Wait while a batch to serve is being answered ({@link ServingGate}).
 *   <li>Decode the records of the share that is answered, once for all challengers.
 *   <li>Have each challenger predict. One that fails is left out, with all that it has answered of
 *       these records.
 * </ol>
 *
 * @param <P> the predictor
 */
abstract class ShadowScorer<P> implements AutoCloseable {

  /** So few that a batch to serve never waits for long for the processor. */
  private static final int CHUNK = 8;

  /** A shadow beside a loop that is never idle goes on, at this pace. */
  private static final Duration LONGEST_WAIT = Duration.ofMillis(100);

  /** Above the largest CRC. */
  private static final double HASHES = 0x1p32;

  final OutputRecords outputs;
  final ClassRanking ranking;
  private final ScoringConfig config;
  private final ChallengerSelector<P> selector;
  private final ServingGate gate;
  private final ShadowMetrics metrics;

  private ShadowScorer(ScoringConfig config, ChallengerSelector<P> selector, Shared shared) {
    this.outputs = shared.outputs();
    this.ranking = new ClassRanking(config.topClasses());
    this.config = config;
    this.selector = selector;
    this.gate = shared.gate();
    this.metrics = shared.metrics();
  }

  /** What the scorers of a process have in common. */
  record Shared(OutputRecords outputs, ServingLog log, ServingGate gate, ShadowMetrics metrics) {}

  /** The challengers. */
  final ChallengerSelector<P> selector() {
    return selector;
  }

  /** Answers records; none if there is no challenger. */
  final List<ProducerRecord<byte[], byte[]>> score(List<ConsumerRecord<byte[], byte[]>> records) {
    List<Challenger<P>> challengers = selector.challengersOfNextBatch();
    List<ProducerRecord<byte[], byte[]>> answers = new ArrayList<>();
    for (int from = 0; from < records.size() && !challengers.isEmpty(); from += CHUNK) {
      giveWay();
      List<ConsumerRecord<byte[], byte[]>> chunk =
          records.subList(from, Math.min(from + CHUNK, records.size()));
      challengers = score(chunk, challengers, answers);
    }
    return answers;
  }

  /**
   * Answers a few records.
   *
   * @return the challengers that have not failed
   */
  abstract List<Challenger<P>> score(
      List<ConsumerRecord<byte[], byte[]>> records,
      List<Challenger<P>> challengers,
      List<ProducerRecord<byte[], byte[]>> answers);

  /** What a challenger answers to a few records. */
  interface Attempt {
    List<ProducerRecord<byte[], byte[]>> answers();
  }

  /** Adds what a challenger answers; whether it could. */
  final boolean attempt(
      Challenger<P> challenger, Attempt attempt, List<ProducerRecord<byte[], byte[]>> answers) {
    try {
      List<ProducerRecord<byte[], byte[]>> made = attempt.answers();
      answers.addAll(made);
      metrics.predicted(challenger.version().model(), made.size());
      return true;
    } catch (RuntimeException e) {
      selector.failed(challenger, e);
      return false;
    }
  }

  private void giveWay() {
    metrics.waited(gate.awaitFree(LONGEST_WAIT));
  }

  /** Whether a record is in the share that is answered, by the hash of its coordinates. */
  final boolean isInShare(Source source) {
    return isInShare(source, config.shadow().share());
  }

  static boolean isInShare(Source source, double share) {
    var crc = new CRC32C();
    crc.update(Subject.coordinates(source).getBytes(UTF_8));
    return crc.getValue() < share * HASHES;
  }

  @Override
  public void close() {
    selector.close();
  }

  /** Images. */
  static final class Images extends ShadowScorer<VisionPredictor> {

    private final ImageRequests images;
    private final NetworkAnswers answers;

    Images(ScoringConfig config, PredictorLoader loader, Shared shared) {
      super(
          config,
          new ChallengerSelector<>(
              ImageScorer.MODEL,
              config,
              loader::load,
              VisionPredictor::close,
              shared.log(),
              shared.metrics()),
          shared);
      this.images = new ImageRequests(config);
      this.answers = new NetworkAnswers(ranking);
    }

    @Override
    List<Challenger<VisionPredictor>> score(
        List<ConsumerRecord<byte[], byte[]>> all,
        List<Challenger<VisionPredictor>> challengers,
        List<ProducerRecord<byte[], byte[]>> answers) {
      List<ConsumerRecord<byte[], byte[]>> records =
          all.stream().filter(it -> isInShare(OutputRecords.source(it))).toList();
      Map<ImageShape, Optional<ImageRequests.Images>> decoded = new LinkedHashMap<>();
      List<Challenger<VisionPredictor>> going = new ArrayList<>();
      for (Challenger<VisionPredictor> it : challengers) {
        Attempt attempt =
            () ->
                decoded
                    .computeIfAbsent(
                        it.predictor().shape(),
                        shape -> images.decode(records, 0, records.size(), shape, (_, _) -> {}))
                    .map(found -> answers(it, found))
                    .orElse(List.of());
        if (attempt(it, attempt, answers)) {
          going.add(it);
        }
      }
      return going;
    }

    private List<ProducerRecord<byte[], byte[]>> answers(
        Challenger<VisionPredictor> challenger, ImageRequests.Images decoded) {
      VisionPredictor predictor = challenger.predictor();
      NetworkOutput output = predictor.predict(decoded.batch());
      List<ProducerRecord<byte[], byte[]>> made = new ArrayList<>();
      for (int row = 0; row < decoded.requests().size(); row++) {
        NetworkAnswers.Answer answer =
            this.answers.answer(
                challenger.version(), predictor.classes(), decoded.batch(), output, row);
        made.add(
            outputs.shadow(
                decoded.requests().get(row).request(),
                challenger,
                answer.ranked(),
                new OutputRecords.ReconstructionError(answer.error(), null)));
      }
      return made;
    }
  }

  /** Document vectors. */
  static final class Documents extends ShadowScorer<ClassifierPredictor> {

    private final DocumentAnswers documents;

    Documents(ScoringConfig config, Shared shared) {
      super(
          config,
          new ChallengerSelector<>(
              DocumentScorer.MODEL,
              config,
              ClassifierPredictor::load,
              _ -> {},
              shared.log(),
              shared.metrics()),
          shared);
      this.documents = new DocumentAnswers(ranking);
    }

    @Override
    List<Challenger<ClassifierPredictor>> score(
        List<ConsumerRecord<byte[], byte[]>> records,
        List<Challenger<ClassifierPredictor>> challengers,
        List<ProducerRecord<byte[], byte[]>> answers) {
      List<VectorRequest> requests =
          records.stream()
              .flatMap(it -> request(it).stream())
              .filter(it -> isInShare(it.request().source()))
              .toList();
      return challengers.stream()
          .filter(it -> attempt(it, () -> answers(it, requests), answers))
          .toList();
    }

    private static Optional<VectorRequest> request(ConsumerRecord<byte[], byte[]> record) {
      return switch (VectorRequest.decode(record)) {
        case Decoded.Valid<Optional<VectorRequest>>(Optional<VectorRequest> request) -> request;
        case Decoded.Invalid<Optional<VectorRequest>> _ -> Optional.empty();
      };
    }

    private List<ProducerRecord<byte[], byte[]>> answers(
        Challenger<ClassifierPredictor> challenger, List<VectorRequest> requests) {
      return requests.stream()
          .map(it ->
              outputs.shadow(
                  it.request(), challenger, documents.rank(challenger.version(), it.terms()), null))
          .toList();
    }
  }
}
