package io.millrace.text.topology;

import static io.millrace.text.topology.TextTestDriver.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.Document;
import io.millrace.schemas.avro.Label;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of record that cannot be used is a dead letter, whole, and nothing stops. */
final class UnusableDocumentsTest {

  private static final byte[] KEY = bytes("a");
  private static final byte[] NO_UTF_8 = {(byte) 0xc3, (byte) 0x28};
  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0};

  private final TextTestDriver driver;

  UnusableDocumentsTest(@TempDir Path folder) {
    driver = new TextTestDriver(folder);
  }

  @AfterEach
  void close() {
    driver.close();
  }

  static List<Arguments> unusable() {
    byte[] document = AvroCodec.of(Document.class).encode(new Document("red fox", null));
    return List.of(
        arguments("no key", null, bytes("red"), null, "a document needs a key: its id"),
        arguments("empty key", new byte[0], bytes("red"), null, "a document needs a key: its id"),
        arguments("no key, no value", null, null, null, "a document needs a key: its id"),
        arguments("binary key", NO_UTF_8, bytes("red"), null, "the key is not UTF-8 text"),
        arguments("deleted binary key", NO_UTF_8, null, null, "the key is not UTF-8 text"),
        arguments(
            "long key", bytes("k".repeat(4097)), bytes("red"), null, "the key has 4097 bytes"),
        arguments("long key, no value", bytes("k".repeat(4097)), null, null, "the key has 4097"),
        arguments("empty value", KEY, new byte[0], null, "the value is empty"),
        arguments("random bytes", KEY, random(), null, "not UTF-8"),
        arguments("image", KEY, PNG, null, "an image (image/png), not a document"),
        arguments("image by its header", KEY, bytes("red"), "image/png", "not a document"),
        arguments("cut Avro", KEY, Arrays.copyOf(document, 12), null, "not a readable Avro"),
        arguments(
            "another Avro",
            KEY,
            AvroCodec.of(Label.class).encode(new Label("image/1", "7")),
            null,
            "is an Avro Label, not a Document"),
        arguments("text that is no Avro", KEY, bytes("red"), "application/avro", "not Avro"),
        arguments("JSON array", KEY, bytes("[1]"), "application/json", "a JSON array"),
        arguments("JSON without text", KEY, bytes("{\"label\": \"a\"}"), null, "no text at /text"),
        arguments(
            "text over the bound",
            KEY,
            bytes("a".repeat(TextTestDriver.MAX_DOCUMENT_BYTES + 1)),
            null,
            "the document has 100001 bytes, more than documents.max.bytes allows (100000)"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unusable")
  void isADeadLetterAsItCame(
      String name, byte[] key, byte[] value, String contentType, String reason) {
    var headers = new RecordHeaders().add("own", bytes("1"));
    if (contentType != null) {
      headers.add(EventHeaders.CONTENT_TYPE, bytes(contentType));
    }
    driver.text("before", "red fox");

    driver.send(key, value, headers);
    driver.text("after", "red hen");

    assertThat(driver.vectors())
        .extracting(record -> record.key())
        .containsExactly("before", "after");
    assertThat(driver.deadLetters())
        .singleElement()
        .satisfies(letter -> {
          assertThat(letter.key()).isEqualTo(key);
          assertThat(letter.value()).isEqualTo(value);
          assertThat(letter.headers()).contains(headers.toArray());
          assertThat(EventHeaders.text(letter.headers(), DeadLetters.SERVICE)).contains("text");
          assertThat(EventHeaders.text(letter.headers(), DeadLetters.TOPIC)).contains("documents");
          assertThat(EventHeaders.text(letter.headers(), DeadLetters.TOPIC_ID))
              .contains(TextTestDriver.topicId("documents"));
          assertThat(EventHeaders.text(letter.headers(), DeadLetters.PARTITION)).contains("0");
          assertThat(EventHeaders.text(letter.headers(), DeadLetters.OFFSET)).contains("1");
          assertThat(EventHeaders.text(letter.headers(), DeadLetters.REASON).orElseThrow())
              .contains(reason);
        });
    assertThat(driver.stats.recordsRejected()).isEqualTo(1);
    assertThat(driver.stats.recordsRead()).isEqualTo(3);
    assertThat(driver.stats.recordsWritten()).isEqualTo(2);
  }

  @Test
  void aDeadLetterIsOfTodayHoweverOldItsRecordIs() {
    driver.sendAt(Instant.EPOCH, KEY, random());

    TestRecord<byte[], byte[]> letter = driver.deadLetters().getFirst();
    assertThat(letter.getRecordTime()).isEqualTo(TextTestDriver.START);
    assertThat(EventHeaders.text(letter.headers(), DeadLetters.TIMESTAMP)).contains("0");
  }

  @Test
  void aTextAsLargeAsTheBoundIsWeighed() {
    String text =
        IntStream.range(10_000, 26_666)
            .mapToObj(Integer::toString)
            .collect(Collectors.joining(" "));

    driver.text("a", text);

    assertThat(bytes(text)).hasSizeBetween(99_990, TextTestDriver.MAX_DOCUMENT_BYTES);
    assertThat(driver.vector().getTerms()).hasSize(16_666);
  }

  private static byte[] random() {
    byte[] bytes = new byte[1000];
    new Random(3).nextBytes(bytes);
    return bytes;
  }
}
