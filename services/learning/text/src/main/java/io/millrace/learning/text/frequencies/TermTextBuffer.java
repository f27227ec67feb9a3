package io.millrace.learning.text.frequencies;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.learning.core.TermHash;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A buffer of texts of terms in UTF-8, with their hashes and prefixes, while they are looked up.
 * One of the texts is selected; the methods without an index are about that one. Not thread-safe.
 *
 * <p>The prefix is the first eight bytes, zeros behind a shorter text, in the order of {@link
 * TermOrder}.
 */
final class TermTextBuffer {

  /** The most texts. */
  static final int CAPACITY = 256;

  /** The bytes that a prefix is made of. */
  static final int PREFIX_BYTES = Long.BYTES;

  private static final int FIRST_ROOM = 4096;

  private static final VarHandle BIG_ENDIAN =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final int[] starts = new int[CAPACITY + 1];
  private final long[] prefixes = new long[CAPACITY];
  private final int[] hashes = new int[CAPACITY];
  private int size;
  private byte[] bytes = new byte[FIRST_ROOM];

  private int start;
  private int length;
  private long prefix;
  private int hash;

  /** Replaces all texts by one in UTF-16, and selects it. */
  void set(char[] chars, int from, int count) {
    clear();
    add(chars, from, count);
  }

  /** Replaces all texts by one in UTF-8, the first bytes of an array, and selects it. */
  void set(byte[] utf8, int count) {
    clear();
    add(utf8, count);
  }

  /** Adds a text in UTF-8, the first bytes of an array, and selects it. */
  void add(byte[] utf8, int count) {
    makeRoom(count);
    System.arraycopy(utf8, 0, bytes, starts[size], count);
    end(starts[size] + count);
  }

  /** Replaces all texts by one, and selects it. */
  void set(String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    set(utf8, utf8.length);
  }

  /** Adds a text in UTF-16, and selects it. */
  void add(char[] chars, int from, int count) {
    // A code unit takes at most three bytes.
    makeRoom(3 * count);
    byte[] to = bytes;
    int end = from + count;
    int at = starts[size];
    for (int i = from; i < end; i++) {
      char c = chars[i];
      if (c < 0x80) {
        to[at++] = (byte) c;
      } else if (c < 0x800) {
        to[at++] = (byte) (0xc0 | c >> 6);
        to[at++] = continuation(c);
      } else if (Character.isHighSurrogate(c)
          && i + 1 < end
          && Character.isLowSurrogate(chars[i + 1])) {
        int codePoint = Character.toCodePoint(c, chars[++i]);
        to[at++] = (byte) (0xf0 | codePoint >> 18);
        to[at++] = continuation(codePoint >> 12);
        to[at++] = continuation(codePoint >> 6);
        to[at++] = continuation(codePoint);
      } else {
        to[at++] = (byte) (0xe0 | c >> 12);
        to[at++] = continuation(c >> 6);
        to[at++] = continuation(c);
      }
    }
    end(at);
  }

  private static byte continuation(int bits) {
    return (byte) (0x80 | bits & 0x3f);
  }

  private void makeRoom(int count) {
    // A prefix is always read whole.
    int room = starts[size] + count + PREFIX_BYTES;
    if (bytes.length < room) {
      bytes = Arrays.copyOf(bytes, Math.max(room, 2 * bytes.length));
    }
  }

  private void end(int at) {
    start = starts[size];
    length = at - start;
    compute();
    prefixes[size] = prefix;
    hashes[size] = hash;
    starts[++size] = at;
  }

  /** How many texts there are. */
  int size() {
    return size;
  }

  /** Selects a text. */
  void select(int place) {
    start = starts[place];
    length = starts[place + 1] - start;
    prefix = prefixes[place];
    hash = hashes[place];
  }

  /** The hashes of the texts. */
  int[] hashes() {
    return hashes;
  }

  /** Removes all texts. */
  void clear() {
    size = 0;
    if (bytes.length > 16 * FIRST_ROOM) {
      bytes = new byte[FIRST_ROOM];
    }
  }

  private void compute() {
    int absent = PREFIX_BYTES - Math.min(length, PREFIX_BYTES);
    long first = length == 0 ? 0 : block(start) & -1L << Byte.SIZE * absent;
    prefix = TermOrder.prefix(first);
    long mixed = TermHash.of(prefix + length);
    for (int at = PREFIX_BYTES; at < length; at += PREFIX_BYTES) {
      int rest = PREFIX_BYTES - Math.min(length - at, PREFIX_BYTES);
      mixed = TermHash.of(mixed ^ block(start + at) & -1L << Byte.SIZE * rest);
    }
    hash = TermHash.folded(mixed);
  }

  private long block(int at) {
    return (long) BIG_ENDIAN.get(bytes, at);
  }

  /** The first bytes of the selected text. */
  long prefix() {
    return prefix;
  }

  /** The hash of the selected text. */
  int hash() {
    return hash;
  }

  /** Whether the selected text is that of an entry. */
  boolean matches(TermKey key) {
    return prefix == key.prefix
        && length == key.length
        && (length <= PREFIX_BYTES
            || Arrays.equals(
                bytes, start + PREFIX_BYTES, start + length, key.utf8, PREFIX_BYTES, length));
  }

  /** A copy of the selected text. */
  byte[] copy() {
    return Arrays.copyOfRange(bytes, start, start + length);
  }
}
