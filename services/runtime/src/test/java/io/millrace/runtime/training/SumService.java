package io.millrace.runtime.training;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.runtime.kafka.Transactions;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.testing.FailpointHalt;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.topics.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigDef;

/**
 * Instances of a service that trains a {@link SumTrainer} in batches of five records, two batches a
 * step, on a topic of its own broker prefix.
 */
public final class SumService implements AutoCloseable {

  static final int STEP_RECORDS = 10;

  final TestKafka kafka;
  public final Settings settings;
  private final List<Service> services = new ArrayList<>();
  private final List<FailpointHalt> stops = new ArrayList<>();

  public SumService() {
    this(new TestKafka());
  }

  SumService(TestKafka kafka) {
    this.kafka = kafka;
    this.settings = kafka.settings(Map.of());
  }

  /** A topic of one partition. */
  public Topic<?, ?> oneLog() {
    return kafka.topics().imageExamples();
  }

  /** A topic of four partitions. */
  Topic<?, ?> fourLogs() {
    return kafka.topics().images();
  }

  public Instance start(Topic<?, ?> input) {
    return start(input, Map.of(), moment -> {});
  }

  Instance start(Topic<?, ?> input, FailpointHalt stop) {
    stops.add(stop);
    return start(input, Map.of(), stop);
  }

  /** Starts an instance with some of the loop's settings changed. */
  Instance start(
      Topic<?, ?> input, Map<String, String> more, Transactions.FailpointListener probe) {
    Map<String, String> all = new HashMap<>();
    all.put("sum.batch.size", "5");
    all.put("sum.step.batches", "2");
    all.put("sum.step.idle.ms", "0");
    all.put("sum.merge.slice", "3");
    all.put("sum.max.poll.interval.ms", "3000");
    all.put("sum.session.timeout.ms", "6000");
    all.putAll(more);
    var config = TrainerLoopConfig.from("sum", Settings.of(all).read(loop()));
    Map<String, String> trainerSettings = new HashMap<>();
    trainerSettings.put("seed", all.getOrDefault("seed", "42"));
    if (all.containsKey("rehearses")) {
      trainerSettings.put("rehearses", "true");
    }
    if (all.containsKey("grows")) {
      trainerSettings.put("grows", "true");
    }
    Service service =
        TrainerLoop.of(
            "sum",
            settings,
            config,
            input,
            () -> new SumTrainer(trainerSettings, kafka.topics().predictions().name()),
            probe);
    var meters = new SimpleMeterRegistry();
    service.bindTo(meters);
    services.add(service);
    service.start();
    return new Instance(service, meters);
  }

  private static ConfigDef loop() {
    ConfigDef definition = TrainerLoopConfig.definition("sum", 64, 10);
    TrainerLoopConfig.defineCheckpoints(definition, "sum");
    return definition;
  }

  /** How the trainer of {@link #start} is made from the settings that a manifest holds. */
  TrainerLoop.Definition<Long> definition(Settings of, Topic<?, ?> input) {
    var config = TrainerLoopConfig.from("sum", of.read(loop()));
    return new TrainerLoop.Definition<>(
        "sum",
        config,
        input,
        () -> new SumTrainer(Map.of("seed", "42"), kafka.topics().predictions().name()));
  }

  /** One instance and its figures. */
  record Instance(Service service, SimpleMeterRegistry meters) {

    double count(String name) {
      return meters.get(name).counters().stream().mapToDouble(Counter::count).sum();
    }

    double gauge(String name) {
      return meters.get(name).gauge().value();
    }

    /** Why it failed, once it has. */
    String awaitFailure() {
      TestKafka.await("failure", () -> service.health() == Service.Health.FAILED);
      return service.failure();
    }

    void close() {
      service.close(Duration.ofSeconds(10));
    }
  }

  public void send(Topic<?, ?> topic, LongStream values) {
    send(topic, 0, values);
  }

  void send(Topic<?, ?> topic, int partition, LongStream values) {
    kafka.sendAll(values.mapToObj(value -> record(topic, partition, value)).toList());
  }

  private static ProducerRecord<byte[], byte[]> record(Topic<?, ?> topic, int partition, long v) {
    return new ProducerRecord<>(topic.name(), partition, null, SumTrainer.text(v));
  }

  /** The bytes of a version, once it is there. */
  public byte[] awaitVersion(long version) {
    TestKafka.await("version " + version, () -> load(version).length > 0);
    return load(version);
  }

  private byte[] load(long version) {
    return ModelReader.load(settings, "sum", OptionalLong.of(version))
        .map(ModelVersion::bytes)
        .orElse(new byte[0]);
  }

  List<ModelManifest> manifests() {
    return ModelReader.manifests(settings);
  }

  /** The steps as another topic shows them: one record each, if each committed once. */
  List<String> outputs() {
    return kafka.committed(kafka.topics().predictions().name()).stream()
        .map(record -> new String(record.value(), java.nio.charset.StandardCharsets.UTF_8))
        .sorted((a, b) -> Long.compare(Long.parseLong(a), Long.parseLong(b)))
        .toList();
  }

  /** What an undisturbed trainer makes of these values in this order. */
  static byte[] model(LongStream values) {
    var trainer = new SumTrainer(Map.of(), "none");
    trainer.initialise();
    trainer.learn(values.boxed().toList());
    return trainer.snapshot().model();
  }

  void closeAll() {
    services.forEach(service -> service.close(Duration.ofSeconds(10)));
  }

  @Override
  public void close() {
    stops.forEach(FailpointHalt::kill);
    services.forEach(service -> service.close(Duration.ofSeconds(10)));
    kafka.close();
  }
}
