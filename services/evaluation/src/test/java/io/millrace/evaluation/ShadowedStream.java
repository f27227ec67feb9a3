package io.millrace.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.runtime.records.ChallengerHeader;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.ClassScore;
import io.millrace.schemas.avro.Comparison;
import io.millrace.schemas.avro.Evaluation;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.avro.NoLabelReason;
import io.millrace.schemas.avro.Prediction;
import io.millrace.schemas.avro.Scope;
import io.millrace.schemas.avro.Source;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Images that one version of three variants answered, and most of them challengers too, with labels
 * inside the record, late, early, repeated or missing; and what a computation over all of them at
 * once says. A version answers one image as the champion, and another as a challenger.
 */
final class ShadowedStream {

  static final List<String> CLASSES = List.of("1", "7");
  static final List<String> MODELS = List.of("vision", "vision-wide", "vision-slow");
  static final int VERSIONS = 3;

  /** Version v of every variant was trained on the first {@code v * STEP} images. */
  static final int STEP = 30;

  /** By the model that is served: those that answer beside it. */
  private static final Map<String, List<String>> CHALLENGERS =
      Map.of(
          "vision", List.of("vision-wide", "vision-slow", "vision@1"),
          "vision-wide", List.of("vision", "vision-slow"));

  private final String topic;
  private final List<Image> images = new ArrayList<>();
  private final List<ProducerRecord<byte[], Prediction>> predictions = new ArrayList<>();
  private final List<ProducerRecord<byte[], Prediction>> shadows = new ArrayList<>();
  private final List<ProducerRecord<byte[], byte[]>> labels = new ArrayList<>();

  /**
   * An image.
   *
   * @param label null if none comes
   */
  private record Image(int id, long millis, String label, Answer served, List<Answer> shadows) {}

  /**
   * What a version said.
   *
   * @param challenger empty if it was served
   * @param said null if it had no answer
   */
  private record Answer(String challenger, String model, int version, String said) {

    private boolean isSeen(Image image) {
      return image.id < version * STEP;
    }

    private boolean isRight(Image image) {
      return image.label.equals(said);
    }
  }

  private record Delayed(double at, ProducerRecord<byte[], byte[]> label) {}

  /**
   * A stream.
   *
   * @param topic of the images
   * @param beginMillis the time of the first prediction; each comes 100 ms after the one before
   * @param maxDelay of labels, in images
   */
  ShadowedStream(String topic, long seed, int size, long beginMillis, int maxDelay) {
    this.topic = topic;
    var random = new Random(seed);
    List<Delayed> delayed = new ArrayList<>();
    for (int id = 0; id < size; id++) {
      add(random, id, beginMillis + 100L * id, maxDelay, delayed);
    }
    delayed.stream()
        .sorted(Comparator.comparingDouble(Delayed::at))
        .map(Delayed::label)
        .forEach(labels::add);
  }

  private void add(Random random, int id, long millis, int maxDelay, List<Delayed> delayed) {
    String truth = CLASSES.get(random.nextInt(2));
    boolean isInside = random.nextInt(4) == 0;
    boolean isMissing = !isInside && random.nextInt(8) == 0;
    String champion = random.nextInt(3) == 0 ? "vision-wide" : "vision";
    Answer served = answer(random, "", champion, random.nextInt(VERSIONS), truth);
    List<Answer> beside = new ArrayList<>();
    for (String challenger : CHALLENGERS.get(champion)) {
      int at = challenger.indexOf('@');
      int version =
          at < 0 ? random.nextInt(VERSIONS) : Integer.parseInt(challenger.substring(at + 1));
      if (random.nextInt(6) > 0) {
        String model = at < 0 ? challenger : challenger.substring(0, at);
        beside.add(answer(random, challenger, model, version, truth));
      }
    }
    var image = new Image(id, millis, isMissing ? null : truth, served, beside);
    images.add(image);
    String given = isInside ? truth : null;
    predictions.add(record("predictions", image, served, given, millis));
    beside.forEach(it ->
        shadows.add(record("shadow-predictions", image, it, given, millis + random.nextInt(9000))));
    if (!isInside && !isMissing) {
      double delay = random.nextInt(maxDelay + 1) - maxDelay / 10.0;
      byte[] label = AvroCodec.of(Label.class).encode(new Label(LabelledStream.subject(id), truth));
      var record = new ProducerRecord<byte[], byte[]>("labels", null, millis, null, label);
      for (int times = random.nextInt(4) == 0 ? 2 : 1; times > 0; times--) {
        delayed.add(new Delayed(id + delay + (times - 1) * random.nextInt(20), record));
      }
    }
  }

  private static Answer answer(
      Random random, String challenger, String model, int version, String truth) {
    String wrong = truth.equals("1") ? "7" : "1";
    String said = random.nextInt(3) > 0 ? truth : wrong;
    return new Answer(challenger, model, version, random.nextInt(12) == 0 ? null : said);
  }

