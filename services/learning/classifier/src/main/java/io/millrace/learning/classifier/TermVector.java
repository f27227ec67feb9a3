package io.millrace.learning.classifier;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.learning.core.TermHash;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The terms of a document with their weights, without an object for each: the texts in UTF-8 lie
 * one after the other, and each is hashed once. Immutable.
 *
 * {@snippet :
 * TermVector terms = TermVector.of(List.of("cheap", "winner"), List.of(0.6, 0.8));
 * }
 */
public final class TermVector {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] utf8;
  private final int[] ends;
  private final int[] hashes;
  private final long[] prefixes;
  private final double[] weights;

  private TermVector(Builder from) {
    utf8 = Arrays.copyOf(from.utf8, from.at);
    ends = Arrays.copyOf(from.ends, from.terms);
    hashes = Arrays.copyOf(from.hashes, from.terms);
    prefixes = Arrays.copyOf(from.prefixes, from.terms);
    weights = Arrays.copyOf(from.weights, from.terms);
  }

  /**
   * A vector of strings.
   *
   * @param terms the document's terms, each once
   * @param weights the weight of each term
   * @throws IllegalArgumentException if the number of weights is not the number of terms
   */
  public static TermVector of(List<String> terms, List<Double> weights) {
    var vector = new Builder(16 * terms.size(), terms.size() + 1);
    terms.forEach(vector::addTerm);
    weights.forEach(vector::addWeight);
    return vector.build();
  }

  /** The number of terms. */
  public int size() {
    return weights.length;
  }

  /** The weight of the term at a place, from 0. */
  public double weight(int place) {
    return weights[place];
  }

  /** The text of the term at a place, from 0. */
  public String term(int place) {
    return new String(utf8, start(place), ends[place] - start(place), UTF_8);
  }

  /** The bytes of all texts together. */
  int utf8Bytes() {
    return utf8.length;
  }

  /** The hash of a term, by {@link TermHash}. */
  int hash(int place) {
    return hashes[place];
  }

  /** The first eight bytes of a term, zeros behind a shorter one. */
  long prefix(int place) {
    return prefixes[place];
  }

  /** The bytes of a term. */
  int length(int place) {
    return ends[place] - start(place);
  }

  /** Whether a term has this text in UTF-8. */
  boolean matches(int place, byte[] text) {
    return Arrays.equals(utf8, start(place), ends[place], text, 0, text.length);
  }

  /** The {@link #prefix} of bytes, of which {@code from + 8} are there. */
  static long prefix(byte[] bytes, int from, int length) {
    long first = (long) LONGS.get(bytes, from);
    return length >= Long.BYTES ? first : first & (1L << Byte.SIZE * length) - 1;
  }

  /** Writes a term as {@link DataOutputStream#writeUTF} writes it. */
  void writeTerm(int place, DataOutputStream out) throws IOException {
    int start = start(place);
    if (isPlain(start, ends[place]) && length(place) < 1 << Short.SIZE) {
      out.writeShort(length(place));
      out.write(utf8, start, length(place));
    } else {
      out.writeUTF(term(place));
    }
  }

  /** Whether modified UTF-8 has the same bytes: it has others for NUL and rare characters. */
  private boolean isPlain(int from, int to) {
    for (int at = from; at < to; at++) {
      if (utf8[at] <= 0) {
        return false;
      }
    }
    return true;
  }

  private int start(int place) {
    return place == 0 ? 0 : ends[place - 1];
  }

  /** Whether all weights are numbers from -bound to bound. */
  public boolean isWithin(double bound) {
    for (double weight : weights) {
      if (!(Math.abs(weight) <= bound)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TermVector it
        && Arrays.equals(utf8, it.utf8)
        && Arrays.equals(ends, it.ends)
        && Arrays.equals(weights, it.weights);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(utf8) + Arrays.hashCode(weights);
  }

  @Override
  public String toString() {
    var text = new StringBuilder("TermVector[");
    for (int place = 0; place < size(); place++) {
      text.append(place == 0 ? "" : ", ").append(term(place)).append('=').append(weight(place));
    }
    return text.append(']').toString();
  }

  /** Collects terms and weights, each in their order. Used once, by one thread. */
  public static final class Builder {

    private static final int FIRST_TERMS = 128;
    private static final int MAX_BYTES = Integer.MAX_VALUE - Long.BYTES;

    private byte[] utf8;
    private int[] ends;
    private int[] hashes;
    private long[] prefixes;
    private double[] weights;
    private int terms;
    private int weighted;
    private int at;

    /**
     * A vector without terms.
     *
     * @param utf8Bytes about how long the texts will be together
     */
    public Builder(int utf8Bytes) {
      this(utf8Bytes, FIRST_TERMS);
    }

    private Builder(int utf8Bytes, int terms) {
      ends = new int[terms];
      hashes = new int[terms];
      prefixes = new long[terms];
      weights = new double[terms];
      utf8 = new byte[Math.addExact(utf8Bytes, Long.BYTES)];
    }

    /** Adds a term. */
    public void addTerm(String term) {
      byte[] text = term.getBytes(UTF_8);
      addValid(text, text.length);
    }

    /**
     * Adds a term in UTF-8, the first bytes of an array. What is not valid UTF-8 is replaced as in
     * {@link String}, so that one text has one form.
     */
    public void addTerm(byte[] text, int length) {
      if (isAscii(text, length)) {
        addValid(text, length);
      } else {
        addTerm(new String(text, 0, length, UTF_8));
      }
    }

    private static boolean isAscii(byte[] text, int length) {
      int bits = 0;
      for (int i = 0; i < length; i++) {
        bits |= text[i];
      }
      return bits >= 0;
    }

    private void addValid(byte[] text, int length) {
      int room = Math.addExact(at, length + Long.BYTES); // A prefix is always read whole.
      if (utf8.length < room) {
        utf8 = Arrays.copyOf(utf8, Math.max(room, (int) Math.min(MAX_BYTES, 2L * utf8.length)));
      }
      if (terms == ends.length) {
        ends = Arrays.copyOf(ends, 2 * terms);
        hashes = Arrays.copyOf(hashes, 2 * terms);
        prefixes = Arrays.copyOf(prefixes, 2 * terms);
      }
      System.arraycopy(text, 0, utf8, at, length);
      hashes[terms] = TermHash.of(utf8, at, at + length);
      prefixes[terms] = prefix(utf8, at, length);
      at += length;
      ends[terms++] = at;
    }

    /** Adds a weight. */
    public void addWeight(double weight) {
      if (weighted == weights.length) {
        weights = Arrays.copyOf(weights, 2 * weighted);
      }
      weights[weighted++] = weight;
    }

    /**
     * Ends the vector.
     *
     * @throws IllegalArgumentException if the number of weights is not the number of terms
     */
    public TermVector build() {
      if (terms != weighted) {
        throw new IllegalArgumentException(
            "each term needs one weight: " + terms + " terms, " + weighted + " weights");
      }
      return new TermVector(this);
    }
  }
}
