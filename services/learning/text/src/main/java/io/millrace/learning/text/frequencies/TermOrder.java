package io.millrace.learning.text.frequencies;

import java.util.Arrays;

/**
 * Compares texts in UTF-8 by their UTF-16 code units, as {@link String#compareTo} does. UTF-8 sorts
 * by code points. UTF-16 does so too, except that U+E000 to U+FFFF (first bytes EE and EF) come
 * after all higher code points (first bytes F0 to F4). So EE and EF are replaced by FC and FD,
 * which UTF-8 never uses.
 */
final class TermOrder {

  private static final long HIGH_BITS = 0x8080808080808080L;

  private TermOrder() {}

  /** The first eight bytes of a text, the first one highest, as a number that compares unsigned. */
  static long prefix(long first) {
    if ((first & HIGH_BITS) == 0) {
      return first;
    }
    long ordered = 0;
    for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
      ordered = ordered << Byte.SIZE | ordered((int) (first >>> shift) & 0xff);
    }
    return ordered;
  }

  private static int ordered(int value) {
    return (value & 0xfe) == 0xee ? value + 0x0e : value;
  }

  /** Compares two texts of the same prefix. */
  static int compareRest(byte[] a, byte[] b) {
    int from = Math.min(TermTextBuffer.PREFIX_BYTES, Math.min(a.length, b.length));
    int at = Arrays.mismatch(a, from, a.length, b, from, b.length);
    if (at < 0) {
      return 0;
    }
    int place = from + at;
    return place >= a.length || place >= b.length
        ? Integer.compare(a.length, b.length)
        : Integer.compare(ordered(a[place] & 0xff), ordered(b[place] & 0xff));
  }
}
