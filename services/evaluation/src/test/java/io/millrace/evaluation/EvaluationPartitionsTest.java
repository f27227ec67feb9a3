package io.millrace.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.models.ModelKey;
import io.millrace.runtime.settings.SettingsException;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.Evaluation;
import io.millrace.schemas.avro.ImageExample;
import io.millrace.schemas.avro.InputRange;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.Prediction;
import io.millrace.schemas.avro.Scope;
import io.millrace.topics.Topic;
import io.millrace.topics.Topics;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two partitions of the evaluation, on two instances and a real broker. */
final class EvaluationPartitionsTest {

  private static final Duration STOP_WITHIN = Duration.ofSeconds(30);
  private static final int STREAM = 2000;
  private static final int MAX_DELAY = 10_000;

  @TempDir private Path folder;

  private final TestKafka kafka = new TestKafka();
  private final Random random = new Random(5);
  private final List<Service> running = new ArrayList<>();

  @AfterEach
  void close() {
    running.forEach(service -> service.close(STOP_WITHIN));
    kafka.close();
  }

  @Test
  void twoPartitionsOnTwoInstancesGiveWhatAComputationOverTheWholeStreamGives() {
    Topics topics = kafka.topics();
    var stream =
        new LabelledStream(
            topics.images().name(), 11, STREAM, System.currentTimeMillis() - 600_000, MAX_DELAY);
    Map<String, String> settings =
        Map.of(
            "evaluation.partitions", "2", "evaluation.slice.header", LabelledStream.SLICE_HEADER);
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    AvroCodec<Prediction> codec = AvroCodec.of(Prediction.class);
    stream
        .predictions()
        .forEach(it ->
            records.add(
                new ProducerRecord<>(
                    topics.predictions().name(),
                    random.nextInt(4),
                    it.timestamp(),
                    it.key(),
                    codec.encode(it.value()),
                    it.headers())));
    for (var label : stream.labels()) {
      records.add(
          random.nextInt(records.size()),
          new ProducerRecord<>(
              topics.labels().name(),
              random.nextInt(4),
              label.timestamp(),
              null,
              label.value(),
              label.headers()));
    }

    start("first", settings);
    start("second", settings);
    kafka.sendAll(records.subList(0, STREAM));
    for (int version = 0; version < LabelledStream.VERSIONS; version++) {
      long to = (long) version * LabelledStream.STEP;
      kafka.send(
          topics.models(),
          ModelKey.manifest("vision", version).text(),
          AvroCodec.of(ModelManifest.class)
              .encode(manifest("vision", version, to, LabelledStream.CLASSES)));
    }
    for (int id = 0; id < LabelledStream.VERSIONS * LabelledStream.STEP; id++) {
      String subject = LabelledStream.subject(id);
      kafka.send(
          topics.imageExamples(),
          subject,
          new ImageExample(subject, ByteBuffer.allocate(1), null, "7", stream.source(id)));
    }
    kafka.sendAll(records.subList(STREAM, records.size()));

    kafka.await(topics.evaluations().name(), 1);
    Map<String, Evaluation> last = new TreeMap<>();
    kafka.await(
        topics.evaluations().name(),
        found -> {
          last.putAll(lastOfVersions(found));
          return isComplete(stream, last);
        });
    for (boolean seen : new boolean[] {false, true}) {
      for (int version = 0; version < LabelledStream.VERSIONS; version++) {
        Evaluation of = last.get(key(version, seen));
        if (of != null) {
          assertThat(of.getVersionCorrect()).isEqualTo(stream.correct(version, seen));
          // The brokers stamp predictions when they come, so that delays are others.
          stream.checkAllButDelays(version, seen, of.getVersionDetails(), 20);
        }
      }
    }
  }

  @Test
  void twoPartitionsOnTwoInstancesCompareChallengersAsAComputationOverTheWholeStreamDoes() {
    Topics topics = kafka.topics();
    String images = topics.images().name();
    var stream =
        new ShadowedStream(images, 12, STREAM, System.currentTimeMillis() - 600_000, MAX_DELAY);
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    stream.predictions().forEach(it -> records.add(sent(topics.predictions().name(), it)));
    stream.shadows().forEach(it -> insert(records, sent(topics.shadowPredictions().name(), it)));
    for (var label : stream.labels()) {
      insert(
          records,
          new ProducerRecord<>(topics.labels().name(), random.nextInt(4), null, label.value()));
    }

    start("first", Map.of("evaluation.partitions", "2"));
    start("second", Map.of("evaluation.partitions", "2"));
    kafka.sendAll(records.subList(0, STREAM));
    for (int version = 0; version < ShadowedStream.VERSIONS; version++) {
      long to = (long) version * ShadowedStream.STEP;
      for (String model : ShadowedStream.MODELS) {
        kafka.send(
            topics.models(),
            ModelKey.manifest(model, version).text(),
            AvroCodec.of(ModelManifest.class)
                .encode(manifest(model, version, to, ShadowedStream.CLASSES)));
      }
    }
    for (int id = 0; id < ShadowedStream.VERSIONS * ShadowedStream.STEP; id++) {
      String subject = LabelledStream.subject(id);
      kafka.send(
          topics.imageExamples(),
          subject,
          new ImageExample(subject, ByteBuffer.allocate(1), null, "7", stream.source(id)));
    }
    kafka.sendAll(records.subList(STREAM, records.size()));

    Map<String, List<Long>> served = stream.figures(false);
    Map<String, List<Long>> shadows = stream.figures(true);
    // The brokers stamp predictions when they come.
    Map<String, List<Long>> comparisons = stream.comparisons(times(topics), 10_000);
    assertThat(awaited(topics.evaluations(), ShadowedStream::figures, served)).isEqualTo(served);
    assertThat(awaited(topics.shadowEvaluations(), ShadowedStream::figures, shadows))
        .isEqualTo(shadows);
    assertThat(awaited(topics.comparisons(), ShadowedStream::comparisons, comparisons))
        .isEqualTo(comparisons);
  }

