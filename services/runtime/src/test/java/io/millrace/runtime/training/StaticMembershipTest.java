package io.millrace.runtime.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.batch.BatchLoop;
import io.millrace.runtime.batch.BatchLoopConfig;
import io.millrace.runtime.batch.EchoProcessor;
import io.millrace.runtime.kafka.Transactions;
import io.millrace.runtime.kafka.Transactions.Failpoint;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.settings.CommonConfig;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.testing.FailpointHalt;
import io.millrace.runtime.testing.TestKafka;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Instances that die within a transaction and start again under their name. All time-outs are a
 * quarter of an hour or longer: whoever waits for one waits here in vain.
 */
final class StaticMembershipTest {

  private static final List<String> TIMEOUTS =
      List.of("session.timeout.ms", "max.poll.interval.ms", "transaction.timeout.ms");

  private final TestKafka kafka = new TestKafka();
  private final Settings settings = kafka.settings(Map.of(CommonConfig.INSTANCE, "one"));
  private final FailpointHalt death = new FailpointHalt(Failpoint.OFFSETS_SENT, 2);
  private final List<Service> services = new ArrayList<>();

  @AfterEach
  void stop() {
    death.kill();
    services.forEach(service -> service.close(Duration.ofSeconds(10)));
    kafka.close();
  }

  @Test
  void aProcessorGoesOnAtOnce() {
    String predictions = kafka.topics().predictions().name();
    batchLoop(death);
    // How many records a transaction takes is not for a test to say.
    var sent = new AtomicInteger();
    TestKafka.await(
        "death",
        () -> {
          send(kafka.topics().images().name(), 4, sent.get(), sent.addAndGet(20));
          return death.isReached();
        });

    batchLoop(moment -> {});

    kafka.await(predictions, sent.get());
    assertThat(kafka.committed(predictions))
        .map(record -> new String(record.value(), StandardCharsets.UTF_8))
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, sent.get()).mapToObj(Integer::toString).toList());
  }

  @Test
  void aTrainerGoesOnAtOnce() {
    send(kafka.topics().imageExamples().name(), 1, 0, 100);
    trainerLoop(death);
    TestKafka.await("death", death::isReached);

    Service again = trainerLoop(moment -> {});

    TestKafka.await("readiness", () -> again.health() == Service.Health.READY);
    TestKafka.await(
        "ten versions after the first", () -> ModelReader.manifests(settings).size() == 11);
    assertThat(ModelReader.load(settings, "sum", java.util.OptionalLong.of(10)))
        .get()
        .extracting(ModelVersion::bytes)
        .isEqualTo(SumService.model(LongStream.range(0, 100)));
  }

  private void batchLoop(Transactions.FailpointListener probe) {
    var values = values("echo.batch.max.records", "10").read(BatchLoopConfig.definition("echo"));
    start(
        BatchLoop.of(
            "echo",
            settings,
            BatchLoopConfig.from("echo", values),
            () -> new EchoProcessor(kafka.topics(), topic -> true),
            probe));
  }

  private Service trainerLoop(Transactions.FailpointListener probe) {
    var values = values("unused", "").read(TrainerLoopConfig.definition("sum", 5, 2));
    return start(
        TrainerLoop.of(
            "sum",
            settings,
            TrainerLoopConfig.from("sum", values),
            kafka.topics().imageExamples(),
            () -> new SumTrainer(Map.of(), kafka.topics().predictions().name()),
            probe));
  }

  private static Settings values(String name, String value) {
    Map<String, String> all = new HashMap<>(Map.of(name, value));
    for (String timeout : TIMEOUTS) {
      all.put("echo." + timeout, "900000");
      all.put("sum." + timeout, "900000");
    }
    return Settings.of(all);
  }

  private Service start(Service service) {
    services.add(service);
    service.start();
    return service;
  }

  private void send(String topic, int partitions, int from, int to) {
    kafka.sendAll(
        IntStream.range(from, to)
            .mapToObj(value ->
                new ProducerRecord<byte[], byte[]>(
                    topic,
                    value % partitions,
                    null,
                    Integer.toString(value).getBytes(StandardCharsets.UTF_8)))
            .toList());
  }
}
