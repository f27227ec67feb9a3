package io.millrace.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The key of a block of document frequencies on {@code document-frequencies}, such as {@code
 * 3/000000000042}.
 *
 * @param partition the partition of {@code documents} whose counts the block has, from 0 to 9,999:
 *     readers allocate room for every partition up to it
 * @param sequence the block's number among those of the partition, from 0
 */
public record FrequencyBlockKey(int partition, long sequence) {

  private static final Pattern FORMAT = Pattern.compile("(\\d{1,4})/(\\d{12,18})");

  public FrequencyBlockKey {
    if (partition < 0 || partition > 9_999 || sequence < 0) {
      throw new IllegalArgumentException(
          "partition must be from 0 to 9999 and sequence >= 0, was " + partition + "/" + sequence);
    }
  }

  /** Reads the key of a record; empty if it is not the key of a block. */
  public static Optional<FrequencyBlockKey> of(byte @Nullable [] key) {
    return key == null ? Optional.empty() : read(new String(key, UTF_8));
  }

  /**
   * Reads a key.
   *
   * @throws IllegalArgumentException if it is not the key of a block
   */
  public static FrequencyBlockKey parse(String text) {
    return read(text)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "a key of document-frequencies must be PARTITION/SEQUENCE, such as"
                    + " 3/000000000042, was: "
                    + text));
  }

  private static Optional<FrequencyBlockKey> read(String text) {
    Matcher matcher = FORMAT.matcher(text);
    return matcher.matches()
        ? Optional.of(
            new FrequencyBlockKey(
                Integer.parseInt(matcher.group(1)), Long.parseLong(matcher.group(2))))
        : Optional.empty();
  }

  /** The key of the record. */
  public byte[] toBytes() {
    return toString().getBytes(UTF_8);
  }

  @Override
  public String toString() {
    String digits = Long.toString(sequence);
    return partition + "/" + "0".repeat(Math.max(0, 12 - digits.length())) + digits;
  }
}
