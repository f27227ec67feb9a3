package io.millrace.labelling;

import static io.millrace.labelling.LabellingTestDriver.png;
import static io.millrace.labelling.LabellingTestDriver.vectorOf;
import static io.millrace.runtime.streams.StreamsTestDriver.TOPICS;
import static io.millrace.runtime.streams.StreamsTestDriver.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.records.ControlRecords;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.runtime.records.StepMarker;
import io.millrace.runtime.streams.StreamsTopologyContract;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.DocumentExample;
import io.millrace.schemas.avro.Image;
import io.millrace.schemas.avro.ImageExample;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.avro.Source;
import io.millrace.schemas.input.InputDecoder;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LabellingServiceTest extends StreamsTopologyContract {

  private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  private final LabellingTestDriver driver;

  LabellingServiceTest(@TempDir Path folder) {
    super(
        LabellingConfig.NAME,
        LabellingService.topology(
            new LabellingConfig(LabellingTestDriver.RETENTION, Optional.empty()),
            InputDecoder.DEFAULT,
            TOPICS,
            _ -> "",
            1,
            new LabellingStats()));
    driver = new LabellingTestDriver(folder);
  }

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void anImageThatBringsItsLabelIsWrittenAtOnceAsItCame() {
    driver.labelledImage("a", 1, "7");

    assertThat(driver.imageExamples())
        .singleElement()
        .satisfies(record -> {
          assertThat(record.key()).isEqualTo("image/a");
          assertThat(record.value().getSubject()).isEqualTo("image/a");
          assertThat(record.value().getLabel()).isEqualTo("7");
          assertThat(record.value().getSource()).isEqualTo(new Source("images", 0, 0L));
          assertThat(AvroCodec.nameOf(record.value().getPayload().array())).contains("Image");
        });
  }

  @Test
  void aLabelMayComeBeforeItsImageOrLongAfter() {
    driver.label("image/early", "1");
    driver.png("early", 1);
    driver.png("late", 2);
    driver.pass(Duration.ofMinutes(59));
    driver.label("image/late", "2");

    assertThat(driver.imageExamples())
        .extracting(TestRecord::value)
        .containsExactly(
            new ImageExample(
                "image/early", ByteBuffer.wrap(png(1)), null, "1", new Source("images", 0, 0L)),
            new ImageExample(
                "image/late", ByteBuffer.wrap(png(2)), null, "2", new Source("images", 0, 1L)));
  }

  @Test
  void aDocumentIsJoinedLikeAnImageAndKeepsThePlaceOfItsText() {
    driver.vector("a", vectorOf(40, null, false));
    driver.vector("b", vectorOf(41, "ham", false));
    driver.label("document/a", "spam");

    assertThat(driver.documentExamples())
        .extracting(TestRecord::value)
        .containsExactly(
            documentExample("document/b", "ham", 41), documentExample("document/a", "spam", 40));
  }

  @Test
  void anImageAndADocumentOfTheSameIdAreTwoSubjects() {
    driver.png("a", 1);
    driver.vector("a", vectorOf(40, null, false));
    driver.label("image/a", "7");

    assertThat(driver.imageExamples()).hasSize(1);
    assertThat(driver.documentExamples()).isEmpty();
  }

  @Test
  void anImageWithoutAKeyIsNamedByItsPlace() {
    driver.png(null, 1);
    driver.label("image/images-0-0", "7");

    assertThat(driver.imageExamples())
        .extracting(TestRecord::key)
        .containsExactly("image/images-0-0");
  }

  @Test
  void aLabelRepeatedOrCorrectedWritesNothingAgainButHoldsForTheNextRecord() {
    driver.png("a", 1);
    driver.label("image/a", "1");
    driver.label("image/a", "1");
    driver.label("image/a", "7");
    driver.png("a", 2);

    assertThat(driver.imageExamples())
        .extracting(record -> record.value().getLabel())
        .containsExactly("1", "7");
  }

  @Test
  void theLabelInsideWinsAndSpeaksOfItsRecordAlone() {
    driver.label("image/a", "1");
    driver.labelledImage("a", 1, "7");
    driver.png("a", 2);

    assertThat(driver.imageExamples())
        .extracting(record -> record.value().getLabel())
        .containsExactly("7", "1");
  }

  @Test
  void aNewerRecordReplacesTheOneThatWaits() {
    driver.png("a", 1);
    driver.png("a", 2);
    driver.label("image/a", "7");

    assertThat(driver.imageExamples())
        .extracting(record -> record.value().getPayload())
        .containsExactly(ByteBuffer.wrap(png(2)));
    assertThat(driver.stats.replaced()).isEqualTo(1);
    assertThat(driver.stats.waiting()).isZero();
  }

  @Test
  void aLabelledDocumentThatIsReplacedIsANewExample() {
    driver.label("document/a", "spam");
    driver.vector("a", vectorOf(40, null, false));
    driver.vector("a", vectorOf(52, null, false));

    assertThat(driver.documentExamples())
        .extracting(record -> record.value().getSource().getOffset())
        .containsExactly(40L, 52L);
  }

  @Test
  void theSameSourceIsNeverWrittenTwice() {
    driver.vector("a", vectorOf(40, "spam", false));
    driver.vector("a", vectorOf(41, "spam", false));
    driver.vector("a", vectorOf(40, "spam", false));
    driver.vector("a", vectorOf(41, null, false));
    driver.label("document/a", "spam");

    assertThat(driver.documentExamples()).hasSize(2);
    assertThat(driver.stats.repeated()).isEqualTo(2);
  }

  @Test
  void theSameOffsetOfATopicMadeAgainIsAnotherSource() {
    driver.vector("a", vectorOf(40, "spam", false), "cluster/first");
    driver.vector("a", vectorOf(3, "spam", false), "cluster/second");
    driver.vector("a", vectorOf(3, "spam", false), "cluster/second");

    assertThat(driver.documentExamples())
        .extracting(record -> record.value().getSource().getOffset())
        .containsExactly(40L, 3L);
    assertThat(driver.stats.repeated()).isEqualTo(1);
  }

  @Test
  void offsetsWithoutATopicAreThoseOfTheTopicThatIsMetFirst() {
    driver.vector("a", vectorOf(40, "spam", false));
    driver.vector("b", vectorOf(41, "spam", false));
    driver.vector("a", vectorOf(40, "spam", false), "cluster/first");
    driver.vector("b", vectorOf(5, "spam", false), "cluster/second");

    assertThat(driver.documentExamples())
        .extracting(record -> record.value().getSource().getOffset())
        .containsExactly(40L, 41L, 5L);
  }

  @Test
  void aRefreshedVectorIsNoNewExample() {
    driver.label("document/a", "spam");
    driver.vector("a", vectorOf(40, null, true));

    assertThat(driver.documentExamples()).isEmpty();
  }

  @Test
  void aDeletedDocumentIsNotLearnedFrom() {
    driver.vector("a", vectorOf(40, null, false));
    driver.vector("a", null);
    driver.label("document/a", "spam");

    assertThat(driver.documentExamples()).isEmpty();
    assertThat(driver.stats.waiting()).isZero();
  }

  @Test
  void ofAForgottenSubjectNeitherRecordNorLabelIsKept() {
    driver.png("waits", 1);
    driver.label("image/labelled", "1");
    driver.png("other", 2);

    driver.forget(Subject.parse("image/waits").orElseThrow());
    driver.forget(Subject.parse("image/labelled").orElseThrow());
    driver.label("image/waits", "7");
    driver.png("labelled", 3);
    driver.label("image/other", "2");

    assertThat(driver.imageExamples()).extracting(TestRecord::key).containsExactly("image/other");
    assertThat(driver.stats.waiting()).isEqualTo(1);
  }

  @Test
  void whatWaitsLongerThanTheRetentionIsEvictedAndCounted() {
    driver.png("a", 1);
    driver.label("image/b", "2");
    driver.pass(LabellingTestDriver.RETENTION.plusMinutes(10));
    driver.labelledImage("time passes", 3, "0");

    driver.label("image/a", "1");
    driver.png("b", 2);

    assertThat(driver.imageExamples())
        .extracting(TestRecord::key)
        .containsExactly("image/time passes");
    assertThat(driver.stats.evictedSubjects()).isEqualTo(1);
    assertThat(driver.stats.evictedLabels()).isEqualTo(1);
    assertThat(driver.stats.waiting()).isEqualTo(1);
  }

  @Test
  void aRecordWithAnOldTimeIsKeptAsLongAsAnyOther() {
    driver.labelledImage("now", 1, "0");
    driver.recordTime(LabellingTestDriver.START.minus(Duration.ofDays(9000)));
    driver.png("old", 2);
    driver.recordTime(LabellingTestDriver.START);
    driver.pass(Duration.ofMinutes(30));
    driver.labelledImage("later", 3, "0");

    driver.label("image/old", "7");

    assertThat(driver.imageExamples()).extracting(TestRecord::key).contains("image/old");
  }

  @Test
  void aBackfillOfOldMailsWaitsForItsLabelsAndIsStampedWhenItIsSent() {
    Instant old = Instant.parse("2001-01-01T00:00:00Z");
    for (int day = 0; day < 10; day++) {
      driver.recordTime(old.plus(Duration.ofDays(day)));
      driver.vector("mail-" + day, vectorOf(day, null, false));
    }
    driver.recordTime(old);
    IntStream.range(0, 10).forEach(day -> driver.label("document/mail-" + day, "ham"));

    assertThat(driver.documentExamples())
        .hasSize(10)
        .allSatisfy(record -> {
          assertThat(record.getRecordTime()).isEqualTo(LabellingTestDriver.START);
          assertThat(EventHeaders.text(record.headers(), "ce_time").orElseThrow())
              .startsWith("2001-01-");
        });
    assertThat(driver.stats.evictedSubjects()).isZero();
  }

  @Test
  void aTimeInMicrosecondsEvictsNothing() {
    driver.png("a", 1);
    driver.label("image/b", "2");
    driver.recordTime(Instant.ofEpochMilli(LabellingTestDriver.START.toEpochMilli() * 1000));
    driver.labelledImage("wrong", 3, "0");
    driver.recordTime(LabellingTestDriver.START);
    driver.pass(Duration.ofMinutes(30));
    driver.label("image/a", "1");
    driver.png("b", 2);

    assertThat(driver.imageExamples())
        .extracting(TestRecord::key)
        .containsExactly("image/wrong", "image/a", "image/b");
    assertThat(driver.stats.evictedSubjects()).isZero();
    assertThat(driver.stats.evictedLabels()).isZero();
  }

  @Test
  void anImageIsWrittenWithoutALabelAfterTheWaitIfThereIsOne(@TempDir Path folder) {
    try (var waiting = new LabellingTestDriver(folder, Optional.of(Duration.ofMinutes(10)))) {
      waiting.png("a", 1);
      waiting.vector("a", vectorOf(40, null, false));
      waiting.pass(Duration.ofMinutes(11));
      waiting.labelledImage("time passes", 2, "0");

      waiting.label("image/a", "7");

      assertThat(waiting.imageExamples())
          .filteredOn(record -> record.key().equals("image/a"))
          .singleElement()
          .satisfies(record -> assertThat(record.value().getLabel()).isNull());
      assertThat(waiting.documentExamples()).isEmpty();
      assertThat(waiting.stats.unlabelled()).isEqualTo(1);
    }
  }

  @Test
  void anExampleTellsTheContentTypeAndCarriesTheTraceOfItsImage() {
    var headers = new RecordHeaders();
    headers.add("traceparent", bytes(TRACE));
    headers.add("content-type", bytes("image/png"));
    driver.image("a", png(1), headers);
    driver.label("image/a", "7");

    assertThat(driver.imageExamples())
        .singleElement()
        .satisfies(record -> {
          assertThat(record.value().getContentType()).isEqualTo("image/png");
          assertThat(EventHeaders.text(record.headers(), "traceparent")).contains(TRACE);
          assertThat(EventHeaders.text(record.headers(), "ce_id")).contains("images-0-0");
          assertThat(EventHeaders.text(record.headers(), "ce_subject")).contains(record.key());
          assertThat(EventHeaders.text(record.headers(), "ce_dataschema").orElseThrow())
              .startsWith("urn:millrace:schema:ImageExample:");
          assertThat(EventHeaders.text(record.headers(), "content-type"))
              .contains("application/avro");
        });
  }

  @Test
  void anImageInJsonBecomesAnExampleThatNeedsNoSettings() {
    String base64 = Base64.getEncoder().encodeToString(png(1));
    String json = "{\"image\": \"%s\", \"label\": 7.0}".formatted(base64);
    driver.image("a", bytes(json), new RecordHeaders());

    assertThat(driver.imageExamples())
        .singleElement()
        .satisfies(record -> {
          assertThat(record.value().getLabel()).isEqualTo("7.0");
          assertThat(record.value().getContentType()).isNull();
          assertThat(
                  AvroCodec.of(Image.class)
                      .decodeOrThrow(AvroCodec.bytes(record.value().getPayload()))
                      .getEncoded())
              .isEqualTo(ByteBuffer.wrap(png(1)));
        });
  }

  @Test
  void anImageOfEightMebibytesPasses() {
    byte[] large = Arrays.copyOf(png(1), 8 << 20);
    driver.image("a", large, new RecordHeaders());
    driver.label("image/a", "7");

    assertThat(driver.imageExamples())
        .singleElement()
        .satisfies(
            record -> assertThat(record.value().getPayload()).isEqualTo(ByteBuffer.wrap(large)));
  }

  @Test
  void badRecordsAreCountedAndSkippedAndControlRecordsIgnored() {
    byte[] label = AvroCodec.of(Label.class).encode(new Label("image/a", "7"));
    List<byte[]> bad = Arrays.asList(null, new byte[0], bytes("no image"), label);
    bad.forEach(value -> driver.image("a", value, new RecordHeaders()));
    driver.images.pipeInput(new byte[] {(byte) 0xff}, png(1));
    driver.vectors.pipeInput(bytes("a"), bytes("no vector"));
    driver.labels.pipeInput(bytes("a"), bytes("no label"));
    var marker = ControlRecords.of(TOPICS.images().name(), 0, new StepMarker(0, 0, true));
    driver.images.pipeInput(
        new TestRecord<>(
            marker.key(), marker.value(), marker.headers(), LabellingTestDriver.START));

    assertThat(driver.imageExamples()).isEmpty();
    assertThat(driver.stats.skipped()).isEqualTo(7);
    assertThat(driver.stats.recordsRead()).isEqualTo(8);
  }

  private static DocumentExample documentExample(String subject, String label, long offset) {
    return new DocumentExample(
        subject,
        List.of("fox", "red"),
        List.of(0.6, 0.8),
        label,
        new Source("documents", 2, offset));
  }

  private static String description() {
    var config = new LabellingConfig(LabellingTestDriver.RETENTION, Optional.empty());
    return LabellingService.topology(
            config, InputDecoder.DEFAULT, TOPICS, _ -> "", 1, new LabellingStats())
        .describe()
        .toString();
  }
}
