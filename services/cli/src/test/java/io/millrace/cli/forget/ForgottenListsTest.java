package io.millrace.cli.forget;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.forget.SubjectSearch.SubjectRecord;
import io.millrace.runtime.models.ForgottenSubjects;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.InputRange;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.topics.Topics;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ForgottenListsTest {

  private static final Subject MAIL = Subject.document("mail-6");

  /** Forgotten when both examples' and documents' only partition ended at 10. */
  private static final ForgottenSubjects LIST =
      ForgottenSubjects.none()
          .with(List.of(MAIL.toString()), List.of(10L), List.of(0L), Instant.EPOCH);

  private final ForgottenLists lists = new ForgottenLists(Map.of("classifier", LIST));

  @Test
  void aVersionHasLearnedFromWhatLiesInItsRangesAndWasNotLeftOut() {
    List<SubjectRecord> found = List.of(example(3), example(7), example(12), document(5));

    assertThat(lists.learned(manifest("classifier", 0, 8, "0"), found, "")).isEqualTo(2);
    assertThat(lists.learned(manifest("classifier", 4, 8, "0"), found, "")).isEqualTo(1);
    assertThat(lists.learned(manifest("classifier", 0, 8, "1"), found, "")).isZero();
    assertThat(lists.learned(manifest("classifier-small", 0, 8, "1"), found, "")).isZero();
    assertThat(lists.learned(manifest("classifier", 0, 20, "1"), found, ""))
        .as("a record that came later is a new matter")
        .isEqualTo(1);
  }

  @Test
  void aRecordIsCoveredByTheListOfTheTrainerThatReadsItsTopic() {
    var topics = new Topics("");

    assertThat(lists.covers(example(3), topics)).isTrue();
    assertThat(lists.covers(example(10), topics)).isFalse();
    assertThat(lists.covers(document(5), topics)).as("of the embedding").isFalse();
    assertThat(ForgottenLists.covers(LIST, MAIL, List.of(example(3)))).isTrue();
    assertThat(ForgottenLists.covers(LIST, MAIL, List.of(example(3), example(11)))).isFalse();
    assertThat(ForgottenLists.covers(LIST, Subject.document("mail-7"), List.of())).isFalse();
  }

  @Test
  void aVersionIsOlderThanWhatWasForgottenSinceItBegan() {
    assertThat(lists.isOlder(manifest("classifier", 0, 8, "0"), Set.of(MAIL))).isTrue();
    assertThat(lists.isOlder(manifest("classifier", 0, 8, "1"), Set.of(MAIL))).isFalse();
    assertThat(lists.isOlder(manifest("vision", 0, 8, "0"), Set.of(MAIL)))
        .as("it does not learn from documents")
        .isFalse();
  }

  @Test
  void aTombstoneGoesWhereverADocumentWasSentAndNotDeletedSince() {
    List<SubjectRecord> found =
        List.of(
            sent(0, "mail-6", false),
            sent(0, "mail-6", true),
            sent(1, "mail-6", false),
            sent(1, "other key", false),
            sent(1, "other key", false),
            example(3));

    assertThat(SubjectWithdrawal.tombstones(found, "documents", "p.documents"))
        .extracting(it -> it.topic() + " " + it.partition() + " " + new String(it.key(), UTF_8))
        .containsExactly("p.documents 1 mail-6");
  }

  private static SubjectRecord example(long offset) {
    return new SubjectRecord(MAIL, "document-examples", 0, offset, null, 0, false, false);
  }

  private static SubjectRecord document(long offset) {
    return new SubjectRecord(MAIL, "documents", 0, offset, null, 0, false, false);
  }

  private static SubjectRecord sent(int partition, String key, boolean deletes) {
    return new SubjectRecord(
        MAIL, "documents", partition, 0, key.getBytes(UTF_8), 0, deletes, key.equals("mail-6"));
  }

  private static ModelManifest manifest(String model, long from, long to, String forgotten) {
    return new ModelManifest(
        model,
        3L,
        1,
        1,
        10L,
        "",
        to - from,
        List.of(),
        List.of(new InputRange("document-examples", 0, from, to, "cluster/topic")),
        Map.of(),
        Map.of(),
        Map.of(ForgottenSubjects.IN_MANIFEST, forgotten),
        null,
        "",
        "");
  }
}
