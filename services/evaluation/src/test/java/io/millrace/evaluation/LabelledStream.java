package io.millrace.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.CalibrationBin;
import io.millrace.schemas.avro.ClassScore;
import io.millrace.schemas.avro.ConfusionCell;
import io.millrace.schemas.avro.DelayBucket;
import io.millrace.schemas.avro.EvaluationDetails;
import io.millrace.schemas.avro.EvaluationRecent;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.avro.NoLabelReason;
import io.millrace.schemas.avro.Prediction;
import io.millrace.schemas.avro.Source;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Predictions of three versions and their labels, which come inside the record, before the
 * prediction or up to a number of records after it, in any order, repeated, or never; and what a
 * computation over all of them at once says.
 */
final class LabelledStream {

  static final String SLICE_HEADER = "site";
  static final List<String> CLASSES = List.of("cat", "dog", "eel", "fox");
  static final int VERSIONS = 3;

  /** The first examples of the topic; version v was trained on the first {@code v * STEP}. */
  static final int STEP = 10;

  private static final int INPUT_PARTITIONS = 3;
  private static final List<String> SITES = List.of("aix", "bonn", "caen", "delft");
  private static final List<String> LABELS = List.of("cat", "dog", "eel", "fox", "gnu");

  private final String topic;
  private final List<Judged> predicted = new ArrayList<>();
  private final List<ProducerRecord<byte[], Prediction>> predictions = new ArrayList<>();
  private final List<ProducerRecord<byte[], byte[]>> labels = new ArrayList<>();

  /**
   * A prediction and its label.
   *
   * @param answer the predicted class; null if the version did not answer
   * @param label null if none comes
   */
  private record Judged(
      int id,
      Source source,
      int version,
      long millis,
      String answer,
      double confidence,
      double probability,
      String label,
      long delayMillis,
      String slice) {

    private boolean isSeen() {
      return id < version * STEP;
    }

    private boolean isCorrect() {
      return answer.equals(label);
    }
  }

  private record Delayed(double at, ProducerRecord<byte[], byte[]> label) {}

  /**
   * A stream.
   *
   * @param topic of the images
   * @param beginMillis the time of the first prediction; each comes 100 ms after the one before
   * @param maxDelay in records
   */
  LabelledStream(String topic, long seed, int size, long beginMillis, int maxDelay) {
    this.topic = topic;
    var random = new Random(seed);
    List<Delayed> delayed = new ArrayList<>();
    for (int id = 0; id < size; id++) {
      addPrediction(random, id, beginMillis + 100L * id, maxDelay, delayed);
    }
    delayed.stream()
        .sorted(Comparator.comparingDouble(Delayed::at))
        .map(Delayed::label)
        .forEach(labels::add);
  }

  private void addPrediction(
      Random random, int id, long millis, int maxDelay, List<Delayed> delayed) {
    var source = source(id);
    int version = random.nextInt(VERSIONS);
    String truth = LABELS.get(Math.min(LABELS.size() - 1, Math.abs(random.nextInt() % 7)));
    String subject = subject(id);
    boolean answers = random.nextInt(12) > 0;
    double first = 0.5 + random.nextInt(500) / 1000.0;
    String answer = random.nextInt(3) > 0 ? truth : CLASSES.get(random.nextInt(CLASSES.size()));
    if (!CLASSES.contains(answer)) {
      answer = "fox";
    }
    String second = CLASSES.get((CLASSES.indexOf(answer) + 1) % CLASSES.size());
    double probability = answer.equals(truth) ? first : second.equals(truth) ? 1 - first : 0;
    boolean isInside = random.nextInt(4) == 0;
    boolean isMissing = !isInside && random.nextInt(8) == 0;
    double delay = random.nextInt(maxDelay + 1) - maxDelay / 10.0;
    long delayMillis = isInside ? 0 : Math.max(0, (long) (100 * delay));
    String site = random.nextInt(5) == 0 ? "" : SITES.get(random.nextInt(SITES.size()));
    boolean isNamedByLabel = !isInside && random.nextBoolean();
    String slice = isNamedByLabel && isMissing ? "" : site;
    predicted.add(
        new Judged(
            id,
            source,
            version,
            millis,
            answers ? answer : null,
            first,
            probability,
            isMissing ? null : truth,
            delayMillis,
            slice));
    var prediction =
        new Prediction(
            subject,
            answers ? answer : null,
            answers ? first : 0,
            answers
                ? List.of(
                    new ClassScore(answer, first, 1.0), new ClassScore(second, 1 - first, 0.5))
                : List.of(),
            EvaluationTestDriver.MODEL,
            (long) version,
            null,
            isInside ? truth : null,
            source,
            null,
            answers ? null : NoLabelReason.NO_CLASS_YET);
    predictions.add(
        new ProducerRecord<>(
            "predictions",
            null,
            millis,
            subject.getBytes(UTF_8),
            prediction,
            headers(isNamedByLabel ? "" : site)));
    if (!isInside && !isMissing) {
      var label =
          new ProducerRecord<byte[], byte[]>(
              "labels",
              null,
              Math.max(1, millis + delayMillis),
              null,
              AvroCodec.of(Label.class).encode(new Label(subject, truth)),
              headers(isNamedByLabel ? site : ""));
      for (int times = random.nextInt(4) == 0 ? 2 : 1; times > 0; times--) {
        delayed.add(new Delayed(id + delay + (times - 1) * random.nextInt(20), label));
      }
    }
  }

