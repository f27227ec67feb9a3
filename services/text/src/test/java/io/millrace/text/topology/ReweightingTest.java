package io.millrace.text.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.learning.text.weighting.Weighting;
import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.Command;
import io.millrace.schemas.avro.DocumentFrequencies;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.text.administration.RefreshProgress;
import io.millrace.text.codecs.FrequencyBlockKey;
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
  private TextTestDriver bench;

  ReweightingTest(@TempDir Path folder) {
    this.folder = folder;
    this.bench = new TextTestDriver(folder.resolve("bench"));
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void everyLiveDocumentIsWeighedAgainWithTheCountsOfNow() {
    bench.text("a", "red fox");
    bench.text("b", "red hen");
    bench.text("c", "red cow");
    bench.delete("b");
    bench.vectors();

    bench.refresh();
    bench.pass(TURN);

    Map<String, DocumentVector> again = again();
    assertThat(again).containsOnlyKeys("a", "c");
    double fox = Math.log(3.0 / 2.0) + 1;
    assertThat(again.get("a").getTerms()).containsExactly("fox", "red");
    assertThat(again.get("a").getWeights().getFirst())
        .isCloseTo(fox / Math.hypot(fox, 1), within(1e-15));
    assertThat(again.get("a").getCorpusSize()).isEqualTo(2);
    assertThat(bench.figures.documentsReweighted()).isEqualTo(2);
    assertThat(bench.figures.partitionsReweighting()).isZero();
  }

  @Test
  void whatIsWeighedAgainSaysSoAndOfWhatItIs() {
    bench.text("a", "red fox");
    TestRecord<String, DocumentVector> first = bench.vectors().getFirst();

    long command = bench.refresh();
    bench.pass(TURN);

    TestRecord<String, DocumentVector> again = bench.vectors().getFirst();
    assertThat(again.value())
        .isEqualTo(DocumentVector.newBuilder(first.value()).setRefresh(true).build());
    assertThat(again.timestamp()).isEqualTo(first.timestamp());
    assertThat(EventHeaders.text(again.headers(), "ce_id"))
        .contains("documents-0-0-refresh-" + command);
  }

  @Test
  void allCountsAreStatedBeforeTheCommandIsAcknowledged() {
    bench.text("a", "red fox");
    bench.text("b", "red hen");

    long command = bench.refresh();
    bench.pass(TURN);

    List<DocumentFrequencies> stated = bench.frequencies().stream().map(TestRecord::value).toList();
    assertThat(stated)
        .map(DocumentFrequencies::getAcknowledged)
        .containsExactly(0L, command, command);
    assertThat(stated).map(DocumentFrequencies::getRefreshed).containsExactly(0L, 0L, command);
    assertThat(stated.getFirst().getTerms()).containsExactlyInAnyOrder("red", "fox", "hen");
    assertThat(stated.get(1).getTerms()).isEmpty();
  }

  @Test
  void nothingIsWeighedAgainUntilAllPartitionsHaveStatedTheirCounts() {
    bench.close();
    bench =
        new TextTestDriver(folder.resolve("two"), TextTestDriver.config(Weighting.SCIKIT_LEARN), 2);
    bench.text("a", "red fox");
    bench.vectors();

    long command = bench.refresh();
    bench.pass(TURN);
    bench.publish(
        new FrequencyBlockKey(1, 7),
        new DocumentFrequencies(8L, List.of("fox"), List.of(8L), 0L, -1L, 0L, 0L, 0L));
    bench.pass(TURN);
    assertThat(bench.vectors()).isEmpty();
    assertThat(bench.figures.partitionsReweighting()).isEqualTo(1);
    bench.publish(
        new FrequencyBlockKey(1, 8),
        new DocumentFrequencies(8L, List.of(), List.of(), 0L, -1L, command, 0L, 0L));
    bench.pass(TURN);

    assertThat(again().get("a").getCorpusSize()).isEqualTo(9);
  }

  @Test
  void documentsThatComeMeanwhileAreNotHeldUp() {
    for (int i = 0; i < 2500; i++) {
      bench.text("d%04d".formatted(i), "red fox");
    }
    bench.vectors();
    bench.refresh();

    bench.pass(TURN);
    int share = bench.vectors().size();
    bench.text("d0000", "red hen");
    DocumentVector come = bench.vector();
    bench.text("d9999", "red hen");
    bench.vectors();
    for (int turn = 0; turn < 3; turn++) {
      bench.pass(TURN);
    }

    assertThat(share).isEqualTo(1000);
    assertThat(come.getRefresh()).isFalse();
    assertThat(again()).hasSize(1501).containsKeys("d1000", "d2499", "d9999");
    assertThat(bench.figures.partitionsReweighting()).isZero();
  }

  @Test
  void aNewerCommandBeginsAnew() {
    for (int i = 0; i < 1500; i++) {
      bench.text("d%04d".formatted(i), "red fox");
    }
    bench.refresh();
    bench.pass(TURN);
    bench.vectors();

    long command = bench.refresh();
    for (int turn = 0; turn < 3; turn++) {
      bench.pass(TURN);
    }

    assertThat(again()).hasSize(1500);
    assertThat(bench.frequencies().getLast().value().getRefreshed()).isEqualTo(command);
  }

  @Test
  void aPartitionWithoutDocumentsIsDoneAtOnce() {
    long command = bench.refresh();
    bench.pass(TURN);

    assertThat(bench.vectors()).isEmpty();
    assertThat(bench.frequencies().getLast().value().getRefreshed()).isEqualTo(command);
  }

  @Test
  void commandsAtTheSameOffsetOfATopicThatWasMadeAgainAreTwo() {
    long first = CommandSourceProcessor.commandNumber(1_767_225_600_000L, 0);

    assertThat(CommandSourceProcessor.commandNumber(1_767_225_600_001L, 0)).isGreaterThan(first);
    assertThat(CommandSourceProcessor.commandNumber(1_767_225_600_000L, 1)).isGreaterThan(first);
    assertThat(CommandSourceProcessor.commandNumber(-1, 7)).isEqualTo(7);
  }

  @Test
  void whoWaitsForACommandIsContentWithALaterOneButNotWithAnEarlier() {
    var progress = new RefreshProgress(20);

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
    bench.text("a", "red fox");
    bench.vectors();

    bench.command(null);
    bench.command(new byte[] {1, 2, 3});
    bench.command(AvroCodec.of(Command.class).encode(new Command("dance", "text", Map.of())));
    bench.command(AvroCodec.of(Command.class).encode(new Command("refresh", "vision", Map.of())));
    bench.settle();

    assertThat(bench.vectors()).isEmpty();
    assertThat(bench.deadLetters())
        .map(letter -> EventHeaders.text(letter.headers(), DeadLetters.REASON).orElseThrow())
        .satisfiesExactly(
            reason -> assertThat(reason).contains("no value"),
            reason -> assertThat(reason).contains("not Avro"),
            reason -> assertThat(reason).contains("dance"));
    bench.refresh();
    bench.pass(TURN);
    assertThat(again()).containsOnlyKeys("a");
  }

  /** What was sent since vectors were last read, all of it weighed again. */
  private Map<String, DocumentVector> again() {
    Map<String, DocumentVector> vectors = new TreeMap<>();
    bench
        .vectors()
        .forEach(record -> {
          assertThat(record.value().getRefresh()).isTrue();
          vectors.put(record.key(), record.value());
        });
    return vectors;
  }
}
