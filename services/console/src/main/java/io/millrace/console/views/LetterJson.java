package io.millrace.console.views;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.console.live.LetterMemory.StoredLetter;
import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.deadletters.replay.Letter;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.apache.kafka.common.header.Header;

/** A dead letter as JSON. */
final class LetterJson {

  private static final int MOST_HEADERS = 50;
  private static final int MOST_HEADER_CHARACTERS = 1000;

  private LetterJson() {}

  /**
   * The JSON of a letter.
   *
   * @param withValue whether it has the first bytes of the value
   */
  static ObjectNode of(StoredLetter kept, String prefix, boolean withValue) {
    Letter letter = kept.letter();
    var record = letter.record();
    ObjectNode object = Json.object();
    String topic = letter.topic();
    object
        .put("partition", record.partition())
        .put("offset", record.offset())
        .put("topic", topic.startsWith(prefix) ? topic.substring(prefix.length()) : topic)
        .put("sourcePartition", letter.partition())
        .put("sourceOffset", letter.offset())
        .put("reason", letter.reason())
        .put("message", letter.reason())
        .put("service", letter.service())
        .put("time", record.timestamp())
        .put("key", letter.key().orElse(null))
        .put("bytes", kept.bytes() < 0 ? null : (Long) kept.bytes())
        .put("replayed", kept.replayed())
        .put("replays", letter.replays());
    ObjectNode headers = object.putObject("headers");
    int count = 0;
    for (Header header : record.headers()) {
      if (!DeadLetters.isAdded(header, record.headers()) && count++ < MOST_HEADERS) {
        headers.put(header.key(), header.value() == null ? null : text(header.value()));
      }
    }
    if (withValue) {
      object.put(
          "valueBase64",
          record.value() == null ? null : Base64.getEncoder().encodeToString(record.value()));
    }
    return object;
  }

  private static String text(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    return text.length() <= MOST_HEADER_CHARACTERS
        ? text
        : text.substring(0, MOST_HEADER_CHARACTERS) + "…";
  }
}
