package io.millrace.cli.send;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds ids that occur twice among the records of one run, of which the topic would keep only the
 * last. An id takes 16 bytes of a table that is at most half full: 63 bits of its SHA-256 and its
 * place. Two ids with the same 63 bits are taken for one, which among 4 million happens once in a
 * million runs.
 */
final class RepeatedIds {

  /** The most ids that are remembered: 128 MiB. */
  static final int MOST_IDS = 1 << 22;

  private static final int FIRST_SLOTS = 1 << 10;
  private static final int NUMBER_BITS = 40;

  private final int mostIds;
  private final MessageDigest digest = sha256();
  private final List<String> files = new ArrayList<>();
  private long[] hashes = new long[FIRST_SLOTS];
  private long[] places = new long[FIRST_SLOTS];
  private int count;

  RepeatedIds() {
    this(MOST_IDS);
  }

  RepeatedIds(int mostIds) {
    this.mostIds = mostIds;
  }

  /**
   * Where the id was before; remembers its place otherwise, unless there are too many.
   *
   * @param where the file, with {@code :N} behind it for one of several records in it
   */
  Optional<String> before(String id, String where) {
    byte[] sum = digest.digest(id.getBytes(StandardCharsets.UTF_8));
    long hash = Math.max(1, ByteBuffer.wrap(sum).getLong() >>> 1); // 0 is an empty slot.
    int slot = slot(hashes, hash);
    if (hashes[slot] == hash) {
      return Optional.of(place(places[slot]));
    }
    if (count < mostIds) {
      hashes[slot] = hash;
      places[slot] = place(where);
      if (++count > hashes.length / 2) {
        grow();
      }
    }
    return Optional.empty();
  }

  /** Whether some ids may have occurred twice unnoticed. */
  boolean isFull() {
    return count == mostIds;
  }

  /** Two places, the second without the file that both have: {@code a.csv:2 and :3}. */
  static String both(String first, String second) {
    int colon = second.lastIndexOf(':') + 1;
    boolean sameFile = colon > 0 && first.startsWith(second.substring(0, colon));
    return first + " and " + (sameFile ? second.substring(colon - 1) : second);
  }

  private void grow() {
    long[] oldHashes = hashes;
    long[] oldPlaces = places;
    hashes = new long[oldHashes.length * 2];
    places = new long[hashes.length];
    for (int i = 0; i < oldHashes.length; i++) {
      if (oldHashes[i] != 0) {
        int slot = slot(hashes, oldHashes[i]);
        hashes[slot] = oldHashes[i];
        places[slot] = oldPlaces[i];
      }
    }
  }

  /** The slot of a hash, or the empty one where it belongs. */
  private static int slot(long[] hashes, long hash) {
    int slot = (int) hash & (hashes.length - 1);
    while (hashes[slot] != 0 && hashes[slot] != hash) {
      slot = (slot + 1) & (hashes.length - 1);
    }
    return slot;
  }

  /** The index of the file, and the record's number in it plus one, or 0 for a whole file. */
  private long place(String where) {
    int colon = where.lastIndexOf(':');
    boolean numbered = colon > 0 && where.substring(colon + 1).matches("\\d{1,11}");
    String file = numbered ? where.substring(0, colon) : where;
    if (files.isEmpty() || !files.getLast().equals(file)) {
      files.add(file);
    }
    long number = numbered ? Long.parseLong(where.substring(colon + 1)) + 1 : 0;
    return (long) (files.size() - 1) << NUMBER_BITS | number;
  }

  private String place(long place) {
    long number = place & ((1L << NUMBER_BITS) - 1);
    String file = files.get((int) (place >>> NUMBER_BITS));
    return number == 0 ? file : file + ":" + (number - 1);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
