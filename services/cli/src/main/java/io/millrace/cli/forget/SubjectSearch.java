package io.millrace.cli.forget;

import io.millrace.cli.kafka.ByteClients;
import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.kafka.BoundedScan;
import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.records.ControlRecords;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.avro.Source;
import io.millrace.schemas.input.InputDecoder;
import io.millrace.topics.Topic;
import io.millrace.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Finds the records of subjects on the topics that have records of single subjects. Reads each
 * topic to its end.
 */
final class SubjectSearch {

  /**
   * A record of a subject.
   *
   * @param topic without the prefix
   * @param key as it is on the topic, or null
   * @param timestamp milliseconds since 1970
   * @param deletes whether it is a tombstone
   * @param ownKey of a document, whether the key itself names it, and no other's record follows
   *     under it: a tombstone there is about this document alone
   */
  record SubjectRecord(
      Subject subject,
      String topic,
      int partition,
      long offset,
      byte @Nullable [] key,
      long timestamp,
      boolean deletes,
      boolean ownKey) {

    private SubjectRecord withoutKey() {
      return new SubjectRecord(subject, topic, partition, offset, key, timestamp, deletes, false);
    }
  }

  /** The keys of documents that were found. */
  private final class Keys {
    private final Set<String> found = new HashSet<>();
    private final Set<String> ofOthers = new HashSet<>();

    /** Takes the records of {@code documents} in log order, each with what was found in it. */
    void add(ConsumerRecord<byte[], byte[]> record, Optional<SubjectRecord> one) {
      if (record.key() == null || !record.topic().equals(settings.topics().documents().name())) {
        return;
      }
      String place = place(record.partition(), record.key());
      if (one.isPresent()) {
        found.add(place);
      }
      String named = found.contains(place) ? document(record) : null;
      if (named != null && !named.equals(ofKey(record))) {
        ofOthers.add(place);
      } else if (named != null) {
        ofOthers.remove(place);
      }
    }

    boolean isOfOther(SubjectRecord document) {
      return document.key() != null
          && ofOthers.contains(place(document.partition(), document.key()));
    }

    private static String place(int partition, byte[] key) {
      return partition + "/" + HexFormat.of().formatHex(key);
    }
  }

  /**
   * What was found up to some ends.
   *
   * @param records by topic in the order of the flow, then by partition and offset
   * @param ends where each partition ended
   */
  record SearchResult(List<SubjectRecord> records, Map<TopicPartition, Long> ends) {}

  /** How the subject of a record is named; null if it has none. */
  private interface Naming {
    @Nullable String subject(ConsumerRecord<byte[], byte[]> record);
  }

  private final Settings settings;
  private final InputDecoder inputs;
  private final Set<String> wanted;

  SubjectSearch(Settings settings, Set<Subject> subjects) {
    this.settings = settings;
    this.inputs = settings.inputs();
    this.wanted = subjects.stream().map(Subject::toString).collect(Collectors.toSet());
  }

  /**
   * Searches all topics from their beginnings.
   *
   * @param progress is given the share that has been read, 0 to 1
   */
  SearchResult run(DoubleConsumer progress) {
    return run(List.copyOf(namings(settings.topics()).keySet()), Map.of(), progress);
  }

  /**
   * Searches some topics.
   *
   * @param names with the prefix
   * @param from where to begin; partitions that are not in it are read from their beginning
   * @param progress is given the share that has been read, 0 to 1
   */
  SearchResult run(List<String> names, Map<TopicPartition, Long> from, DoubleConsumer progress) {
    List<SubjectRecord> found = new ArrayList<>();
    var keys = new Keys();
    Map<String, List<Naming>> namings = namings(settings.topics());
    Map<TopicPartition, Long> ends;
    try (var consumer = ByteClients.consumer(settings, names)) {
      List<TopicPartition> partitions = List.copyOf(consumer.assignment());
      Map<TopicPartition, Long> begins = new HashMap<>(consumer.beginningOffsets(partitions));
      begins.replaceAll((partition, begin) -> Math.max(begin, from.getOrDefault(partition, begin)));
      ends = CommittedReader.ends(settings, partitions, IsolationLevel.READ_COMMITTED);
      BoundedScan.of(consumer, begins, ends)
          .forEach(
              record -> {
                if (!ControlRecords.isMarker(record.headers(), record.value())) {
                  Optional<SubjectRecord> one = find(record, namings);
                  one.ifPresent(found::add);
                  keys.add(record, one);
                }
                return true;
              },
              progress);
    }
    found.replaceAll(it -> it.ownKey() && keys.isOfOther(it) ? it.withoutKey() : it);
    found.sort((a, b) -> names.indexOf(name(a)) - names.indexOf(name(b)));
    return new SearchResult(found, ends);
  }

