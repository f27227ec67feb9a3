package io.millrace.learning.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.SecureRandom;

/**
 * Mixes blocks of a text into a hash for tables in this process. The multipliers are random and
 * secret, so that nobody can write a document whose terms all hash to one place of a table (Crosby
 * and Wallach 2003, "Denial of Service via Algorithmic Complexity Attacks"); with such multipliers
 * the high bits of a product collide as seldom as chance has it (Dietzfelbinger et al. 1997, "A
 * Reliable Randomized Algorithm for the Closest-Pair Problem"), and they are folded to the low
 * ones. Nothing that leaves the process may depend on the hash.
 */
public final class TermHash {

  private static final long FIRST;
  private static final long SECOND;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  static {
    var random = new SecureRandom();
    FIRST = random.nextLong() | 1;
    SECOND = random.nextLong() | 1;
  }

  private TermHash() {}

  /** Mixes a block, combined with the hash of the blocks before. */
  public static long of(long value) {
    long mixed = (value ^ value >>> 33) * FIRST;
    return (mixed ^ mixed >>> 33) * SECOND;
  }

  /** Folds a mixed value to the hash. */
  public static int folded(long mixed) {
    return (int) (mixed ^ mixed >>> Integer.SIZE);
  }

  /** The hash of the bytes from one place to before another. */
  public static int of(byte[] bytes, int from, int to) {
    long mixed = of(to - from);
    int at = from;
    for (; at + Long.BYTES <= to; at += Long.BYTES) {
      mixed = of(mixed ^ (long) LONGS.get(bytes, at));
    }
    long rest = 0;
    for (; at < to; at++) {
      rest = rest << Byte.SIZE | bytes[at] & 0xff;
    }
    return folded(of(mixed ^ rest));
  }
}
