package io.millrace.labelling;

import static io.millrace.labelling.LabellingTestDriver.TOPICS;
import static io.millrace.labelling.LabellingTestDriver.bytes;
import static io.millrace.labelling.LabellingTestDriver.png;
import static io.millrace.labelling.LabellingTestDriver.weighed;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.records.ControlRecords;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.DocumentExample;
import io.millrace.schemas.avro.ImageExample;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.avro.Source;
import io.millrace.topics.Catalogue;
import io.millrace.topics.InternalTopic;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LabellingServiceTest {

  private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  private final LabellingTestDriver bench;

  LabellingServiceTest(@TempDir Path folder) {
    bench = new LabellingTestDriver(folder);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void theTopologyKeepsItsNamesSinceAnotherWouldAbandonItsState() throws IOException {
    try (InputStream golden = getClass().getResourceAsStream("/golden/topology.txt")) {
      assertThat(description().stripTrailing() + "\n")
          .isEqualToNormalizingNewlines(
              new String(Objects.requireNonNull(golden).readAllBytes(), UTF_8));
    }
  }

  @Test
  void everyInternalTopicIsInTheCatalogue() {
    var stores =
        Pattern.compile("stores: \\[([^\\]]+)]")
            .matcher(description())
            .results()
            .flatMap(match -> Pattern.compile(", ").splitAsStream(match.group(1)))
            .map(store -> store + "-changelog");
    var repartitions =
        Pattern.compile("Sink: \\S+ \\(topic: (\\S+-repartition)\\)")
            .matcher(description())
            .results()
            .map(match -> match.group(1));

    assertThat(Stream.concat(stores, repartitions))
        .isNotEmpty()
        .map(name -> "millrace-labelling-" + name)
        .containsExactlyInAnyOrderElementsOf(
            Catalogue.load().streams().stream()
                .filter(topic -> topic.owner().equals("labelling"))
                .map(InternalTopic::name)
                .toList());
  }

  @Test
  void anImageThatBringsItsLabelIsWrittenAtOnceAsItCame() {
    bench.labelledImage("a", 1, "7");

    assertThat(bench.imageExamples())
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
    bench.label("image/early", "1");
    bench.png("early", 1);
    bench.png("late", 2);
    bench.pass(Duration.ofMinutes(59));
    bench.label("image/late", "2");

    assertThat(bench.imageExamples())
        .extracting(TestRecord::value)
        .containsExactly(
            new ImageExample(
                "image/early", ByteBuffer.wrap(png(1)), null, "1", new Source("images", 0, 0L)),
            new ImageExample(
                "image/late", ByteBuffer.wrap(png(2)), null, "2", new Source("images", 0, 1L)));
  }

  @Test
  void aDocumentIsJoinedLikeAnImageAndKeepsThePlaceOfItsText() {
    bench.vector("a", weighed(40, null, false));
    bench.vector("b", weighed(41, "ham", false));
    bench.label("document/a", "spam");

    assertThat(bench.documentExamples())
        .extracting(TestRecord::value)
        .containsExactly(
            documentExample("document/b", "ham", 41), documentExample("document/a", "spam", 40));
  }

  @Test
  void anImageAndADocumentOfTheSameIdAreTwoSubjects() {
    bench.png("a", 1);
    bench.vector("a", weighed(40, null, false));
    bench.label("image/a", "7");

    assertThat(bench.imageExamples()).hasSize(1);
    assertThat(bench.documentExamples()).isEmpty();
  }

  @Test
  void anImageWithoutAKeyIsNamedByItsPlace() {
    bench.png(null, 1);
    bench.label("image/images-0-0", "7");

    assertThat(bench.imageExamples())
        .extracting(TestRecord::key)
        .containsExactly("image/images-0-0");
  }

  @Test
  void aLabelRepeatedOrCorrectedWritesNothingAgainButHoldsForTheNextRecord() {
    bench.png("a", 1);
    bench.label("image/a", "1");
    bench.label("image/a", "1");
    bench.label("image/a", "7");
    bench.png("a", 2);

    assertThat(bench.imageExamples())
        .extracting(record -> record.value().getLabel())
        .containsExactly("1", "7");
  }

  @Test
  void theLabelInsideWinsAndSpeaksOfItsRecordAlone() {
    bench.label("image/a", "1");
    bench.labelledImage("a", 1, "7");
    bench.png("a", 2);

    assertThat(bench.imageExamples())
        .extracting(record -> record.value().getLabel())
        .containsExactly("7", "1");
  }

  @Test
  void aNewerRecordReplacesTheOneThatWaits() {
    bench.png("a", 1);
    bench.png("a", 2);
    bench.label("image/a", "7");

    assertThat(bench.imageExamples())
        .extracting(record -> record.value().getPayload())
        .containsExactly(ByteBuffer.wrap(png(2)));
    assertThat(bench.figures.replaced()).isEqualTo(1);
    assertThat(bench.figures.waiting()).isZero();
  }

  @Test
  void aLabelledDocumentThatIsReplacedIsANewExample() {
    bench.label("document/a", "spam");
    bench.vector("a", weighed(40, null, false));
    bench.vector("a", weighed(52, null, false));

    assertThat(bench.documentExamples())
        .extracting(record -> record.value().getSource().getOffset())
        .containsExactly(40L, 52L);
  }

  @Test
  void theSameSourceIsNeverWrittenTwice() {
    bench.vector("a", weighed(40, "spam", false));
    bench.vector("a", weighed(41, "spam", false));
    bench.vector("a", weighed(40, "spam", false));
    bench.vector("a", weighed(41, null, false));
    bench.label("document/a", "spam");

    assertThat(bench.documentExamples()).hasSize(2);
    assertThat(bench.figures.repeated()).isEqualTo(2);
  }

  @Test
  void aRefreshedVectorIsNoNewExample() {
    bench.label("document/a", "spam");
    bench.vector("a", weighed(40, null, true));

    assertThat(bench.documentExamples()).isEmpty();
  }

  @Test
  void aDeletedDocumentIsNotLearnedFrom() {
    bench.vector("a", weighed(40, null, false));
    bench.vector("a", null);
    bench.label("document/a", "spam");

    assertThat(bench.documentExamples()).isEmpty();
    assertThat(bench.figures.waiting()).isZero();
  }

  @Test
  void whatWaitsLongerThanTheRetentionIsForgottenAndCounted() {
    bench.png("a", 1);
    bench.label("image/b", "2");
    bench.pass(LabellingTestDriver.RETENTION.plusMinutes(10));
    bench.labelledImage("time passes", 3, "0");

    bench.label("image/a", "1");
    bench.png("b", 2);

    assertThat(bench.imageExamples())
        .extracting(TestRecord::key)
        .containsExactly("image/time passes");
    assertThat(bench.figures.evictedSubjects()).isEqualTo(1);
    assertThat(bench.figures.evictedLabels()).isEqualTo(1);
    assertThat(bench.figures.waiting()).isEqualTo(1);
  }

  @Test
  void aRecordWithAnOldTimeIsKeptAsLongAsAnyOther() {
    bench.labelledImage("now", 1, "0");
    bench.pass(LabellingTestDriver.RETENTION.multipliedBy(-5));
    bench.png("old", 2);
    bench.pass(LabellingTestDriver.RETENTION.multipliedBy(5).plusMinutes(30));
    bench.labelledImage("later", 3, "0");

    bench.label("image/old", "7");

    assertThat(bench.imageExamples()).extracting(TestRecord::key).contains("image/old");
  }

  @Test
  void anImageIsWrittenWithoutALabelAfterTheWaitIfThereIsOne(@TempDir Path folder) {
    try (var waiting = new LabellingTestDriver(folder, Optional.of(Duration.ofMinutes(10)))) {
      waiting.png("a", 1);
      waiting.vector("a", weighed(40, null, false));
      waiting.pass(Duration.ofMinutes(11));
      waiting.labelledImage("time passes", 2, "0");

      waiting.label("image/a", "7");

      assertThat(waiting.imageExamples())
          .filteredOn(record -> record.key().equals("image/a"))
          .singleElement()
          .satisfies(record -> assertThat(record.value().getLabel()).isNull());
      assertThat(waiting.documentExamples()).isEmpty();
      assertThat(waiting.figures.unlabelled()).isEqualTo(1);
    }
  }

  @Test
  void anExampleTellsTheContentTypeAndCarriesTheTraceOfItsImage() {
    var headers = new RecordHeaders();
    headers.add("traceparent", bytes(TRACE));
    headers.add("content-type", bytes("image/png"));
    bench.image("a", png(1), headers);
    bench.label("image/a", "7");

    assertThat(bench.imageExamples())
        .singleElement()
        .satisfies(record -> {
          assertThat(record.value().getContentType()).isEqualTo("image/png");
          assertThat(EventHeaders.text(record.headers(), "traceparent")).contains(TRACE);
          assertThat(EventHeaders.text(record.headers(), "ce_id")).contains("images-0-0");
          assertThat(EventHeaders.text(record.headers(), "content-type"))
              .contains("application/avro");
        });
  }

  @Test
  void anImageOfEightMebibytesPasses() {
    byte[] large = Arrays.copyOf(png(1), 8 << 20);
    bench.image("a", large, new RecordHeaders());
    bench.label("image/a", "7");

    assertThat(bench.imageExamples())
        .singleElement()
        .satisfies(
            record -> assertThat(record.value().getPayload()).isEqualTo(ByteBuffer.wrap(large)));
  }

  @Test
  void badRecordsAreCountedAndPassedByAndMarkersOnlyPassedBy() {
    byte[] label = AvroCodec.of(Label.class).encode(new Label("image/a", "7"));
    List<byte[]> bad = Arrays.asList(null, new byte[0], bytes("no image"), label);
    bad.forEach(value -> bench.image("a", value, new RecordHeaders()));
    bench.images.pipeInput(new byte[] {(byte) 0xff}, png(1));
    bench.vectors.pipeInput(bytes("a"), bytes("no vector"));
    bench.labels.pipeInput(bytes("a"), bytes("no label"));
    var marker = ControlRecords.closeStep(TOPICS.images().name(), 0);
    bench.images.pipeInput(
        new TestRecord<>(
            marker.key(), marker.value(), marker.headers(), LabellingTestDriver.START));

    assertThat(bench.imageExamples()).isEmpty();
    assertThat(bench.figures.skipped()).isEqualTo(7);
    assertThat(bench.figures.recordsRead()).isEqualTo(8);
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
    return LabellingService.topology(config, TOPICS, new LabellingStats()).describe().toString();
  }
}
