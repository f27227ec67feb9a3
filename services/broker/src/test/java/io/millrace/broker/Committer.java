package io.millrace.broker;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A broker and producers that commit one transaction after the other, until somebody kills the
 * process. Each transaction is a record on every partition of every topic. Prints a line for each
 * that is committed.
 */
final class Committer {

  static final int PARTITIONS = 10;
  static final List<String> TOPICS = IntStream.range(0, 4).mapToObj(i -> "topic-" + i).toList();

  private static final int PRODUCERS = 4;

  private Committer() {}

  /** Takes the broker's folder. */
  public static void main(String[] arguments) throws Exception {
    EmbeddedBroker broker = EmbeddedBroker.start(Path.of(arguments[0]), 0);
    try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      if (admin.listTopics().names().get().isEmpty()) {
        admin
            .createTopics(
                TOPICS.stream().map(name -> new NewTopic(name, PARTITIONS, (short) 1)).toList())
            .all()
            .get();
      }
    }
    var committed = new AtomicInteger();
    for (int i = 0; i < PRODUCERS; i++) {
      String id = "producer-" + i;
      Thread.ofPlatform().start(() -> commit(broker.bootstrapServers(), id, committed));
    }
  }

  private static void commit(String bootstrapServers, String id, AtomicInteger committed) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers", bootstrapServers,
            "transactional.id", id,
            // So long hides the one that was open at the end what comes after it, by right.
            "transaction.timeout.ms", 3000);
    try (var producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.initTransactions();
      while (true) {
        producer.beginTransaction();
        for (String topic : TOPICS) {
          for (int partition = 0; partition < PARTITIONS; partition++) {
            producer.send(new ProducerRecord<>(topic, partition, null, new byte[10]));
          }
        }
        producer.commitTransaction();
        System.out.println(committed.incrementAndGet());
      }
    }
  }
}
