package io.millrace.text.codecs;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The key on {@code document-frequencies}: {@code 3/000000000042}.
 *
 * @param partition whose counts they are, at most 9,999: readers make room for all up to it
 * @param sequence the batch's place among those of the partition, from 0
 */
public record FrequencyBlockKey(int partition, long sequence) {

  private static final Pattern FORM = Pattern.compile("(\\d{1,4})/(\\d{12,18})");

  public FrequencyBlockKey {
    if (partition < 0 || partition > 9_999 || sequence < 0) {
      throw new IllegalArgumentException(
          "partition must be from 0 to 9999 and sequence >= 0, was " + partition + "/" + sequence);
    }
  }

  /** Reads a key as it lies on the topic; empty if it is none of ours. */
  public static Optional<FrequencyBlockKey> of(byte @Nullable [] key) {
    return key == null ? Optional.empty() : read(new String(key, StandardCharsets.UTF_8));
  }

  /**
   * Reads a key.
   *
   * @throws IllegalArgumentException if it is none of ours
   */
  public static FrequencyBlockKey parse(String text) {
    return read(text)
        .orElseThrow(() ->
            new IllegalArgumentException("document-frequencies has a key that is none: " + text));
  }

  private static Optional<FrequencyBlockKey> read(String text) {
    Matcher matcher = FORM.matcher(text);
    return matcher.matches()
        ? Optional.of(
            new FrequencyBlockKey(
                Integer.parseInt(matcher.group(1)), Long.parseLong(matcher.group(2))))
        : Optional.empty();
  }

  @Override
  public String toString() {
    String digits = Long.toString(sequence);
    return partition + "/" + "0".repeat(Math.max(0, 12 - digits.length())) + digits;
  }
}
