package io.millrace.runtime.administration;

import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.models.ForgottenSubjects;
import io.millrace.runtime.models.KeptCheckpoint;
import io.millrace.runtime.models.ModelRecords;
import io.millrace.runtime.models.StoredVersions;
import io.millrace.runtime.records.ControlRecords;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.Subject;
import io.millrace.topics.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;

/**
 * What is written to forget subjects, one transaction each, of transactional ids that begin with
 * {@code forget-}: who does the same at the same time is fenced.
 */
public final class SubjectForgetting {

  private static final Duration TRANSACTION_TIMEOUT = Duration.ofMinutes(1);

  private final Settings settings;
  private final String kind;

  /**
   * Forgetting for the models of a kind.
   *
   * @param kind the service that trains them: {@code vision}
   */
  public SubjectForgetting(Settings settings, String kind) {
    this.settings = settings;
    this.kind = kind;
  }

  /**
   * Sends records that delete what services keep of subjects, all or none.
   *
   * @throws IncompatibleStateException if somebody else does so at this moment
   */
  public static void send(Settings settings, List<ProducerRecord<byte[], byte[]>> records) {
    commit(settings, "forget-records", () -> records);
  }

  /**
   * The control records that ask labelling to drop what it keeps of subjects, at the end of every
   * partition of a topic: they are read after whatever was sent of the subjects before.
   */
  public static List<ProducerRecord<byte[], byte[]>> withdrawal(
      Settings settings, Topic<?, ?> topic, Collection<Subject> subjects) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (TopicPartition partition : partitions(settings, topic)) {
      subjects.forEach(
          it -> records.add(ControlRecords.forget(partition.topic(), partition.partition(), it)));
    }
    return records;
  }

  /**
   * Adds subjects to the list of the kind, with the present ends of the log, open transactions
   * included.
   *
   * @param input the topic that the models learn from
   * @param missing gives the subjects to add, by the list in force
   * @return the list in force from now on: every trainer that begins or goes on after this obeys it
   */
  public ForgottenSubjects add(
      Topic<?, ?> input, Function<ForgottenSubjects, Collection<String>> missing) {
    List<TopicPartition> partitions = partitions(settings, input);
    Map<TopicPartition, Long> ends =
        CommittedReader.ends(settings, partitions, IsolationLevel.READ_UNCOMMITTED);
    Map<TopicPartition, Long> begins;
    try (var consumer = KafkaClients.reader(settings)) {
      begins = consumer.beginningOffsets(partitions);
    }
    List<ForgottenSubjects> now = new ArrayList<>();
    commit(() -> {
      ForgottenSubjects list = ForgottenSubjects.read(settings, kind);
      Collection<String> subjects = missing.apply(list);
      now.add(
          subjects.isEmpty()
              ? list
              : list.with(
                  subjects,
                  partitions.stream().map(ends::get).toList(),
                  partitions.stream().map(begins::get).toList(),
                  Instant.now()));
      return subjects.isEmpty() ? List.of() : List.of(now.getFirst().record(settings, kind));
    });
    return now.getFirst();
  }

  /**
   * Deletes the parts of versions, and the checkpoints that are kept of them; their manifests stay,
   * with their digests.
   *
   * @param model a model of the kind
   * @param which whether a version is to be deleted, by its number
   * @return the versions that had parts
   */
  public NavigableSet<Long> deleteParts(String model, LongPredicate which) {
    NavigableSet<Long> deleted = new TreeSet<>();
    commit(() -> {
      String topic = settings.topics().models().name();
      List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
      StoredVersions.read(settings, model)
          .retained()
          .forEach((version, parts) -> {
            if (which.test(version)) {
              deleted.add(version);
              records.addAll(ModelRecords.tombstones(topic, model, version, parts));
            }
          });
      records.addAll(KeptCheckpoint.tombstones(settings, kind, model, which));
      return records;
    });
    return deleted;
  }

  private static List<TopicPartition> partitions(Settings settings, Topic<?, ?> topic) {
    try (var consumer = KafkaClients.reader(settings)) {
      return CommittedReader.partitions(consumer, topic.name());
    }
  }

  private void commit(Supplier<List<ProducerRecord<byte[], byte[]>>> records) {
    commit(settings, "forget-" + kind, records);
  }

  /**
   * Writes in one transaction.
   *
   * @param records gives the records, once whoever used the id before is fenced
   * @throws KafkaException if it was not committed, or if that is unknown
   */
  private static void commit(
      Settings settings, String id, Supplier<List<ProducerRecord<byte[], byte[]>>> records) {
    try (var producer =
        KafkaClients.transactional(
            settings, settings.common().transactionalId(id), TRANSACTION_TIMEOUT)) {
      producer.initTransactions();
      var made = records.get();
      if (!made.isEmpty()) {
        producer.beginTransaction();
        made.forEach(producer::send);
        producer.commitTransaction();
      }
    } catch (ProducerFencedException | InvalidProducerEpochException _) {
      throw new IncompatibleStateException(
          "somebody else forgets subjects at this moment: try again");
    }
  }
}
