package io.millrace.learning.text.analysis;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.apache.lucene.analysis.CharArraySet;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that are left out. They are compared with the tokens as the analysis makes them, which
 * most put into lower case.
 *
 * <ul>
 *   <li>{@code own}: the default of the analysis: those of a language; none for {@code standard}
 *       and {@code scikit-learn}.
 *   <li>{@code none}.
 *   <li>{@code scikit-learn}: scikit-learn's list {@code english}, 318 words.
 *   <li>the name of a language: Lucene's list for it.
 *   <li>{@code words:the of and}: these, separated by spaces or commas.
 *   <li>{@code file:PATH}: those of a file, one a line, in UTF-8 or with a byte order mark; {@code
 *       #} starts a comment.
 * </ul>
 */
public final class StopWords {

  /** The default of the analysis. */
  public static final StopWords OWN = new StopWords("own", null);

  private static final String NONE = "none";
  private static final String SCIKIT_LEARN = "scikit-learn";
  private static final String WORDS = "words:";
  private static final String FILE = "file:";
  private static final String WORD_LIST = "/io/millrace/learning/text/scikit-learn-english.txt";

  private final String name;
  private final @Nullable CharArraySet words;

  private StopWords(String name, @Nullable CharArraySet words) {
    this.name = name;
    this.words = words == null ? null : CharArraySet.unmodifiableSet(words);
  }

  /**
   * The stop words of a name; a file is read now.
   *
   * @throws IllegalArgumentException if the name is unknown, or the file cannot be read
   */
  public static StopWords named(String name) {
    if (name.startsWith(WORDS)) {
      String words = name.substring(WORDS.length());
      return listed(name, Arrays.asList(words.trim().split("[\\s,]+")));
    }
    if (name.startsWith(FILE)) {
      return listed(name, words(TextFile.read(Path.of(name.substring(FILE.length())))));
    }
    return switch (name) {
      case "own" -> OWN;
      case NONE -> new StopWords(name, CharArraySet.EMPTY_SET);
      case SCIKIT_LEARN -> listed(name, scikitLearn());
      default ->
          Arrays.stream(Language.values())
              .filter(language -> language.label().equals(name))
              .findFirst()
              .map(language -> new StopWords(name, language.stopWords()))
              .orElseThrow(() -> unknown(name));
    };
  }

  private static IllegalArgumentException unknown(String name) {
    return new IllegalArgumentException(
        "stop words must be one of "
            + String.join(", ", names())
            + ", or words:A B C, or file:PATH, was "
            + name);
  }

  /** All names but those of lists and files. */
  public static Collection<String> names() {
    List<String> names = new ArrayList<>(List.of(OWN.name, NONE, SCIKIT_LEARN));
    Arrays.stream(Language.values()).map(Language::label).forEach(names::add);
    return names;
  }

  private static StopWords listed(String name, List<String> words) {
    var set = new CharArraySet(words.size(), false);
    words.stream().filter(word -> !word.isEmpty()).forEach(set::add);
    return new StopWords(name, set);
  }

  private static List<String> scikitLearn() {
    try (InputStream in = StopWords.class.getResourceAsStream(WORD_LIST)) {
      return words(new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException("the list of stop words cannot be read", e);
    }
  }

  private static List<String> words(String text) {
    return text.lines().map(line -> line.replaceFirst("#.*", "").strip()).toList();
  }

  /** The words, or a default for {@link #OWN}. */
  CharArraySet or(CharArraySet own) {
    return words == null ? own : words;
  }

  /**
   * Everything that counts depend on: the name, or the words if the name does not determine them.
   */
  String description() {
    if (words == null || !name.startsWith(WORDS) && !name.startsWith(FILE)) {
      return name;
    }
    var sorted = new TreeSet<String>();
    words.forEach(word -> sorted.add(new String((char[]) word)));
    return WORDS + String.join(" ", sorted);
  }

  @Override
  public String toString() {
    return name;
  }
}