  /** What a topic says once it says as much as is expected. */
  private <T extends SpecificRecordBase> Map<String, List<Long>> awaited(
      Topic<String, T> topic,
      Function<List<T>, Map<String, List<Long>>> figures,
      Map<String, List<Long>> expected) {
    Map<String, List<Long>> found = new TreeMap<>();
    kafka.await(
        topic.name(),
        records -> {
          found.putAll(
              figures.apply(
                  records.stream()
                      .map(it -> topic.values().deserializer().deserialize("", it.value()))
                      .toList()));
          return sum(found) >= sum(expected);
        });
    return found;
  }

  private static long sum(Map<String, List<Long>> figures) {
    return figures.values().stream().flatMap(List::stream).mapToLong(Long::longValue).sum();
  }

  /** The record times of what was served, by the coordinates of its source. */
  private Map<String, Long> times(Topics topics) {
    Map<String, Long> times = new TreeMap<>();
    kafka
        .committed(topics.predictions().name())
        .forEach(it ->
            times.put(
                Subject.coordinates(
                    AvroCodec.of(Prediction.class).decodeOrThrow(it.value()).getSource()),
                it.timestamp()));
    return times;
  }

  private ProducerRecord<byte[], byte[]> sent(
      String topic, ProducerRecord<byte[], Prediction> record) {
    return new ProducerRecord<>(
        topic,
        random.nextInt(4),
        record.timestamp(),
        record.key(),
        AvroCodec.of(Prediction.class).encode(record.value()),
        record.headers());
  }

  private void insert(
      List<ProducerRecord<byte[], byte[]>> records, ProducerRecord<byte[], byte[]> record) {
    records.add(random.nextInt(records.size()), record);
  }

  private static boolean isComplete(LabelledStream stream, Map<String, Evaluation> last) {
    for (int version = 0; version < LabelledStream.VERSIONS; version++) {
      for (boolean seen : new boolean[] {false, true}) {
        Evaluation found = last.get(key(version, seen));
        long labelled = stream.labelled(seen).getOrDefault(version, 0L);
        if (labelled > 0
            && (found == null
                || found.getVersionCount() + found.getVersionUnanswered() != labelled)) {
          return false;
        }
      }
    }
    return true;
  }

  /** The last record of each version and scope that has the version's details. */
  private static Map<String, Evaluation> lastOfVersions(
      List<ConsumerRecord<byte[], byte[]>> records) {
    Map<String, Evaluation> last = new TreeMap<>();
    for (var record : records) {
      Evaluation it = AvroCodec.of(Evaluation.class).decodeOrThrow(record.value());
      if (it.getVersionDetails() != null) {
        last.put(key((int) it.getVersion(), it.getScope() == Scope.SEEN), it);
      }
    }
    return last;
  }

  private static String key(int version, boolean seen) {
    return version + " " + (seen ? Scope.SEEN : Scope.PREQUENTIAL);
  }

  @Test
  void refusesAnotherNumberOfPartitionsThanItsStateHas() throws Exception {
    start("first", Map.of());
    running.removeFirst().close(STOP_WITHIN);

    assertThatThrownBy(() ->
            EvaluationService.TYPE
                .create()
                .apply(kafka.settings(Map.of("evaluation.partitions", "4"))))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("evaluation.partitions is 4")
        .hasMessageContaining("set 1");
  }

  private void start(String instance, Map<String, String> others) {
    Map<String, String> settings = new HashMap<>(others);
    settings.put("state.directory", folder.resolve(instance).toString());
    Service service = EvaluationService.TYPE.create().apply(kafka.settings(settings));
    running.add(service);
    service.start();
    TestKafka.await(instance + " is ready", () -> service.health() == Service.Health.READY);
  }

  private ModelManifest manifest(String model, long version, long to, List<String> classes) {
    return new ModelManifest(
        model,
        version,
        1,
        0,
        0L,
        "",
        to,
        classes,
        List.of(new InputRange(kafka.topics().imageExamples().name(), 0, 0L, to, "")),
        Map.of(),
        Map.of(),
        Map.of(),
        null,
        "",
        "");
  }
}
