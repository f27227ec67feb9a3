package io.millrace.runtime.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.records.EventHeaders;
import java.util.stream.StreamSupport;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

final class DeadLettersTest {

  @Test
  void aLetterSaysWhereItsRecordWasAlsoAsKafkaStreamsDoes() {
    Headers letter = letter(new RecordHeaders().add("site", bytes("north")));

    assertThat(EventHeaders.text(letter, "__streams.errors.topic")).contains("images");
    assertThat(EventHeaders.text(letter, "__streams.errors.partition")).contains("2");
    assertThat(EventHeaders.text(letter, "__streams.errors.offset")).contains("17");
    assertThat(EventHeaders.text(letter, "__streams.errors.message")).contains("not an image");
    assertThat(original(letter)).isEqualTo(new RecordHeaders().add("site", bytes("north")));
  }

  @Test
  void aLetterSaysWhichTopicOfItsNameItWasAndOneWithoutTheIdKeepsNoOther() {
    Headers record = new RecordHeaders().add(DeadLetters.TOPIC_ID, bytes("of the record itself"));
    var unknown = new DeadLetters.Origin("images", "", 2, 17, 1_000);

    assertThat(EventHeaders.text(letter(record), DeadLetters.TOPIC_ID)).contains("cluster/id");
    assertThat(DeadLetters.headers(record, "scoring", unknown, "bad").headers(DeadLetters.TOPIC_ID))
        .isEmpty();
  }

  @Test
  void whatAnotherApplicationSaidOfTheRecordStays() {
    Headers record =
        new RecordHeaders()
            .add("__streams.errors.topic", bytes("upstream"))
            .add("__streams.errors.exception", bytes("java.lang.Exception"));

    Headers letter = letter(record);

    assertThat(EventHeaders.text(letter, "__streams.errors.topic")).contains("upstream");
    assertThat(original(letter)).isEqualTo(record);
  }

  private static Headers letter(Headers record) {
    return DeadLetters.headers(
        record,
        "scoring",
        new DeadLetters.Origin("images", "cluster/id", 2, 17, 1_000),
        "not an image");
  }

  /** The headers that a replay sends. */
  private static Headers original(Headers letter) {
    return new RecordHeaders(
        StreamSupport.stream(letter.spliterator(), false)
            .filter(it -> !DeadLetters.isAdded(it, letter))
            .toArray(Header[]::new));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