  private static RecordHeaders headers(String site) {
    var headers = new RecordHeaders();
    if (!site.isEmpty()) {
      headers.add(SLICE_HEADER, site.getBytes(UTF_8));
    }
    return headers;
  }

  static String subject(int id) {
    return "image/" + id;
  }

  /** Some offsets are of no record, as after transactions. */
  Source source(int id) {
    return new Source(topic, id % INPUT_PARTITIONS, id / INPUT_PARTITIONS * 2L);
  }

  List<ProducerRecord<byte[], Prediction>> predictions() {
    return predictions;
  }

  /** In the order in which they come, apart from the predictions. */
  List<ProducerRecord<byte[], byte[]>> labels() {
    return labels;
  }

  /** How many have a label, by version; in a scope. */
  Map<Integer, Long> labelled(boolean seen) {
    Map<Integer, Long> counts = new TreeMap<>();
    predicted.stream()
        .filter(it -> it.label != null && it.isSeen() == seen)
        .forEach(it -> counts.merge(it.version, 1L, Long::sum));
    return counts;
  }

  /** Those of a version in a scope that were answered and have a label; of all versions: -1. */
  private List<Judged> judged(int version, boolean seen) {
    return predicted.stream()
        .filter(it -> it.label != null && it.answer != null && it.isSeen() == seen)
        .filter(it -> version < 0 || it.version == version)
        .toList();
  }

  long count(int version, boolean seen) {
    return judged(version, seen).size();
  }

  long correct(int version, boolean seen) {
    return count(judged(version, seen), Judged::isCorrect);
  }

  /** Compares the details of a version, or of the model: -1, with the computation. */
  void check(int version, boolean seen, EvaluationDetails details, int maxSlices) {
    checkAllButDelays(version, seen, details, maxSlices);
    checkDelays(judged(version, seen), details);
  }

  void checkAllButDelays(int version, boolean seen, EvaluationDetails details, int maxSlices) {
    List<Judged> judged = judged(version, seen);
    double accuracy = accuracy(judged);
    assertThat(details.getLoss()).isCloseTo(loss(judged), within(1e-6));
    checkNoChange(version, seen, details, accuracy);
    checkClasses(judged, details, accuracy);
    checkCalibration(judged, details);
    checkSlices(judged, details, maxSlices);
  }

  private void checkNoChange(
      int version, boolean seen, EvaluationDetails details, double accuracy) {
    long count = 0;
    long correct = 0;
    for (int of = 0; of < VERSIONS; of++) {
      if (version >= 0 && of != version) {
        continue;
      }
      for (int partition = 0; partition < INPUT_PARTITIONS; partition++) {
        int in = partition;
        List<Judged> inOrder =
            judged(of, seen).stream().filter(it -> it.source.getPartition() == in).toList();
        for (int i = 1; i < inOrder.size(); i++) {
          count++;
          correct += inOrder.get(i).label.equals(inOrder.get(i - 1).label) ? 1 : 0;
        }
      }
    }
    assertThat(details.getNoChangeCount()).isEqualTo(count);
    assertThat(details.getNoChangeCorrect()).isEqualTo(correct);
    assertKappa(details.getKappaNoChange(), accuracy, (double) correct / count);
  }

  private static void checkClasses(
      List<Judged> judged, EvaluationDetails details, double accuracy) {
    Map<String, Long> labelled = new TreeMap<>();
    Map<String, Long> cells = new TreeMap<>();
    for (Judged it : judged) {
      String label = CLASSES.contains(it.label) ? it.label : "";
      labelled.merge(label, 1L, Long::sum);
      cells.merge(label + ">" + it.answer, 1L, Long::sum);
    }
    long most =
        labelled.entrySet().stream()
            .filter(it -> !it.getKey().isEmpty())
            .mapToLong(Map.Entry::getValue)
            .max()
            .orElse(0);
    double majority = (double) most / judged.size();
    assertThat(details.getMajority()).isEqualTo(majority);
    assertKappa(details.getKappaMajority(), accuracy, majority);
    Map<String, Long> found = new TreeMap<>();
    for (ConfusionCell cell : details.getConfusion()) {
      String label = details.getClasses().get(cell.getLabel()).getLabel();
      found.put(
          label + ">" + details.getClasses().get(cell.getPredicted()).getLabel(), cell.getCount());
    }
    assertThat(found).isEqualTo(cells);
    details.getClasses().stream()
        .filter(it -> !it.getLabel().isEmpty())
        .forEach(it -> {
          List<Judged> named =
              judged.stream().filter(one -> it.getLabel().equals(one.answer)).toList();
          List<Judged> having =
              judged.stream().filter(one -> it.getLabel().equals(one.label)).toList();
          assertThat(it.getPrecision()).isEqualTo(Double.valueOf(accuracy(named)));
          assertThat(it.getRecall()).isEqualTo(Double.valueOf(accuracy(having)));
        });
  }

