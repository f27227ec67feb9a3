package io.millrace.evaluation;

import io.millrace.runtime.models.ModelKey;
import io.millrace.runtime.records.SourceTopic;
import io.millrace.runtime.streams.StreamsTestDriver;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.ClassScore;
import io.millrace.schemas.avro.Comparison;
import io.millrace.schemas.avro.Evaluation;
import io.millrace.schemas.avro.ImageExample;
import io.millrace.schemas.avro.InputRange;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.NoLabelReason;
import io.millrace.schemas.avro.Prediction;
import io.millrace.schemas.avro.Scope;
import io.millrace.schemas.avro.Source;
import io.millrace.schemas.avro.Tally;
import io.millrace.schemas.input.InputDecoder;
import io.millrace.topics.Topic;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.apache.kafka.streams.test.TestRecord;

/** The evaluation topology without a broker. */
final class EvaluationTestDriver extends StreamsTestDriver {

  static final EvaluationConfig CONFIG =
      new EvaluationConfig(
          Duration.ofSeconds(10),
          Duration.ofHours(1),
          Duration.ofSeconds(1),
          1,
          EvaluationConfig.FiguresConfig.DEFAULT);

  /** The internal topic of more than one partition. */
  static final String JUDGEMENTS = "millrace-evaluation-judgements-repartition";

  static final String MODEL = "vision";

  final EvaluationStats stats;
  final TestInputTopic<byte[], byte[]> labels;
  final TestInputTopic<byte[], byte[]> imageExamples;
  final TestOutputTopic<byte[], byte[]> deadLetters;

  private final TestInputTopic<String, Prediction> predictions;
  private final TestInputTopic<String, Prediction> shadowPredictions;
  private final TestInputTopic<String, byte[]> models;
  private final TestOutputTopic<String, Evaluation> evaluations;
  private final TestOutputTopic<String, Evaluation> shadowEvaluations;
  private final TestOutputTopic<String, Comparison> comparisons;
  private final String examplesId;
  private String imagesId = "";

  EvaluationTestDriver(Path folder) {
    this(folder, "");
  }

  /**
   * A driver of one start of the service.
   *
   * @param examplesId the id that the examples topics have in it
   */
  EvaluationTestDriver(Path folder, String examplesId) {
    this(folder, examplesId, CONFIG, new EvaluationStats());
  }

  /** A driver with other settings. */
  EvaluationTestDriver(Path folder, EvaluationConfig config) {
    this(folder, "", config, new EvaluationStats());
  }

  private EvaluationTestDriver(
      Path folder, String examplesId, EvaluationConfig config, EvaluationStats stats) {
    super(
        EvaluationConfig.NAME,
        EvaluationService.topology(
            config,
            InputDecoder.DEFAULT,
            TOPICS,
            name -> name.endsWith("-examples") ? examplesId : idOf(name),
            stats),
        folder);
    this.stats = stats;
    this.examplesId = examplesId;
    predictions = input(TOPICS.predictions());
    shadowPredictions = input(TOPICS.shadowPredictions());
    models = input(TOPICS.models());
    labels = rawInput(TOPICS.labels());
    imageExamples = rawInput(TOPICS.imageExamples());
    evaluations = output(TOPICS.evaluations());
    shadowEvaluations = output(TOPICS.shadowEvaluations());
    comparisons = output(TOPICS.comparisons());
    deadLetters = rawOutput(TOPICS.deadLetters());
  }

  /** Nobody answers for the id of the models. */
  private static String idOf(String topic) {
    if (topic.equals(TOPICS.models().name())) {
      throw new TimeoutException("no broker answers");
    }
    return "cluster/" + topic;
  }

  /**
   * An earlier start has read the examples of images 0, 1 and so on from a topic; the driver brings
   * no store back.
   *
   * @param id of the examples topic; empty where an earlier build has read it
   */
  void hasRead(int examples, String id) {
    String topic = TOPICS.imageExamples().name();
    var offsets = kafka().<String, Long>getKeyValueStore(PrequentialScope.READ_OFFSETS);
    offsets.put(topic + "-0", (long) examples);
    if (!id.isEmpty()) {
      offsets.put(topic + "-0@" + id, (long) examples);
    }
    var positions =
        kafka().<String, InputRange>getTimestampedKeyValueStore(PrequentialScope.EXAMPLE_POSITIONS);
    for (int i = 0; i < examples; i++) {
      var position = new InputRange(topic, 0, (long) i, i + 1L, id);
      positions.put(
          Subject.coordinates(source(i)), ValueAndTimestamp.make(position, now().toEpochMilli()));
    }
  }

  /** Stores the sums of an earlier build, which kept no details, of right predictions alone. */
  void hasJudged(long count, Scope scope) {
    var totals = kafka().<String, Tally>getTimestampedKeyValueStore(ScoreAggregator.TOTAL_TALLIES);
    var tally = new Tally(count, count, 0.0, 0.0, 0L, 0L, 0L, List.of(), List.of(), List.of());
    totals.put(
        WindowKey.modelTotal(MODEL, scope, false),
        ValueAndTimestamp.make(tally, now().toEpochMilli()));
  }

  /** Stores a prediction that waits for its label as an earlier build did. */
  void hasStored(Prediction prediction) {
    var store =
        kafka()
            .<String, Prediction>getTimestampedKeyValueStore(
                PredictionLabelJoin.UNLABELLED_PREDICTIONS);
    long millis = now().toEpochMilli();
    String key =
        String.join(
            "\0",
            prediction.getSubject(),
            prediction.getModel(),
            Subject.coordinates(prediction.getSource()) + "@c/old",
            Long.toString(millis));
    store.put(key, ValueAndTimestamp.make(prediction, millis));
  }