  private String name(SubjectRecord found) {
    return settings.topics().prefix() + found.topic();
  }

  private Optional<SubjectRecord> find(
      ConsumerRecord<byte[], byte[]> record, Map<String, List<Naming>> namings) {
    return Objects.requireNonNull(namings.get(record.topic())).stream()
        .map(naming -> naming.subject(record))
        .filter(Objects::nonNull)
        .filter(wanted::contains)
        .findFirst()
        .map(subject ->
            new SubjectRecord(
                Subject.parse(subject).orElseThrow(),
                record.topic().substring(settings.topics().prefix().length()),
                record.partition(),
                record.offset(),
                record.key(),
                record.timestamp(),
                record.value() == null,
                subject.equals(ofKey(record))));
  }

  private Map<String, List<Naming>> namings(Topics topics) {
    Map<String, List<Naming>> namings = new LinkedHashMap<>();
    Naming key = record -> text(record.key());
    Naming image = record -> "image/" + text(record.key());
    Naming document = record -> "document/" + text(record.key());
    put(namings, topics.documents(), document, this::document);
    put(namings, topics.images(), image, this::image);
    put(namings, topics.labels(), key, this::label);
    put(namings, topics.documentVectors(), document);
    put(namings, topics.documentExamples(), key);
    put(namings, topics.imageExamples(), key);
    put(namings, topics.predictions(), key);
    put(namings, topics.shadowPredictions(), key);
    put(namings, topics.reconstructions(), image);
    put(namings, topics.deadLetters(), record -> ofLetter(record, namings));
    return namings;
  }

  private static void put(Map<String, List<Naming>> namings, Topic<?, ?> topic, Naming... ofTopic) {
    namings.put(topic.name(), List.of(ofTopic));
  }

  /**
   * By its key, as records of the topic that it comes from are named: the key of an image is not
   * about the document of the same id.
   */
  private static @Nullable String ofLetter(
      ConsumerRecord<byte[], byte[]> letter, Map<String, List<Naming>> namings) {
    return EventHeaders.text(letter.headers(), DeadLetters.TOPIC)
        .filter(topic -> !topic.equals(letter.topic()))
        .map(namings::get)
        .map(names -> names.getFirst().subject(letter))
        .orElse(null);
  }

  private static @Nullable String text(byte @Nullable [] key) {
    return key == null ? null : new String(key, StandardCharsets.UTF_8);
  }

  private @Nullable String document(ConsumerRecord<byte[], byte[]> record) {
    return valid(
        inputs.document(EventHeaders.contentType(record.headers()), record.key(), record.value()),
        input -> input.subject().toString());
  }

  /** The document that a key names, which its value may not. */
  private @Nullable String ofKey(ConsumerRecord<byte[], byte[]> record) {
    return record.topic().equals(settings.topics().documents().name())
        ? valid(inputs.document(null, record.key(), null), input -> input.subject().toString())
        : null;
  }

  private @Nullable String image(ConsumerRecord<byte[], byte[]> record) {
    return record.value() == null
        ? null
        : valid(
            inputs.image(
                EventHeaders.contentType(record.headers()),
                record.key(),
                new Source(record.topic(), record.partition(), record.offset()),
                record.value()),
            input -> input.subject().toString());
  }

  private @Nullable String label(ConsumerRecord<byte[], byte[]> record) {
    return record.value() == null
        ? null
        : valid(
            inputs.label(EventHeaders.contentType(record.headers()), record.key(), record.value()),
            Label::getSubject);
  }

  private static <T> @Nullable String valid(Decoded<T> decoded, Function<T, String> name) {
    return decoded instanceof Decoded.Valid<T>(T value) ? name.apply(value) : null;
  }
}
