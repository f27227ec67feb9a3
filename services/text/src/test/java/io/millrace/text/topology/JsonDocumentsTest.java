package io.millrace.text.topology;

import static io.millrace.runtime.streams.StreamsTestDriver.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.runtime.settings.Settings;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documents in Debezium's events, with their ids inside. */
final class JsonDocumentsTest {

  private static final Map<String, String> SETTINGS =
      Map.of(
          "documents.json.text", "/payload/after/body",
          "documents.json.label", "/payload/after/kind",
          "documents.json.id", "/payload/after/id");

  private final TextTestDriver driver;

  JsonDocumentsTest(@TempDir Path folder) {
    driver = new TextTestDriver(folder, Settings.of(SETTINGS).inputs());
  }

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void aRowIsTheDocumentOfItsId() {
    send("{\"id\": 7}", event("c", "{\"id\": 7, \"body\": \"red fox\", \"kind\": \"fox\"}"));

    assertThat(driver.vectors())
        .singleElement()
        .satisfies(record -> {
          assertThat(record.key()).isEqualTo("7");
          assertThat(record.value().getLabel()).isEqualTo("fox");
          assertThat(record.value().getTerms()).containsExactly("fox", "red");
        });
  }

  @Test
  void aNewStateOfARowReplacesTheDocumentWhateverTheKey() {
    send("a", event("c", "{\"id\": 7, \"body\": \"red fox\"}"));
    send("b", event("u", "{\"id\": 7, \"body\": \"red hen\"}"));

    assertThat(driver.vectors())
        .satisfiesExactly(
            first -> assertThat(first.value().getCorpusSize()).isEqualTo(1),
            second -> assertThat(second.value().getCorpusSize()).isEqualTo(1));
  }

  @Test
  void aDeletedRowAndItsTombstoneDeleteTheDocument() {
    send("{\"id\": 7}", event("c", "{\"id\": 7, \"body\": \"red fox\"}"));
    send("{\"id\": 8}", event("c", "{\"id\": 8, \"body\": \"red hen\"}"));
    send(
        "{\"id\": 7}",
        "{\"payload\": {\"op\": \"d\", \"source\": {}, \"before\": {\"id\": 7}, \"after\": null}}");
    send("{\"schema\": {}, \"payload\": {\"id\": 8}}", null);
    driver.vectors();

    send("{\"id\": 9}", event("c", "{\"id\": 9, \"body\": \"red cat\"}"));

    assertThat(driver.vector().getCorpusSize()).isEqualTo(1);
    assertThat(driver.deadLetters()).isEmpty();
  }

  @Test
  void aDeletionOfWhichTheIdIsNotKnownIsADeadLetterUnderItsOwnKey() {
    send("{\"nr\": 7}", null);

    assertThat(driver.deadLetters())
        .singleElement()
        .satisfies(letter -> {
          assertThat(letter.key()).isEqualTo(bytes("{\"nr\": 7}"));
          assertThat(EventHeaders.text(letter.headers(), DeadLetters.REASON).orElseThrow())
              .contains("documents.json.id=/payload/after/id");
        });
  }

  @Test
  void plainTextIsStillTheDocumentOfItsKey() {
    send("mail-1", "red fox");

    assertThat(driver.vectors())
        .singleElement()
        .satisfies(it -> assertThat(it.key()).isEqualTo("mail-1"));
  }

  @Test
  void textsThatBeginLikeJsonAreCounted() {
    send("a", "{red} fox");
    send("b", "red fox");

    assertThat(driver.stats.documentsLikeJson()).isEqualTo(1);
  }

  private static String event(String operation, String row) {
    return "{\"schema\": {}, \"payload\": {\"op\": \"%s\", \"source\": {}, \"after\": %s}}"
        .formatted(operation, row);
  }

  private void send(String key, String value) {
    driver.send(bytes(key), value == null ? null : bytes(value), new RecordHeaders());
  }
}
