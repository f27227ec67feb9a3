package io.millrace.text.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.learning.text.weighting.Weighting;
import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.FrequencyBlockKey;
import io.millrace.schemas.avro.Command;
import io.millrace.schemas.avro.DocumentFrequencies;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.text.administration.RefreshProgress;
import io.millrace.text.records.RefreshRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A command to weigh all documents again. */
final class ReweightingTest {

  private static final Duration TURN = Duration.ofMillis(50);

  private final Path folder;
  private TextTestDriver driver;

  ReweightingTest(@TempDir Path folder) {
    this.folder = folder;
    this.driver = new TextTestDriver(folder.resolve("state"));
  }

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void everyLiveDocumentIsWeighedAgainWithTheCountsOfNow() {
    driver.text("a", "red fox");
    driver.text("b", "red hen");
    driver.text("c", "red cow");
    driver.delete("b");
    driver.vectors();

    driver.refresh();
    driver.pass(TURN);

    Map<String, DocumentVector> again = again();
    assertThat(again).containsOnlyKeys("a", "c");
    double fox = Math.log(3.0 / 2.0) + 1;
    assertThat(again.get("a").getTerms()).containsExactly("fox", "red");
    assertThat(again.get("a").getWeights().getFirst())
        .isCloseTo(fox / Math.hypot(fox, 1), within(1e-15));
    assertThat(again.get("a").getCorpusSize()).isEqualTo(2);
    assertThat(driver.stats.documentsReweighted()).isEqualTo(2);
    assertThat(driver.stats.partitionsReweighting()).isZero();
  }

  @Test
  void whatIsWeighedAgainSaysSoAndOfWhatItIs() {
    driver.text("a", "red fox");
    TestRecord<String, DocumentVector> first = driver.vectors().getFirst();

    long command = driver.refresh();
    driver.pass(TURN);

    TestRecord<String, DocumentVector> again = driver.vectors().getFirst();
    assertThat(again.value())
        .isEqualTo(DocumentVector.newBuilder(first.value()).setRefresh(true).build());
    assertThat(EventHeaders.text(again.headers(), "ce_time"))
        .isEqualTo(EventHeaders.text(first.headers(), "ce_time"));
    assertThat(EventHeaders.text(again.headers(), "ce_id"))
        .contains("documents-0-0-refresh-" + command);
  }

  @Test
  void allCountsAreStatedBeforeTheCommandIsAcknowledged() {
    driver.text("a", "red fox");
    driver.text("b", "red hen");

    long command = driver.refresh();
    driver.pass(TURN);

    List<DocumentFrequencies> stated =
        driver.frequencies().stream().map(TestRecord::value).toList();
    assertThat(stated)
        .map(DocumentFrequencies::getAcknowledged)
        .containsExactly(0L, command, command);
    assertThat(stated).map(DocumentFrequencies::getRefreshed).containsExactly(0L, 0L, command);
    assertThat(stated.getFirst().getTerms()).containsExactlyInAnyOrder("red", "fox", "hen");
    assertThat(stated.get(1).getTerms()).isEmpty();
  }

  @Test
  void nothingIsWeighedAgainUntilAllPartitionsHaveStatedTheirCounts() {
    driver.close();
    driver =
        new TextTestDriver(folder.resolve("two"), TextTestDriver.config(Weighting.SCIKIT_LEARN), 2);
    driver.text("a", "red fox");
    driver.vectors();

    long command = driver.refresh();
    driver.pass(TURN);
    driver.publish(
        new FrequencyBlockKey(1, 7),
        new DocumentFrequencies(8L, List.of("fox"), List.of(8L), 0L, -1L, 0L, 0L, 0L));
    driver.pass(TURN);
    assertThat(driver.vectors()).isEmpty();
    assertThat(driver.stats.partitionsReweighting()).isEqualTo(1);
    driver.publish(
        new FrequencyBlockKey(1, 8),
        new DocumentFrequencies(8L, List.of(), List.of(), 0L, -1L, command, 0L, 0L));
    driver.pass(TURN);

    assertThat(again().get("a").getCorpusSize()).isEqualTo(9);
  }

