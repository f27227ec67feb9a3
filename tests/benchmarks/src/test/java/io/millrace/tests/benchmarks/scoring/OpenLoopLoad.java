package io.millrace.tests.benchmarks.scoring;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Images at a steady rate, whatever becomes of them, and how long after an image was due its answer
 * was read by a consumer of committed records. An image that is sent late, because the sender was
 * held up, counts from when it was due: no coordinated omission (Tene).
 */
final class OpenLoopLoad implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ScoringRun run;
  private final MnistImages mnist;
  private final int rate;
  private final String name;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> consumer;

  /** A load of a number of images a second; its name distinguishes its images from others'. */
  OpenLoopLoad(ScoringRun run, MnistImages mnist, int rate, String name) {
    this.run = run;
    this.mnist = mnist;
    this.rate = rate;
    this.name = name;
    this.producer = run.producer(Map.of("linger.ms", 0));
    this.consumer = consumer(run.bootstrapServers());
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : List.of(predictions(), run.topics().reconstructions().name())) {
      consumer.partitionsFor(topic).stream()
          .map(partition -> new TopicPartition(topic, partition.partition()))
          .forEach(partitions::add);
    }
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
  }

  private String predictions() {
    return run.topics().predictions().name();
  }

  private static KafkaConsumer<byte[], byte[]> consumer(String bootstrapServers) {
    Map<String, Object> client = new HashMap<>();
    client.put("bootstrap.servers", bootstrapServers);
    client.put("isolation.level", "read_committed");
    client.put("enable.auto.commit", false);
    return new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /**
   * What was measured, in microseconds.
   *
   * @param sending how late images were handed to the producer: the part of the load itself
   */
  record Latencies(Histogram predictions, Histogram reconstructions, Histogram sending) {}

  /**
   * Sends and reads.
   *
   * @param warmUp of which nothing is counted
   */
  Latencies measure(Duration warmUp, Duration measured) throws InterruptedException {
    long skipped = warmUp.toSeconds() * rate;
    long all = skipped + measured.toSeconds() * rate;
    var sending = new Histogram(3);
    // A moment for the threads to get going.
    long begin = System.nanoTime() + 100_000_000;
    Thread sender =
        Thread.ofPlatform().daemon().name("load").start(() -> send(begin, skipped, all, sending));
    var latencies = new Latencies(new Histogram(3), new Histogram(3), sending);
    long left = 2 * all;
    long deadline = begin + warmUp.plus(measured).plus(PATIENCE).toNanos();
    while (left > 0) {
      for (ConsumerRecord<byte[], byte[]> answer : consumer.poll(Duration.ofMillis(500))) {
        left -= count(answer, begin, skipped, latencies) ? 1 : 0;
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError(left + " answers have not come");
      }
    }
    sender.join();
    return latencies;
  }

  private void send(long begin, long skipped, long all, Histogram sending) {
    for (long i = 0; i < all; i++) {
      long due = due(begin, i);
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      byte[] key = (name + i).getBytes(UTF_8);
      byte[] value = mnist.value((int) (i % mnist.count()), MnistImages.Encoding.PNG);
      producer.send(new ProducerRecord<>(run.topics().images().name(), key, value));
      if (i >= skipped) {
        sending.recordValue(Math.max(0, System.nanoTime() - due) / 1_000);
      }
    }
  }

  private long due(long begin, long image) {
    return begin + image * 1_000_000_000L / rate;
  }

  /** Whether it answers an image of this load. */
  private boolean count(
      ConsumerRecord<byte[], byte[]> answer, long begin, long skipped, Latencies latencies) {
    boolean prediction = answer.topic().equals(predictions());
    String key = new String(answer.key(), UTF_8).substring(prediction ? "image/".length() : 0);
    if (!key.startsWith(name)) {
      return false;
    }
    long image = Long.parseLong(key.substring(name.length()));
    if (image >= skipped) {
      (prediction ? latencies.predictions() : latencies.reconstructions())
          .recordValue(Math.max(0, System.nanoTime() - due(begin, image)) / 1_000);
    }
    return true;
  }

  @Override
  public void close() {
    producer.close();
    consumer.close();
  }
}