  private ProducerRecord<byte[], Prediction> record(
      String to, Image image, Answer answer, String given, long millis) {
    String subject = LabelledStream.subject(image.id);
    var prediction =
        new Prediction(
            subject,
            answer.said,
            answer.said == null ? 0 : 0.75,
            answer.said == null ? List.of() : List.of(new ClassScore(answer.said, 0.75, 1.0)),
            answer.model,
            (long) answer.version,
            null,
            given,
            source(image.id),
            null,
            answer.said == null ? NoLabelReason.NO_CLASS_YET : null);
    var headers = new RecordHeaders();
    ChallengerHeader.put(headers, answer.challenger);
    return new ProducerRecord<>(to, null, millis, subject.getBytes(UTF_8), prediction, headers);
  }

  Source source(int id) {
    return new Source(topic, id % 3, id / 3 * 2L);
  }

  List<ProducerRecord<byte[], Prediction>> predictions() {
    return predictions;
  }

  List<ProducerRecord<byte[], Prediction>> shadows() {
    return shadows;
  }

  /** In the order in which they come, apart from the predictions. */
  List<ProducerRecord<byte[], byte[]>> labels() {
    return labels;
  }

  /**
   * The record times of the predictions that were served, as this stream has them, by the
   * coordinates of their images.
   */
  Map<String, Long> times() {
    Map<String, Long> times = new TreeMap<>();
    images.forEach(it -> times.put(Subject.coordinates(source(it.id)), it.millis));
    return times;
  }

  /** Counts, right ones and those without an answer of every version and scope. */
  Map<String, List<Long>> figures(boolean ofChallengers) {
    Map<String, List<Long>> figures = new TreeMap<>();
    for (Image image : images) {
      if (image.label != null) {
        for (Answer it : ofChallengers ? image.shadows : List.of(image.served)) {
          Scope scope = it.isSeen(image) ? Scope.SEEN : Scope.PREQUENTIAL;
          boolean answered = it.said != null;
          add(
              figures,
              it.model + "/" + it.version + "/" + scope,
              List.of(answered ? 1L : 0L, it.isRight(image) ? 1L : 0L, answered ? 0L : 1L));
        }
      }
    }
    return figures;
  }

  /** The same from what was published last of every window. */
  static Map<String, List<Long>> figures(List<Evaluation> published) {
    Map<String, Evaluation> last = new TreeMap<>();
    published.forEach(it -> last.put(version(it) + "/" + it.getWindowStart(), it));
    Map<String, List<Long>> figures = new TreeMap<>();
    last.values()
        .forEach(it ->
            add(figures, version(it), List.of(it.getCount(), it.getCorrect(), it.getUnanswered())));
    return figures;
  }

  private static String version(Evaluation it) {
    return it.getModel() + "/" + it.getVersion() + "/" + it.getScope();
  }

  /**
   * The comparisons by champion, version, challenger and start of the window: the oldest and newest
   * version, both right, only the champion, only the challenger, neither.
   *
   * @param times of the predictions that were served, by the coordinates of their images
   */
  Map<String, List<Long>> comparisons(Map<String, Long> times, long windowMillis) {
    Map<String, List<Long>> comparisons = new TreeMap<>();
    for (Image image : images) {
      if (image.label == null || image.served.isSeen(image)) {
        continue;
      }
      long millis = times.get(Subject.coordinates(source(image.id)));
      for (Answer shadow : image.shadows) {
        if (!shadow.isSeen(image)) {
          boolean champion = image.served.isRight(image);
          boolean challenger = shadow.isRight(image);
          String key =
              "%s/%d/%s/%d"
                  .formatted(
                      image.served.model,
                      image.served.version,
                      shadow.challenger,
                      millis / windowMillis * windowMillis);
          long version = shadow.version;
          List<Long> before =
              Optional.ofNullable(comparisons.get(key))
                  .orElse(List.of(version, version, 0L, 0L, 0L, 0L));
          comparisons.put(
              key,
              List.of(
                  Math.min(before.get(0), version),
                  Math.max(before.get(1), version),
                  before.get(2) + (champion && challenger ? 1 : 0),
                  before.get(3) + (champion && !challenger ? 1 : 0),
                  before.get(4) + (!champion && challenger ? 1 : 0),
                  before.get(5) + (!champion && !challenger ? 1 : 0)));
        }
      }
    }
    return comparisons;
  }

  /** The same from what was published last of every window. */
  static Map<String, List<Long>> comparisons(List<Comparison> published) {
    Map<String, List<Long>> last = new TreeMap<>();
    Function<Comparison, String> key =
        it ->
            "%s/%d/%s/%d"
                .formatted(
                    it.getChampion(),
                    it.getChampionVersion(),
                    it.getChallenger(),
                    it.getWindowStart().toEpochMilli());
    published.forEach(it ->
        last.put(
            key.apply(it),
            List.of(
                it.getChallengerFrom(),
                it.getChallengerTo(),
                it.getBothRight(),
                it.getOnlyChampion(),
                it.getOnlyChallenger(),
                it.getBothWrong())));
    return last;
  }

  private static void add(Map<String, List<Long>> sums, String key, List<Long> more) {
    List<Long> before = sums.getOrDefault(key, List.of(0L, 0L, 0L));
    sums.put(
        key,
        List.of(
            before.get(0) + more.get(0), before.get(1) + more.get(1), before.get(2) + more.get(2)));
  }
}
