package io.millrace.learning.core;

/**
 * The hash function FNV-1a, 64 bits wide (Fowler, Noll and Vo), over the UTF-16 units of a name.
 * Learners seed the first weights of a word, term or class by it, so that they do not depend on
 * when the name was first seen.
 */
public final class Fnv1a {

  private static final long OFFSET_BASIS = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private Fnv1a() {}

  /** The hash of a name; O(length). */
  public static long hash(String name) {
    long hash = OFFSET_BASIS;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * PRIME;
    }
    return hash;
  }
}
