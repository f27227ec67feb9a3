package io.millrace.cli.forget;

import io.millrace.cli.forget.SubjectSearch.SubjectRecord;
import io.millrace.runtime.administration.SubjectForgetting;
import io.millrace.runtime.deadletters.Replays;
import io.millrace.runtime.deadletters.replay.LetterReader;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.Subject;
import io.millrace.topics.Topics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Tells the services that keep something of subjects to drop it:
 *
 * <ol>
 *   <li>A tombstone for each document, in every partition in which it was sent: compaction takes
 *       its records, text undoes its counts and deletes its vector, and labelling drops the vector
 *       if it waits for a label. None where the id lies in the value and the key is another: a
 *       tombstone there would be about the document with that name, and take a newer one's record.
 *   <li>A control record at the end of every partition of {@code labels}, and for images of {@code
 *       images}: labelling drops the image that waits, and the label.
 *   <li>A marker for each dead letter: no replay sends it.
 * </ol>
 */
final class SubjectWithdrawal {

  private record PartitionKey(int partition, Bytes key) {}

  private SubjectWithdrawal() {}

  /**
   * Sends these records in one transaction.
   *
   * @param found the subjects' records
   */
  static void send(Settings settings, Set<Subject> subjects, List<SubjectRecord> found) {
    Topics topics = settings.topics();
    var images = subjects.stream().filter(it -> it.kind() == Subject.Kind.IMAGE).toList();
    List<ProducerRecord<byte[], byte[]>> records =
        new ArrayList<>(tombstones(found, "documents", topics.documents().name()));
    records.addAll(SubjectForgetting.withdrawal(settings, topics.images(), images));
    records.addAll(SubjectForgetting.withdrawal(settings, topics.labels(), subjects));
    records.addAll(markers(settings, found));
    SubjectForgetting.send(settings, records);
  }

  /** The markers of dead letters. */
  private static List<ProducerRecord<byte[], byte[]>> markers(
      Settings settings, List<SubjectRecord> found) {
    String topic = settings.topics().deadLetters().name();
    List<SubjectRecord> letters =
        found.stream().filter(it -> topic.equals(settings.topics().prefix() + it.topic())).toList();
    if (letters.isEmpty()) {
      return List.of();
    }
    Uuid id = LetterReader.topicId(settings);
    return letters.stream()
        .map(it -> Replays.forgotten(topic, new Replays.Place(id, it.partition(), it.offset())))
        .toList();
  }

  /**
   * A tombstone under a document's own key, unless its last record is a tombstone already.
   *
   * @param found by partition and offset
   */
  static List<ProducerRecord<byte[], byte[]>> tombstones(
      List<SubjectRecord> found, String topic, String name) {
    Map<PartitionKey, SubjectRecord> last = new LinkedHashMap<>();
    for (SubjectRecord each : found) {
      byte @Nullable [] key = each.key();
      if (each.topic().equals(topic) && key != null && each.ownKey()) {
        last.put(new PartitionKey(each.partition(), Bytes.wrap(key)), each);
      }
    }
    List<ProducerRecord<byte[], byte[]>> tombstones = new ArrayList<>();
    last.forEach((place, record) -> {
      if (!record.deletes()) {
        tombstones.add(new ProducerRecord<>(name, place.partition(), place.key().get(), null));
      }
    });
    return tombstones;
  }
}
