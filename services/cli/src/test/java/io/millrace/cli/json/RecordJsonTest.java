package io.millrace.cli.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.topics.Topics;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

final class RecordJsonTest {

  /** A parser would take bytes that begin so for UTF-32, and fail. */
  @Test
  void aValueThatSaysItIsJsonAndIsNotIsShownAsText() {
    var value = "\0\0\0{\"id\"";
    var record =
        new ConsumerRecord<>("documents", 0, 17, "a".getBytes(UTF_8), value.getBytes(UTF_8));
    record.headers().add("content-type", "application/json".getBytes(UTF_8));

    assertThat(new RecordJson(new Topics(""), true).of(record).get("value").asText())
        .isEqualTo(value);
  }
}
