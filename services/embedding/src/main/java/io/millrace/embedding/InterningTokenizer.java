package io.millrace.embedding;

import io.millrace.learning.text.analysis.Analysis;
import io.millrace.learning.text.analysis.TextTokenizer;
import java.util.ArrayList;
import java.util.List;

/**
 * Analyzes texts into words, and reuses the strings of recent words. A reused string has its hash
 * already, and equals the vocabulary's by identity: the learning thread finds most words without
 * reading a letter, and the garbage collector has little to do. Not thread-safe: each thread has
 * its own.
 */
final class InterningTokenizer {

  /** Strings that are reused: for each value of the hash's lowest bits the last word. */
  private static final int KEPT = 1 << 16;

  private static final int LETTERS_A_WORD = 6;

  private final TextTokenizer tokenizer;
  private final String[] kept = new String[KEPT];

  InterningTokenizer(Analysis analysis) {
    this.tokenizer = new TextTokenizer(analysis);
  }

  /** The words of a text in their order, repeats included. */
  List<String> words(String text) {
    List<String> words = new ArrayList<>(1 + text.length() / LETTERS_A_WORD);
    tokenizer.forEach(text, (chars, from, length) -> words.add(word(chars, from, length)));
    return words;
  }

  private String word(char[] chars, int from, int length) {
    int hash = 0;
    for (int i = from; i < from + length; i++) {
      hash = 31 * hash + chars[i];
    }
    int place = (hash ^ hash >>> 16) & KEPT - 1;
    String known = kept[place];
    if (known == null || !isSame(known, chars, from, length)) {
      known = new String(chars, from, length);
      kept[place] = known;
    }
    return known;
  }

  private static boolean isSame(String word, char[] chars, int from, int length) {
    if (word.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (word.charAt(i) != chars[from + i]) {
        return false;
      }
    }
    return true;
  }
}
