package io.millrace.runtime.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.lifecycle.ServiceType;
import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.topics.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Runs the service of a trainer against brokers of the test's own, and stops all of them after each
 * test. Registered by {@code @RegisterExtension}. The service trains the model of its own name. A
 * quiet stream closes no step, unless the settings say so.
 */
public final class TrainerServiceFixture implements AfterEachCallback {

  private final ServiceType type;
  private final Map<String, String> settings;
  private final List<TestKafka> brokers = new ArrayList<>();
  private final List<Service> services = new ArrayList<>();

  /**
   * A fixture.
   *
   * @param settings the settings of every service that is started
   */
  public TrainerServiceFixture(ServiceType type, Map<String, String> settings) {
    this.type = type;
    this.settings = Map.copyOf(settings);
  }

  /** Starts a broker. */
  public TestKafka kafka() {
    var kafka = new TestKafka();
    brokers.add(kafka);
    return kafka;
  }

  /** Starts the service. */
  public Service start(TestKafka kafka) {
    return start(kafka, Map.of());
  }

  /** Starts the service with more settings. */
  public Service start(TestKafka kafka, Map<String, String> more) {
    Map<String, String> all = new HashMap<>();
    all.put(type.name() + ".step.idle.ms", "0");
    all.putAll(settings);
    all.putAll(more);
    Service service = type.create().apply(kafka.settings(all));
    services.add(service);
    service.start();
    return service;
  }

  /** Waits for a version that was trained on {@code count} records; fails if a service failed. */
  public void awaitRecords(TestKafka kafka, long count) {
    TestKafka.await(
        count + " records",
        () -> {
          services.forEach(service -> assertThat(service.failure()).isEmpty());
          return ModelReader.manifests(kafka.settings(Map.of())).stream()
              .mapToLong(ModelManifest::getRecords)
              .anyMatch(records -> records >= count);
        });
  }

  /** The newest version of the model. */
  public ModelVersion newestVersion(TestKafka kafka) {
    return ModelReader.load(kafka.settings(Map.of()), type.name(), OptionalLong.empty())
        .orElseThrow();
  }

  /**
   * The newest value of each key of a topic, in this build's schema. The manifest of a checkpoint
   * is left out: it names topic ids, which differ from broker to broker.
   */
  public Map<String, byte[]> newestValues(TestKafka kafka, Topic<?, ?> topic) {
    Map<String, byte[]> values = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : kafka.committed(topic.name())) {
      values.put(new String(record.key(), UTF_8), TomorrowsBuild.undone(record.value()));
    }
    values.remove(type.name() + "/" + type.name() + "/manifest");
    return values;
  }

  /** Fails unless a topic has the same newest values, of which there are some, on both brokers. */
  public void assertSameValues(TestKafka actual, TestKafka expected, Topic<?, ?> topic) {
    Map<String, byte[]> actualValues = newestValues(actual, topic);
    Map<String, byte[]> expectedValues = newestValues(expected, topic);
    assertThat(expectedValues).isNotEmpty();
    assertThat(actualValues.keySet()).isEqualTo(expectedValues.keySet());
    expectedValues.forEach(
        (key, value) -> assertThat(actualValues.get(key)).as(key).isEqualTo(value));
  }

  @Override
  public void afterEach(ExtensionContext context) {
    services.forEach(service -> service.close(Duration.ofSeconds(10)));
    brokers.forEach(TestKafka::close);
  }
}