  @Test
  void documentsThatComeMeanwhileAreNotHeldUp() {
    for (int i = 0; i < 2500; i++) {
      driver.text("d%04d".formatted(i), "red fox");
    }
    driver.vectors();
    driver.refresh();

    driver.pass(TURN);
    int share = driver.vectors().size();
    driver.text("d0000", "red hen");
    DocumentVector come = driver.vector();
    driver.text("d9999", "red hen");
    driver.vectors();
    for (int turn = 0; turn < 3; turn++) {
      driver.pass(TURN);
    }

    assertThat(share).isEqualTo(1000);
    assertThat(come.getRefresh()).isFalse();
    assertThat(again()).hasSize(1501).containsKeys("d1000", "d2499", "d9999");
    assertThat(driver.stats.partitionsReweighting()).isZero();
  }

  @Test
  void aNewerCommandBeginsAnew() {
    for (int i = 0; i < 1500; i++) {
      driver.text("d%04d".formatted(i), "red fox");
    }
    driver.refresh();
    driver.pass(TURN);
    driver.vectors();

    long command = driver.refresh();
    for (int turn = 0; turn < 3; turn++) {
      driver.pass(TURN);
    }

    assertThat(again()).hasSize(1500);
    assertThat(driver.frequencies().getLast().value().getRefreshed()).isEqualTo(command);
  }

  @Test
  void aPartitionWithoutDocumentsIsDoneAtOnce() {
    long command = driver.refresh();
    driver.pass(TURN);

    assertThat(driver.vectors()).isEmpty();
    assertThat(driver.frequencies().getLast().value().getRefreshed()).isEqualTo(command);
  }

  @Test
  void commandsAtTheSameOffsetOfATopicThatWasMadeAgainAreTwo() {
    long first = RefreshRequest.of(1_767_225_600_000L, 0).id();

    assertThat(RefreshRequest.of(1_767_225_600_001L, 0).id()).isGreaterThan(first);
    assertThat(RefreshRequest.of(1_767_225_600_000L, 1).id()).isGreaterThan(first);
    assertThat(RefreshRequest.of(-1, 7).id()).isEqualTo(7);
  }

  @Test
  void whoWaitsForACommandIsContentWithALaterOneButNotWithAnEarlier() {
    var progress = new RefreshProgress(new RefreshRequest(20));

    state(progress, 1, 10, 10);
    assertThat(progress.begun()).isZero();
    state(progress, 2, 20, 10);
    assertThat(progress.begun()).isEqualTo(1);
    state(progress, 3, 15, 10);
    assertThat(progress.done()).isZero();
    state(progress, 4, 15, 15);

    assertThat(progress.done()).isEqualTo(1);
  }

  private static void state(
      RefreshProgress progress, long sequence, long acknowledged, long refreshed) {
    var said =
        new DocumentFrequencies(1L, List.of(), List.of(), 0L, -1L, acknowledged, refreshed, 0L);
    progress.update(
        TextTestDriver.bytes(new FrequencyBlockKey(3, sequence).toString()),
        AvroCodec.of(DocumentFrequencies.class).encode(said));
  }

  @Test
  void garbageBecomesADeadLetterAndWhatIsForOthersIsPassedBy() {
    driver.text("a", "red fox");
    driver.vectors();

    driver.command(null);
    driver.command(new byte[] {1, 2, 3});
    driver.command(AvroCodec.of(Command.class).encode(new Command("dance", "text", Map.of())));
    driver.command(AvroCodec.of(Command.class).encode(new Command("refresh", "vision", Map.of())));
    driver.awaitPublication();

    assertThat(driver.vectors()).isEmpty();
    assertThat(driver.deadLetters())
        .allMatch(letter -> letter.headers().lastHeader(DeadLetters.TOPIC_ID) == null)
        .map(letter -> EventHeaders.text(letter.headers(), DeadLetters.REASON).orElseThrow())
        .satisfiesExactly(
            reason -> assertThat(reason).contains("no value"),
            reason -> assertThat(reason).contains("not Avro"),
            reason -> assertThat(reason).contains("dance"));
    driver.refresh();
    driver.pass(TURN);
    assertThat(again()).containsOnlyKeys("a");
  }

  /** What was sent since vectors were last read, all of it weighed again. */
  private Map<String, DocumentVector> again() {
    Map<String, DocumentVector> vectors = new TreeMap<>();
    driver
        .vectors()
        .forEach(record -> {
          assertThat(record.value().getRefresh()).isTrue();
          vectors.put(record.key(), record.value());
        });
    return vectors;
  }
}