  /** From now on the coordinates of images are in a topic of this id. */
  void imagesAre(String id) {
    imagesId = id;
  }

  private TestRecord<String, Prediction> record(String key, Prediction value) {
    var headers = new RecordHeaders();
    SourceTopic.put(headers, imagesId);
    return new TestRecord<>(key, value, headers, now());
  }

  /** Anything on any topic. */
  void send(Topic<?, ?> topic, byte[] key, byte[] value) {
    rawInput(topic).pipeInput(key, value, now());
  }

  /** A version predicts that image {@code id}, which lay at offset {@code id}, is a 7. */
  void predicted(int id, long version, String givenLabel) {
    var classes = List.of(new ClassScore("7", 0.75, 1.1), new ClassScore("1", 0.25, 0.0));
    predicted(id, version, givenLabel, classes, null);
  }

  /** A version that knows no class answers to image {@code id} without a label. */
  void unanswered(int id, long version, String givenLabel) {
    predicted(id, version, givenLabel, List.of(), NoLabelReason.NO_CLASS_YET);
  }

  private void predicted(
      int id, long version, String givenLabel, List<ClassScore> classes, NoLabelReason reason) {
    var prediction =
        new Prediction(
            "image/" + id,
            classes.isEmpty() ? null : classes.getFirst().getLabel(),
            classes.isEmpty() ? 0 : classes.getFirst().getProbability(),
            classes,
            MODEL,
            version,
            null,
            givenLabel,
            source(id),
            null,
            reason);
    predictions.pipeInput(record(Integer.toString(id), prediction));
  }

  /** A record of predictions as it is. */
  void predicted(ProducerRecord<byte[], Prediction> record) {
    predictions.pipeInput(asItIs(record));
  }

  /** A record of shadow-predictions as it is. */
  void shadowed(ProducerRecord<byte[], Prediction> record) {
    shadowPredictions.pipeInput(asItIs(record));
  }

  private static TestRecord<String, Prediction> asItIs(ProducerRecord<byte[], Prediction> record) {
    return new TestRecord<>(
        record.value().getSubject(),
        record.value(),
        record.headers(),
        Instant.ofEpochMilli(record.timestamp()));
  }

  /** A record of labels as it is. */
  void label(ProducerRecord<byte[], byte[]> record) {
    labels.pipeInput(
        new TestRecord<>(
            null, record.value(), record.headers(), Instant.ofEpochMilli(record.timestamp())));
  }

  void label(int id, String label) {
    byte[] value = AvroCodec.of(Label.class).encode(new Label("image/" + id, label));
    labels.pipeInput(null, value, now());
  }

  /** The next record of image-examples: the example of an image. */
  void example(int id) {
    example("image/" + id, source(id));
  }

  /** The next record of image-examples. */
  void example(String subject, Source source) {
    var example = new ImageExample(subject, ByteBuffer.allocate(1), null, "7", source);
    var headers = new RecordHeaders();
    SourceTopic.put(headers, imagesId);
    imageExamples.pipeInput(
        new TestRecord<>(
            bytes(subject), AvroCodec.of(ImageExample.class).encode(example), headers, now()));
  }

  /** A version was trained on the first records of image-examples. */
  void manifest(long version, long to) {
    manifest(version, to, List.of("1", "7"));
  }

  /** A version that knows these classes. */
  void manifest(long version, long to, List<String> classes) {
    manifest(MODEL, version, to, classes);
  }

  /** A version of a model. */
  void manifest(String model, long version, long to, List<String> classes) {
    var manifest =
        new ModelManifest(
            model,
            version,
            1,
            0,
            0L,
            "",
            to,
            classes,
            List.of(new InputRange(TOPICS.imageExamples().name(), 0, 0L, to, examplesId)),
            Map.of(),
            Map.of(),
            Map.of(),
            null,
            "",
            "");
    models.pipeInput(ModelKey.part(model, version, 0).text(), new byte[] {1}, now());
    models.pipeInput(
        ModelKey.manifest(model, version).text(),
        AvroCodec.of(ModelManifest.class).encode(manifest),
        now());
  }

  private static Source source(int id) {
    return new Source("images", 0, (long) id);
  }

  /** What is published by now(); records in the order of publication. */
  List<TestRecord<String, Evaluation>> published() {
    kafka().advanceWallClockTime(CONFIG.publishInterval());
    return evaluations.readRecordsToList();
  }

  /** What was published about challengers since the last call; after {@link #published}. */
  List<Evaluation> shadows() {
    return shadowEvaluations.readValuesToList();
  }

  /** The comparisons that were published since the last call; after {@link #published}. */
  List<TestRecord<String, Comparison>> comparisons() {
    return comparisons.readRecordsToList();
  }

  /** How many were judged of each version and scope, by what is published last of every window. */
  Map<String, Long> counts() {
    return counts(last(), Evaluation::getCount);
  }

  /** What is published last of every window. */
  List<Evaluation> last() {
    Map<String, Evaluation> last = new TreeMap<>();
    published()
        .forEach(record -> {
          Evaluation it = record.value();
          last.put(it.getVersion() + " " + it.getScope() + " " + it.getWindowStart(), it);
        });
    return List.copyOf(last.values());
  }

  /** A number summed over the windows of each version and scope; those without any are left out. */
  static Map<String, Long> counts(List<Evaluation> last, ToLongFunction<Evaluation> number) {
    Map<String, Long> counts = new TreeMap<>();
    last.forEach(it ->
        counts.merge(it.getVersion() + " " + it.getScope(), number.applyAsLong(it), Long::sum));
    counts.values().removeIf(count -> count == 0);
    return counts;
  }

  static String key(long version, Scope scope) {
    return version + " " + scope;
  }
}
