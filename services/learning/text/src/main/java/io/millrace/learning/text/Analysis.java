package io.millrace.learning.text;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.standard.StandardAnalyzer;

/**
 * How text is taken apart into terms, chosen by name.
 *
 * <ul>
 *   <li>{@code standard}: Lucene's standard analyzer: words by Unicode's text segmentation (UAX
 *       #29), lower case, no stop words. Words over 255 characters are cut at that length.
 *   <li>{@code english}: Lucene's English analyzer: the same, without possessives and stop words,
 *       stemmed by Porter.
 *   <li>{@code scikit-learn}: what scikit-learn's vectorizers do unless told otherwise, see {@link
 *       WordTokens}.
 * </ul>
 *
 * <p>Text in any language is fine for all three; a text of n characters has at most n tokens.
 */
public final class Analysis {

  public static final Analysis STANDARD =
      new Analysis("standard", () -> new LuceneTokens(new StandardAnalyzer()));

  public static final Analysis ENGLISH =
      new Analysis("english", () -> new LuceneTokens(new EnglishAnalyzer()));

  public static final Analysis SCIKIT_LEARN = new Analysis("scikit-learn", WordTokens::new);

  private static final Map<String, Analysis> BY_NAME = new TreeMap<>();

  static {
    for (Analysis analysis : new Analysis[] {STANDARD, ENGLISH, SCIKIT_LEARN}) {
      BY_NAME.put(analysis.name, analysis);
    }
  }

  private final String name;
  private final Supplier<Tokens> tokens;

  private Analysis(String name, Supplier<Tokens> tokens) {
    this.name = name;
    this.tokens = tokens;
  }

  /**
   * The analysis of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Analysis named(String name) {
    Analysis analysis = BY_NAME.get(name);
    if (analysis == null) {
      throw new IllegalArgumentException(
          "analysis must be one of " + String.join(", ", names()) + ", was " + name);
    }
    return analysis;
  }

  /** All names, sorted. */
  public static Collection<String> names() {
    return Collections.unmodifiableCollection(BY_NAME.keySet());
  }

  /** The name in settings. */
  public String name() {
    return name;
  }

  /** What takes text apart so; for one thread. */
  Tokens newTokens() {
    return tokens.get();
  }

  @Override
  public String toString() {
    return name;
  }
}
