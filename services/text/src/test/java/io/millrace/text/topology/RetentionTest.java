package io.millrace.text.topology;

import static io.millrace.text.topology.TextTestDriver.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.text.weighting.Weighting;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.schemas.FrequencyBlockKey;
import io.millrace.schemas.avro.DocumentFrequencies;
import io.millrace.schemas.avro.DocumentVector;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documents that are older than the latest record by more than the window stop counting. */
final class RetentionTest {

  private static final Duration WINDOW = Duration.ofHours(1);

  private final TextTestDriver driver;

  RetentionTest(@TempDir Path folder) {
    driver =
        new TextTestDriver(folder, TextTestDriver.config(Weighting.SCIKIT_LEARN, 1000, WINDOW), 2);
  }

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void aDocumentThatHasBecomeTooOldIsTakenBackBeforeTheNextIsWeighed() {
    text("a", "red fox", Duration.ZERO);
    text("b", "red hen", Duration.ofMinutes(30));
    driver.vectors();

    text("c", "red", WINDOW.plusMillis(1));

    List<TestRecord<String, DocumentVector>> vectors = driver.vectors();
    assertThat(vectors).extracting(TestRecord::key).containsExactly("a", "c");
    assertThat(vectors.get(0).value()).isNull();
    assertThat(vectors.get(1).value().getCorpusSize()).isEqualTo(2);
    assertThat(driver.stats.documentsExpired()).isEqualTo(1);
    driver.awaitPublication();
    assertThat(driver.stats.vocabularySize()).isEqualTo(2);
  }

  /** Far more revisions than live documents: those that were replaced are dropped meanwhile. */
  @Test
  void documentsThatAreReplacedOverAndOverBecomeTooOldAsOthersDo() {
    text("b", "red hen", Duration.ofMinutes(1));
    for (int i = 0; i < 2_500; i++) {
      text("a", "red fox", Duration.ofMillis(i));
    }
    driver.vectors();

    text("c", "red", WINDOW.plusMillis(2_499));
    assertThat(driver.stats.documentsExpired()).isZero();
    text("c", "red", WINDOW.plusMillis(2_500));
    assertThat(driver.stats.documentsExpired()).isEqualTo(1);
    text("c", "red", WINDOW.plusMinutes(2));

    assertThat(driver.stats.documentsExpired()).isEqualTo(2);
    assertThat(driver.stats.liveDocuments()).isEqualTo(1);
  }

  @Test
  void aDocumentAsOldAsTheWindowStillCounts() {
    text("a", "red fox", Duration.ZERO);
    text("b", "red hen", WINDOW);

    assertThat(driver.vectors().getLast().value().getCorpusSize()).isEqualTo(2);
  }

  @Test
  void aDocumentThatComesTooLateDoesNotCountAndReplacesWhatWasThere() {
    text("a", "red fox", WINDOW);
    text("b", "red hen", WINDOW.multipliedBy(2));
    driver.vectors();

    text("a", "red fox again", Duration.ofMinutes(59));
    text("c", "red", Duration.ofMinutes(59));

    assertThat(driver.vectors())
        .allSatisfy(record -> assertThat(record.value()).isNull())
        .extracting(TestRecord::key)
        .containsExactlyInAnyOrder("a", "c");
    assertThat(driver.stats.liveDocuments()).isEqualTo(1);
    assertThat(driver.stats.documentsExpired()).isEqualTo(2);
  }

  @Test
  void aDocumentWithATimeInMicrosecondsExpiresNoOther() {
    text("a", "red fox", Duration.ZERO);
    text("b", "red hen", Duration.ofMinutes(1));
    Instant wrong = Instant.ofEpochMilli(TextTestDriver.START.toEpochMilli() * 1000);

    driver.sendAt(wrong, bytes("c"), bytes("red"));
    driver.sendAt(Instant.EPOCH, bytes("d"), bytes("red"));
    text("e", "red", Duration.ofMinutes(2));

    assertThat(driver.stats.liveDocuments()).isEqualTo(5);
    assertThat(driver.stats.documentsExpired()).isZero();
    text("f", "red", WINDOW.plusMinutes(2));
    assertThat(driver.stats.liveDocuments()).isEqualTo(2);
  }

  @Test
  void aVectorIsStampedWhenItIsSentAndSaysTheTimeOfItsDocument() {
    driver.sendAt(Instant.parse("2001-05-01T00:00:00Z"), bytes("a"), bytes("red fox"));

    assertThat(driver.vectors())
        .singleElement()
        .satisfies(record -> {
          assertThat(record.getRecordTime()).isEqualTo(TextTestDriver.START);
          assertThat(EventHeaders.text(record.headers(), "ce_time"))
              .contains("2001-05-01T00:00:00Z");
        });
  }

  @Test
  void theClockOfTheMachineDoesNotMatter() {
    text("a", "red fox", Duration.ZERO);
    driver.vectors();

    driver.pass(WINDOW.multipliedBy(5));

    assertThat(driver.vectors()).isEmpty();
    assertThat(driver.stats.liveDocuments()).isEqualTo(1);
  }

  @Test
  void whatOtherPartitionsHaveSeenMakesDocumentsOldToo() {
    text("a", "red fox", Duration.ZERO);
    driver.vectors();

    driver.publish(
        new FrequencyBlockKey(1, 0),
        new DocumentFrequencies(
            0L,
            List.of(),
            List.of(),
            0L,
            TextTestDriver.START.plus(WINDOW).toEpochMilli() + 1,
            0L,
            0L,
            0L));
    driver.pass(WINDOW.plus(TextTestDriver.PUBLISH_INTERVAL));

    assertThat(driver.vector()).isNull();
    assertThat(driver.stats.liveDocuments()).isZero();
  }

  @Test
  void aDocumentThatWasReplacedIsAsOldAsItsLastRecord() {
    text("a", "red fox", Duration.ZERO);
    text("a", "red hen", Duration.ofMinutes(30));

    text("b", "red", Duration.ofMinutes(80));
    assertThat(driver.stats.liveDocuments()).isEqualTo(2);
    text("b", "red", Duration.ofMinutes(91));

    assertThat(driver.stats.liveDocuments()).isEqualTo(1);
  }

  private void text(String id, String text, Duration after) {
    Instant time = TextTestDriver.START.plus(after);
    driver.reach(time);
    driver.sendAt(time, bytes(id), bytes(text));
  }
}