  private static void checkCalibration(List<Judged> judged, EvaluationDetails details) {
    double error = 0;
    for (int bin = 1; bin <= 15; bin++) {
      double from = (bin - 1) / 15.0;
      double to = bin / 15.0;
      List<Judged> inside =
          judged.stream().filter(it -> it.confidence > from && it.confidence <= to).toList();
      if (!inside.isEmpty()) {
        double mean = inside.stream().mapToDouble(Judged::confidence).average().orElseThrow();
        error += inside.size() * Math.abs(accuracy(inside) - mean) / judged.size();
      }
    }
    assertThat(details.getCalibrationError()).isCloseTo(error, within(1e-6));
    assertThat(details.getCalibration().stream().mapToLong(CalibrationBin::getCount).sum())
        .isEqualTo(judged.size());
  }

  private static void checkDelays(List<Judged> judged, EvaluationDetails details) {
    long longerThan = -1;
    for (DelayBucket bucket : details.getLabelDelays()) {
      long from = longerThan;
      assertThat(bucket.getCount())
          .as("delays up to %d", bucket.getMaxMillis())
          .isEqualTo(
              count(
                  judged, it -> it.delayMillis > from && it.delayMillis <= bucket.getMaxMillis()));
      longerThan = bucket.getMaxMillis();
    }
    assertThat(longerThan).isEqualTo(Long.MAX_VALUE);
  }

  private static void checkSlices(List<Judged> judged, EvaluationDetails details, int maxSlices) {
    Map<String, List<Judged>> slices = new TreeMap<>();
    List<String> names =
        judged.stream().map(Judged::slice).filter(it -> !it.isEmpty()).distinct().sorted().toList();
    for (Judged it : judged) {
      if (!it.slice.isEmpty()) {
        String name = names.indexOf(it.slice) < maxSlices ? it.slice : "";
        slices.computeIfAbsent(name, _ -> new ArrayList<>()).add(it);
      }
    }
    assertThat(details.getSlices()).hasSameSizeAs(slices.keySet());
    details
        .getSlices()
        .forEach(found -> {
          List<Judged> slice = slices.get(found.getSlice());
          assertThat(found.getCount()).isEqualTo(slice.size());
          assertThat(found.getCorrect()).isEqualTo(count(slice, Judged::isCorrect));
          assertThat(found.getLoss() / found.getCount()).isCloseTo(loss(slice), within(1e-6));
        });
  }

  /** Compares the recent figures of the model with the computation. */
  void check(
      boolean seen, EvaluationRecent recent, long slidingRecords, double factor, long window) {
    Map<Long, List<Judged>> windows = new TreeMap<>(Collections.reverseOrder());
    for (Judged it : judged(-1, seen)) {
      windows.computeIfAbsent(it.millis / window, _ -> new ArrayList<>()).add(it);
    }
    List<Judged> sliding = new ArrayList<>();
    double weights = 0;
    double correct = 0;
    int later = 0;
    for (List<Judged> of : windows.values()) {
      if (sliding.size() < slidingRecords) {
        sliding.addAll(of);
      }
      weights += of.size() * Math.pow(factor, later);
      correct += count(of, Judged::isCorrect) * Math.pow(factor, later);
      later += of.size();
    }
    assertThat(recent.getSlidingCount()).isEqualTo(sliding.size());
    assertThat(recent.getSlidingAccuracy()).isEqualTo(accuracy(sliding));
    assertThat(recent.getSlidingLoss()).isCloseTo(loss(sliding), within(1e-6));
    assertThat(recent.getFadingAccuracy()).isCloseTo(correct / weights, within(1e-9));
  }

  private static void assertKappa(double found, double accuracy, double baseline) {
    if (Double.isNaN(baseline) || baseline == 1) {
      assertThat(found).isNaN();
    } else {
      assertThat(found).isCloseTo((accuracy - baseline) / (1 - baseline), within(1e-12));
    }
  }

  private static double accuracy(List<Judged> judged) {
    return (double) count(judged, Judged::isCorrect) / judged.size();
  }

  private static double loss(List<Judged> judged) {
    return judged.stream()
        .mapToDouble(it -> -Math.log(Math.max(1e-12, it.probability)))
        .average()
        .orElse(Double.NaN);
  }

  private static long count(List<Judged> judged, Predicate<Judged> which) {
    return judged.stream().filter(which).count();
  }
}
