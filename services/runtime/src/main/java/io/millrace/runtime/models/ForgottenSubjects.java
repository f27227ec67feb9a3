package io.millrace.runtime.models;

import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.records.Sha256;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.ForgottenSubject;
import io.millrace.schemas.avro.ModelManifest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The subjects from whose records no model of a kind learns: the last record under the key {@code
 * KIND/forgotten} of the checkpoints topic. Every reader of a trainer's input asks {@link
 * #leavesOut}; a record that is left out keeps its place in its batch, as one that cannot be
 * decoded does.
 *
 * <p>The names are not in it: it has the SHA-256 of each with a salt. That is no secret, since
 * whoever guesses a name can check it.
 *
 * <p>Each entry has a number. A manifest says with which number its version was begun ({@link
 * #leftOutBy}): the version has left out the records of that entry and of all before it. Immutable.
 */
public final class ForgottenSubjects {

  /** The entry of a manifest's environment with the number of the last entry that is left out. */
  public static final String IN_MANIFEST = "forgotten";

  private static final String SUFFIX = "/forgotten";
  private static final int SALT_BYTES = 16;
  private static final AvroCodec<io.millrace.schemas.avro.ForgottenSubjects> CODEC =
      AvroCodec.of(io.millrace.schemas.avro.ForgottenSubjects.class);
  private static final ForgottenSubjects NONE = new ForgottenSubjects("", 0, List.of());

  private final String salt;
  private final long last;
  private final List<ForgottenSubject> entries;

  /** The entries of each subject, by number. */
  private final Map<String, List<ForgottenSubject>> byDigest = new HashMap<>();

  private ForgottenSubjects(String salt, long last, List<ForgottenSubject> entries) {
    this.salt = salt;
    this.last = last;
    this.entries = List.copyOf(entries);
    entries.forEach(
        it -> byDigest.computeIfAbsent(it.getDigest(), digest -> new ArrayList<>()).add(it));
  }

  /** No subject. */
  public static ForgottenSubjects none() {
    return NONE;
  }

  /** The key of a kind's list. */
  public static String key(String kind) {
    return kind + SUFFIX;
  }

  /**
   * Reads the list of a kind; waits for open transactions to end.
   *
   * @throws IncompatibleStateException if it cannot be decoded
   */
  public static ForgottenSubjects read(Settings settings, String kind) {
    Map<String, ForgottenSubjects> found = new TreeMap<>();
    CommittedReader.readWritten(
        settings,
        settings.topics().checkpoints().name(),
        (key, value, timestamp) -> {
          if (key.equals(key(kind))) {
            found.put(kind, decode(kind, value));
          }
        });
    return found.getOrDefault(kind, NONE);
  }

  /**
   * Decodes the value under a list's key.
   *
   * @throws IncompatibleStateException if it is not a list: nobody knows then what to leave out
   */
  static ForgottenSubjects decode(String kind, byte @Nullable [] value) {
    if (value == null) {
      return NONE;
    }
    return switch (CODEC.decode(value)) {
      case Decoded.Valid<io.millrace.schemas.avro.ForgottenSubjects>(var it) ->
          new ForgottenSubjects(it.getSalt(), it.getLast(), it.getSubjects());
      case Decoded.Invalid<io.millrace.schemas.avro.ForgottenSubjects>(String reason) ->
          throw new IncompatibleStateException(
              ("the record %s of the checkpoints topic, the list of forgotten subjects, cannot be"
                      + " read: %s; run the build that wrote it")
                  .formatted(key(kind), reason));
    };
  }

  /** The number of the last entry that the list ever had; 0 if it had none. */
  public long last() {
    return last;
  }

  /** Whether nothing is left out. */
  public boolean isEmpty() {
    return entries.isEmpty();
  }

  /**
   * The number of the entry by which a record is left out; 0 if it is learned from. Of several, the
   * first.
   *
   * @param subject as in {@code image/17}
   */
  public long leavesOut(String subject, int partition, long offset) {
    if (entries.isEmpty()) {
      return 0;
    }
    for (ForgottenSubject entry : byDigest.getOrDefault(digest(subject), List.of())) {
      List<Long> ends = entry.getEnds();
      if (partition < ends.size() && offset < ends.get(partition)) {
        return entry.getNumber();
      }
    }
    return 0;
  }

  /** The number of a subject's last entry; 0 if it has none. */
  public long numberOf(String subject) {
    return byDigest.getOrDefault(digest(subject), List.of()).stream()
        .mapToLong(ForgottenSubject::getNumber)
        .max()
        .orElse(0);
  }

  /** The number of the last entry that a version leaves out; 0 if it leaves out nothing. */
  public static long leftOutBy(ModelManifest manifest) {
    String number = manifest.getEnvironment().getOrDefault(IN_MANIFEST, "0");
    return number.matches("\\d{1,18}") ? Long.parseLong(number) : 0;
  }

  /**
   * The list with further subjects. Entries of which the log has no record any more are removed.
   *
   * @param ends the ends of the input's partitions, in their order
   * @param begins their first offsets
   * @throws IncompatibleStateException if the list becomes longer than a record may be
   */
  public ForgottenSubjects with(
      Collection<String> subjects, List<Long> ends, List<Long> begins, Instant now) {
    String its = salt.isEmpty() ? newSalt() : salt;
    List<ForgottenSubject> all = new ArrayList<>(entries);
    all.removeIf(entry -> isGone(entry, begins));
    long number = last;
    for (String subject : subjects) {
      number++;
      all.add(new ForgottenSubject(number, digest(its, subject), ends, now.toEpochMilli()));
    }
    var list = new ForgottenSubjects(its, number, all);
    if (list.encoded().length > ModelRecords.MAX_PART_BYTES) {
      throw new IncompatibleStateException(
          ("the list of forgotten subjects has %d entries and takes no more: an entry leaves it"
               + " when the log of its models' input begins behind it. A compacted log, documents,"
               + " begins later only by `kafka-delete-records.sh`, which deletes all records before"
               + " an offset")
              .formatted(entries.size()));
    }
    return list;
  }

  private static boolean isGone(ForgottenSubject entry, List<Long> begins) {
    List<Long> ends = entry.getEnds();
    for (int partition = 0; partition < ends.size(); partition++) {
      if (partition >= begins.size() || ends.get(partition) > begins.get(partition)) {
        return false;
      }
    }
    return true;
  }

  /** The record that makes this the list in force. */
  public ProducerRecord<byte[], byte[]> record(Settings settings, String kind) {
    return ModelRecords.record(settings.topics().checkpoints().name(), key(kind), encoded());
  }

  private byte[] encoded() {
    return CODEC.encode(new io.millrace.schemas.avro.ForgottenSubjects(salt, last, entries));
  }

  private String digest(String subject) {
    return digest(salt, subject);
  }

  private static String digest(String salt, String subject) {
    MessageDigest sha256 = Sha256.digest();
    sha256.update(salt.getBytes(StandardCharsets.UTF_8));
    sha256.update(subject.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(sha256.digest());
  }

  private static String newSalt() {
    byte[] salt = new byte[SALT_BYTES];
    new SecureRandom().nextBytes(salt);
    return HexFormat.of().formatHex(salt);
  }
}
