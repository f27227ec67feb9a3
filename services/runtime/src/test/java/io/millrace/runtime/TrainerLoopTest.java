package io.millrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.schemas.avro.InputRange;
import io.millrace.topics.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TrainerLoopTest {

  private static final TrainerLoopConfig CONFIG = config(Map.of());

  private final TestKafka kafka = new TestKafka();
  private final Settings settings = kafka.settings(Map.of());
  private final Topic<?, ?> oneLog = kafka.topics().imageExamples();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<Service> services = new ArrayList<>();

  @AfterEach
  void stop() {
    services.forEach(service -> service.close(Duration.ofSeconds(10)));
    kafka.close();
  }

  @Test
  void publishesTheSeededModelFirstAndAVersionForEveryStep() {
    send(oneLog, LongStream.range(0, 25));

    start(oneLog);
    awaitVersion(2);

    assertThat(ModelReader.manifests(settings))
        .extracting(manifest -> manifest.getVersion() + ":" + manifest.getRecords())
        .containsExactly("0:0", "1:10", "2:20");
    var newest = ModelReader.load(settings, "sum", OptionalLong.empty()).orElseThrow();
    assertThat(newest.manifest().getParts()).isEqualTo(2);
    assertThat(newest.manifest().getInputs())
        .containsExactly(new InputRange(oneLog.name(), 0, 0L, 20L));
    assertThat(newest.bytes()).isEqualTo(model(LongStream.range(0, 20)));
  }

  private Service start(Topic<?, ?> input) {
    Service service =
        TrainerLoop.of(
            "sum",
            settings,
            CONFIG,
            input,
            () -> new SumTrainer(Map.of("seed", "42"), kafka.topics().predictions().name()));
    services.add(service);
    service.bindTo(meters);
    service.start();
    return service;
  }

  private void awaitVersion(long version) {
    TestKafka.await(
        "version " + version,
        () -> {
          services.forEach(service -> assertThat(service.failure()).isEmpty());
          return ModelReader.load(settings, "sum", OptionalLong.of(version)).isPresent();
        });
  }

  private void send(Topic<?, ?> topic, LongStream values) {
    kafka.sendAll(
        values
            .mapToObj(value ->
                new ProducerRecord<byte[], byte[]>(topic.name(), 0, null, SumTrainer.text(value)))
            .toList());
  }

  private static byte[] model(LongStream values) {
    var trainer = new SumTrainer(Map.of(), "none");
    trainer.initialise();
    trainer.learn(values.boxed().toList());
    return trainer.snapshot().model();
  }

  private static TrainerLoopConfig config(Map<String, String> more) {
    var all = new java.util.HashMap<>(Map.of("sum.batch.size", "5", "sum.step.batches", "2"));
    all.putAll(more);
    var definition = TrainerLoopConfig.definition("sum", 64, 10);
    return TrainerLoopConfig.from("sum", Settings.of(all).read(definition));
  }
}
