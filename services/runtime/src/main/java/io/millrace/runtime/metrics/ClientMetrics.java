package io.millrace.runtime.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.streams.KafkaStreams;

/**
 * The metrics that a Kafka client measures itself, published until this is closed. Micrometer looks
 * every minute for new ones, by default on a thread of each client; here on a virtual one, which is
 * none while it waits.
 */
public final class ClientMetrics implements AutoCloseable {

  private final ScheduledExecutorService refreshes;
  private final AutoCloseable binder;

  private ClientMetrics(ScheduledExecutorService refreshes, AutoCloseable binder) {
    this.refreshes = refreshes;
    this.binder = binder;
  }

  /** Publishes the metrics of a service's consumer. */
  public static ClientMetrics of(Consumer<?, ?> consumer, String service, MeterRegistry meters) {
    ScheduledExecutorService refreshes = refreshes();
    var binder = new KafkaClientMetrics(consumer, tags(service), refreshes);
    binder.bindTo(meters);
    return new ClientMetrics(refreshes, binder);
  }

  /** Publishes the metrics of a service's producer. */
  public static ClientMetrics of(Producer<?, ?> producer, String service, MeterRegistry meters) {
    ScheduledExecutorService refreshes = refreshes();
    var binder = new KafkaClientMetrics(producer, tags(service), refreshes);
    binder.bindTo(meters);
    return new ClientMetrics(refreshes, binder);
  }

  /** Publishes the metrics of a service on Kafka Streams. */
  public static ClientMetrics of(KafkaStreams streams, String service, MeterRegistry meters) {
    ScheduledExecutorService refreshes = refreshes();
    var binder = new KafkaStreamsMetrics(streams, tags(service), refreshes);
    binder.bindTo(meters);
    return new ClientMetrics(refreshes, binder);
  }

  private static ScheduledExecutorService refreshes() {
    return Executors.newSingleThreadScheduledExecutor(
        Thread.ofVirtual().name("kafka-metrics").factory());
  }

  private static Tags tags(String service) {
    return Tags.of("service", service);
  }

  /** Ends the look-outs for new metrics and removes those that are published. */
  @Override
  public void close() {
    refreshes.shutdownNow();
    try {
      binder.close();
    } catch (Exception e) {
      throw new IllegalStateException("the metrics of a client cannot be removed", e);
    }
  }
}
