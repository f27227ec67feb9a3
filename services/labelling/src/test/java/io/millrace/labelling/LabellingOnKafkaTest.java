package io.millrace.labelling;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.testing.MixedBuilds;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.Image;
import io.millrace.schemas.avro.ImageExample;
import io.millrace.schemas.avro.Label;
import io.millrace.topics.Catalogue;
import io.millrace.topics.InternalTopic;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The service on a real broker: four partitions, odd producers, two instances, a restart. */
final class LabellingOnKafkaTest {

  private static final Duration STOP_WITHIN = Duration.ofSeconds(30);
  private static final int IMAGES = 3000;
  private static final int DISPLACEMENT = 1000;
  private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  @RegisterExtension private final MixedBuilds builds = new MixedBuilds();
  @TempDir private Path folder;

  private final TestKafka kafka = new TestKafka();
  private final Random random = new Random(11);
  private final List<Service> running = new ArrayList<>();

  @AfterEach
  void close() {
    running.forEach(service -> service.close(STOP_WITHIN));
    kafka.close();
  }

  @Test
  void everyImageIsWrittenOnceWithItsLabelThoughLabelsComeFarBeforeAndAfter() throws Exception {
    List<ProducerRecord<byte[], byte[]>> stream = stream();
    start("first");
    kafka.sendAll(stream.subList(0, IMAGES));
    start("second");
    kafka.sendAll(stream.subList(IMAGES, IMAGES + IMAGES / 2));
    running.removeFirst().close(STOP_WITHIN);
    kafka.sendAll(stream.subList(IMAGES + IMAGES / 2, stream.size()));

    List<ConsumerRecord<byte[], byte[]>> written =
        kafka.await(kafka.topics().imageExamples().name(), IMAGES);

    AvroCodec<ImageExample> avro = AvroCodec.of(ImageExample.class);
    assertThat(written)
        .map(record -> avro.decodeOrThrow(record.value()))
        .map(example -> example.getSubject() + " is " + example.getLabel())
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, IMAGES).mapToObj(i -> "image/" + i + " is " + i % 10).toList());
    assertThat(written)
        .allSatisfy(record ->
            assertThat(record.headers().lastHeader("traceparent").value())
                .isEqualTo(LabellingTestDriver.bytes(TRACE)));
    assertThat(kafka.admin().listTopics().names().get())
        .filteredOn(name -> name.startsWith(kafka.topics().prefix() + "millrace-labelling-"))
        .containsExactlyInAnyOrderElementsOf(
            Catalogue.load().streams().stream()
                .filter(topic -> topic.owner().equals("labelling"))
                .map(InternalTopic::name)
                .map(name -> kafka.topics().prefix() + name)
                .toList());
  }

  @Test
  void aTimeInMicrosecondsStopsNothingAndTheBrokerStampsWhatIsDerived() throws Exception {
    String topic = kafka.topics().images().name();
    var anyTime = new ConfigEntry("message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE));
    kafka
        .admin()
        .incrementalAlterConfigs(
            Map.of(
                new ConfigResource(ConfigResource.Type.TOPIC, topic),
                List.of(new AlterConfigOp(anyTime, AlterConfigOp.OpType.SET))))
        .all()
        .get();
    long before = System.currentTimeMillis();
    start("only");
    kafka.send(
        new ProducerRecord<>(
            topic,
            0,
            before * 1000,
            LabellingTestDriver.bytes("wrong"),
            LabellingTestDriver.png(1)));
    kafka.send(label("image/wrong", "7"));

    ConsumerRecord<byte[], byte[]> written =
        kafka.await(kafka.topics().imageExamples().name(), 1).getFirst();

    assertThat(written.timestampType()).isEqualTo(TimestampType.LOG_APPEND_TIME);
    assertThat(written.timestamp()).isBetween(before, System.currentTimeMillis());
    var repartition =
        new ConfigResource(ConfigResource.Type.TOPIC, internal("by-subject-repartition"));
    var configs = kafka.admin().describeConfigs(List.of(repartition)).all().get().get(repartition);
    assertThat(configs.get("message.timestamp.type").value()).isEqualTo("LogAppendTime");
    assertThat(configs.get("retention.ms").value()).isEqualTo("-1");
  }

  @Test
  void anImageOfEightMebibytesWaitsAndPasses() {
    byte[] large = Arrays.copyOf(LabellingTestDriver.png(1), 8 << 20);
    start("only");
    kafka.send(
        new ProducerRecord<>(
            kafka.topics().images().name(), LabellingTestDriver.bytes("large"), large));
    kafka.await(internal("unlabelled-subjects-changelog"), 1);
    kafka.send(label("image/large", "7"));

    List<ConsumerRecord<byte[], byte[]>> written =
        kafka.await(kafka.topics().imageExamples().name(), 1);

    ImageExample example =
        AvroCodec.of(ImageExample.class).decodeOrThrow(written.getFirst().value());
    assertThat(example.getPayload()).isEqualTo(ByteBuffer.wrap(large));
  }

  @Test
  void storesMayBeTransactional() {
    Map<String, String> settings =
        Map.of(
            "labelling.transactional.stores", "true",
            "instance.id", "local");
    start("one", settings);
    kafka.sendAll(
        List.of(
            new ProducerRecord<>(
                kafka.topics().images().name(),
                LabellingTestDriver.bytes("a"),
                LabellingTestDriver.png(1)),
            label("image/b", "7")));
    kafka.await(internal("unlabelled-subjects-changelog"), 1);
    running.removeFirst().close(STOP_WITHIN);

    start("one", settings);
    kafka.send(label("image/a", "7"));

    assertThat(kafka.await(kafka.topics().imageExamples().name(), 1)).hasSize(1);
  }

  private String internal(String name) {
    return kafka.topics().prefix() + "millrace-labelling-" + name;
  }

  private void start(String instance) {
    start(instance, Map.of());
  }

  private void start(String instance, Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("state.directory", folder.resolve(instance).toString());
    Service service = LabellingService.TYPE.create().apply(kafka.settings(settings));
    running.add(service);
    service.start();
    TestKafka.await(instance + " is ready", () -> service.health() == Service.Health.READY);
  }

  /** Images in order; the labels of every second one far before it, of the others far after. */
  private List<ProducerRecord<byte[], byte[]>> stream() {
    record Placed(double at, ProducerRecord<byte[], byte[]> record) {}
    List<Placed> placed = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      double away = random.nextDouble(DISPLACEMENT);
      placed.add(new Placed(i, image(Integer.toString(i))));
      placed.add(
          new Placed(
              i % 2 == 0 ? i - away : i + away, label("image/" + i, Integer.toString(i % 10))));
    }
    return placed.stream()
        .sorted(Comparator.comparingDouble(Placed::at))
        .map(Placed::record)
        .toList();
  }

  private ProducerRecord<byte[], byte[]> image(String id) {
    byte[] value =
        AvroCodec.of(Image.class)
            .encode(new Image(ByteBuffer.wrap(LabellingTestDriver.png(id.hashCode())), null, null));
    var headers = new RecordHeaders().add("traceparent", LabellingTestDriver.bytes(TRACE));
    return new ProducerRecord<>(
        kafka.topics().images().name(), random.nextInt(4), id.getBytes(UTF_8), value, headers);
  }

  private ProducerRecord<byte[], byte[]> label(String subject, String label) {
    byte[] value = AvroCodec.of(Label.class).encode(new Label(subject, label));
    return new ProducerRecord<>(
        kafka.topics().labels().name(), random.nextInt(4), subject.getBytes(UTF_8), value);
  }
}
