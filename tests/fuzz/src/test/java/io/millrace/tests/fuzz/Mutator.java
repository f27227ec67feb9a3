package io.millrace.tests.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Changes inputs blindly: some bytes here and there, parts left out, repeated or of another input.
 */
final class Mutator {

  private static final int LONGEST = 1 << 14;
  private static final byte[] TELLING = {
    0, 1, -1, 127, -128, '"', '{', '[', '\\', '%', '\n', ',', '/'
  };

  private final List<byte[]> inputs;
  private final Random random;

  Mutator(List<byte[]> inputs, long seed) {
    this.inputs = List.copyOf(inputs);
    this.random = new Random(seed);
  }

  /** Another input. */
  byte[] next() {
    byte[] input = any().clone();
    for (int changes = 1 + random.nextInt(5); changes > 0; changes--) {
      input = changed(input);
    }
    return input;
  }

  private byte[] any() {
    return inputs.get(random.nextInt(inputs.size()));
  }

  private byte[] changed(byte[] input) {
    if (input.length == 0) {
      return any().clone();
    }
    int at = random.nextInt(input.length);
    switch (random.nextInt(7)) {
      case 0, 1 -> input[at] = (byte) random.nextInt();
      case 2 -> input[at] = TELLING[random.nextInt(TELLING.length)];
      case 3 -> input[at] ^= (byte) (1 << random.nextInt(8));
      case 4 -> {
        return Arrays.copyOf(input, at); // Cut off.
      }
      case 5 -> {
        int end = Math.min(input.length, at + random.nextInt(64));
        return joined(Arrays.copyOf(input, at), Arrays.copyOfRange(input, end, input.length));
      }
      default -> {
        byte[] other = any();
        int from = other.length == 0 ? 0 : random.nextInt(other.length);
        int end = Math.min(other.length, from + random.nextInt(256));
        return joined(
            joined(Arrays.copyOf(input, at), Arrays.copyOfRange(other, from, end)),
            Arrays.copyOfRange(input, at, input.length));
      }
    }
    return input;
  }

  private static byte[] joined(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, Math.min(LONGEST, a.length + b.length));
    System.arraycopy(b, 0, both, a.length, both.length - a.length);
    return both;
  }
}
