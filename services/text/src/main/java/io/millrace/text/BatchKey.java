package io.millrace.text;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The key on {@code document-frequencies}: {@code 3/000000000042}.
 *
 * @param partition whose counts they are
 * @param sequence the batch's place among those of the partition, from 0
 */
record BatchKey(int partition, long sequence) {

  private static final Pattern FORM = Pattern.compile("(\\d{1,9})/(\\d{12,18})");

  BatchKey {
    if (partition < 0 || sequence < 0) {
      throw new IllegalArgumentException(
          "partition and sequence must be >= 0, was " + partition + "/" + sequence);
    }
  }

  /**
   * Reads a key.
   *
   * @throws IllegalArgumentException if it is none of ours
   */
  static BatchKey parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("document-frequencies has a key that is none: " + text);
    }
    return new BatchKey(Integer.parseInt(matcher.group(1)), Long.parseLong(matcher.group(2)));
  }

  @Override
  public String toString() {
    String digits = Long.toString(sequence);
    return partition + "/" + "0".repeat(Math.max(0, 12 - digits.length())) + digits;
  }
}
