package io.millrace.text.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.text.analysis.Analysis;
import io.millrace.learning.text.frequencies.DocumentFrequencyTable;
import io.millrace.text.config.DocumentStoreType;
import io.millrace.text.metrics.TextStats;
import java.time.Duration;
import org.apache.kafka.streams.state.StoreBuilder;
import org.junit.jupiter.api.Test;

/** What text remembers of documents is on disk, or bounded. */
final class LiveDocumentsTest {

  @Test
  void deletionsAreOnDiskTooUnlessAllIsInMemory() {
    assertThat(LiveDocuments.builders(DocumentStoreType.DISK))
        .map(StoreBuilder::build)
        .allMatch(store -> store.persistent());
    assertThat(LiveDocuments.builders(DocumentStoreType.MEMORY))
        .map(StoreBuilder::build)
        .noneMatch(store -> store.persistent());
  }

  @Test
  void timesOfReplacedDocumentsAreNotKeptBeyondAsManyAsAreLive() {
    RetentionWindow window = window(Duration.ofDays(30));
    long live = 10_000;
    for (int revision = 0; revision < 10; revision++) {
      for (int document = 0; document < live; document++) {
        window.add(revision, Integer.toString(document).getBytes(UTF_8));
      }
      assertThat(window.isCrowded(live)).as("after revision " + revision).isEqualTo(revision >= 2);
    }

    window.clear();

    assertThat(window.isCrowded(0)).isFalse();
  }

  private static RetentionWindow window(Duration length) {
    var own = new DocumentFrequencyTable();
    var others = new GlobalFrequencies(Analysis.STANDARD, () -> 1, new TextStats());
    return new RetentionWindow(length, own, others, () -> 0);
  }
}
