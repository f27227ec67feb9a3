package io.millrace.tests.benchmarks.scoring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.models.ModelRecords;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.ImageExample;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.Source;
import io.millrace.scoring.ScoringService;
import io.millrace.tests.benchmarks.CommitWatcher;
import io.millrace.topics.Catalogue;
import io.millrace.topics.Provisioner;
import io.millrace.topics.Topics;
import io.millrace.vision.VisionService;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A broker of this process with the topics, a model that has learned a little, and services. */
final class ScoringRun implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(30);

  /** A step of the trainer, so that there is a version that knows all classes. */
  private static final int TAUGHT = 16 * 80;

  private static final AvroCodec<ImageExample> EXAMPLES = AvroCodec.of(ImageExample.class);

  private final EmbeddedBroker broker;
  private final Admin admin;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Settings settings;
  private final MnistImages mnist;
  private final List<Service> running = new ArrayList<>();
  private long examples;

  /** Starts the broker and teaches the model. */
  ScoringRun(Path folder, MnistImages mnist, Map<String, String> given) {
    this.mnist = mnist;
    broker = EmbeddedBroker.start(folder, 0);
    admin = Admin.create(client());
    producer = producer(Map.of());
    new Provisioner(admin, "").createMissing(Catalogue.load());
    Map<String, String> all = new HashMap<>(given);
    all.put("bootstrap.servers", broker.bootstrapServers());
    for (String setting : System.getProperty("benchmark.settings", "").split(",")) {
      String[] parts = setting.split("=", 2);
      if (parts.length == 2) {
        all.put(parts[0], parts[1]);
      }
    }
    settings = Settings.of(all);
    teach(TAUGHT);
    Service trainer = train();
    awaitModel();
    stop(trainer);
  }

  private Map<String, Object> client() {
    return Map.of("bootstrap.servers", broker.bootstrapServers());
  }

  Topics topics() {
    return settings.topics();
  }

  Admin admin() {
    return admin;
  }

  String bootstrapServers() {
    return broker.bootstrapServers();
  }

  /** A producer of whoever sends images. */
  KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
    Map<String, Object> client = new HashMap<>(client());
    client.putAll(more);
    return new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Sends examples to the trainer. */
  void teach(int count) {
    for (int end = 0; end < count; end++) {
      int index = (int) (examples % mnist.count());
      String subject = "image/e" + examples;
      var example =
          new ImageExample(
              subject,
              ByteBuffer.wrap(mnist.value(index, MnistImages.Encoding.PIXELS)),
              "application/avro",
              mnist.label(index),
              new Source("images", 0, examples++));
      producer.send(
          new ProducerRecord<>(
              topics().imageExamples().name(), subject.getBytes(UTF_8), EXAMPLES.encode(example)));
    }
    producer.flush();
  }

  /** Sends all images so often. */
  void send(int passes, MnistImages.Encoding form) {
    for (int pass = 0; pass < passes; pass++) {
      for (int i = 0; i < mnist.count(); i++) {
        byte[] key = (pass + "-" + i).getBytes(UTF_8);
        producer.send(new ProducerRecord<>(topics().images().name(), key, mnist.value(i, form)));
      }
    }
    producer.flush();
  }

  Service train() {
    return start(VisionService.TYPE.create().apply(settings));
  }

  /** Starts to answer, with more settings than the run's. */
  Service score(Map<String, String> more) {
    return start(ScoringService.TYPE.create().apply(settings.with(more)));
  }

  private Service start(Service service) {
    service.start();
    running.add(service);
    return service;
  }

  void stop(Service service) {
    assertThat(service.failure()).isEmpty();
    service.close(STOP_WITHIN);
    running.remove(service);
  }

  /** Publishes the model's newest version as the first of a variant of each name. */
  void publishAsVariants(String... names) {
    ModelVersion newest = ModelReader.load(settings, "vision", OptionalLong.empty()).orElseThrow();
    for (String name : names) {
      var manifest = ModelManifest.newBuilder(newest.manifest()).setModel("vision-" + name).build();
      ModelRecords.version(topics().models().name(), manifest, newest.bytes())
          .forEach(producer::send);
    }
    producer.flush();
  }

  /** The end of a topic: its records, and the markers of transactions. */
  long end(String topic) {
    try (var consumer =
        new KafkaConsumer<>(client(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(it -> new TopicPartition(topic, it.partition()))
              .toList();
      return consumer.endOffsets(partitions).values().stream().mapToLong(it -> it).sum();
    }
  }

  /** How far the scoring has come over the images. */
  CommitWatcher committed() {
    return new CommitWatcher(admin, "millrace-scoring", topics().images().name(), PATIENCE);
  }

  private void awaitModel() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (ModelReader.load(settings, "vision", OptionalLong.of(1)).isEmpty()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("there is no version 1 of the model");
      }
      LockSupport.parkNanos(100_000_000);
    }
  }

  @Override
  public void close() {
    List.copyOf(running).forEach(this::stop);
    producer.close();
    admin.close();
    broker.close();
  }
}
