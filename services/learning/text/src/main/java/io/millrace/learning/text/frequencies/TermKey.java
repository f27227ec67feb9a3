package io.millrace.learning.text.frequencies;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** An entry of a {@link TermHashTable}: a text in UTF-8, as it is written to topics. */
abstract class TermKey {

  final byte[] utf8;

  /** The first eight bytes of the text, see {@link TermTextBuffer}. */
  final long prefix;

  /** The hash of the text, see {@link TermTextBuffer}. */
  final int hash;

  /** Kept beside the prefix, so that most texts are compared without reading further. */
  final int length;

  TermKey(byte[] utf8, long prefix, int hash) {
    this.utf8 = utf8;
    this.prefix = prefix;
    this.hash = hash;
    this.length = utf8.length;
  }

  final boolean hasSameText(TermKey other) {
    return hash == other.hash && prefix == other.prefix && Arrays.equals(utf8, other.utf8);
  }

  final String decoded() {
    return new String(utf8, UTF_8);
  }
}
