package io.millrace.cli.deadletters;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.cli.terminal.PrintableText;
import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.deadletters.Replays;
import io.millrace.runtime.deadletters.replay.Letter;
import io.millrace.runtime.records.AvroJson;
import io.millrace.runtime.records.BytesJson;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Writes a dead letter for people to read. */
final class DeadLetterFormatter {

  private static final List<String> ADDED = List.of("millrace-dead-letter-", "millrace-replay-");
  private static final int LONGEST_LINE = 500;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final String prefix;
  private final int shownBytes;

  /**
   * Creates a formatter.
   *
   * @param prefix of all topics; left out of their names
   * @param shownBytes the most bytes of a value that are shown
   */
  DeadLetterFormatter(String prefix, int shownBytes) {
    this.prefix = prefix;
    this.shownBytes = shownBytes;
  }

  /**
   * A letter for people.
   *
   * @param open whether it was not sent again
   */
  String format(Letter letter, boolean open) {
    var text = new StringBuilder();
    line(text, "place", letter.place(prefix));
    line(text, "reason", letter.reason());
    line(
        text,
        "refused",
        "by %s at %s"
            .formatted(letter.service(), Instant.ofEpochMilli(letter.record().timestamp())));
    line(
        text,
        "came",
        "from topic %s, partition %s, offset %s; its time is %s"
            .formatted(
                letter.topic(),
                letter.header(DeadLetters.PARTITION),
                letter.header(DeadLetters.OFFSET),
                time(letter.header(DeadLetters.TIMESTAMP))));
    replays(text, letter, open);
    line(text, "key", sized(letter.record().key()));
    for (Header header : letter.record().headers()) {
      if (ADDED.stream().noneMatch(header.key()::startsWith)) {
        line(
            text,
            "header",
            PrintableText.inOneLine(header.key())
                + ": "
                + (header.value() == null
                    ? "null"
                    : PrintableText.inOneLine(header.value(), LONGEST_LINE)));
      }
    }
    value(text, letter.record().value());
    return text.toString();
  }

  private static void replays(StringBuilder text, Letter letter, boolean open) {
    if (letter.replays() > 0) {
      line(
          text,
          "replays",
          "sent again and refused again %d times; first refused at %s"
              .formatted(letter.replays(), letter.header(Replays.ORIGIN)));
    }
    if (!open) {
      line(text, "replayed", "it was sent again, and not refused since");
    }
  }

  private void value(StringBuilder text, byte @Nullable [] value) {
    if (value == null) {
      line(text, "value", "none (a tombstone)");
      return;
    }
    String kind = "bytes";
    Optional<String> content = avro(value);
    if (content.isPresent()) {
      kind = "Avro";
    } else {
      content = PrintableText.utf8(value);
      kind = content.isPresent() ? "text" : "no text";
      Optional<String> json = content.flatMap(DeadLetterFormatter::json);
      if (json.isPresent()) {
        content = json;
        kind = "JSON";
      }
    }
    line(text, "value", String.format(Locale.ROOT, "%,d bytes, %s", value.length, kind));
    if (value.length > 0) {
      text.append('\n');
      content.ifPresentOrElse(whole -> addText(text, whole), () -> addBytes(text, value));
    }
  }

  private void addText(StringBuilder text, String whole) {
    boolean cut = whole.length() > shownBytes;
    text.append(PrintableText.inLines(cut ? whole.substring(0, shownBytes) : whole));
    text.append(cut || !whole.endsWith("\n") ? "\n" : "");
    addRest(text, whole.length() - shownBytes, "characters");
  }

  private void addBytes(StringBuilder text, byte[] value) {
    text.append(PrintableText.hexDump(value, Math.min(value.length, shownBytes)));
    addRest(text, value.length - shownBytes, "bytes");
  }

  private static void addRest(StringBuilder text, int rest, String unit) {
    if (rest > 0) {
      text.append(String.format(Locale.ROOT, "… and %,d %s; --bytes N shows more%n", rest, unit));
    }
  }

  private static Optional<String> avro(byte[] value) {
    return new AvroJson(new BytesJson(false)).read(value).map(JsonNode::toPrettyString);
  }

  private static Optional<String> json(String text) {
    String start = text.stripLeading();
    if (!start.startsWith("{") && !start.startsWith("[")) {
      return Optional.empty();
    }
    try {
      return Optional.of(MAPPER.readTree(text).toPrettyString());
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static String sized(byte @Nullable [] key) {
    return key == null
        ? "none"
        : "%s (%d bytes)".formatted(PrintableText.inOneLine(key, LONGEST_LINE), key.length);
  }

  private static String time(String millis) {
    return millis.matches("\\d{1,15}")
        ? Instant.ofEpochMilli(Long.parseLong(millis)).toString()
        : "not known";
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append(String.format(Locale.ROOT, "%-8s %s%n", name, PrintableText.inOneLine(value)));
  }
}
