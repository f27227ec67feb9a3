package io.millrace.learning.text.analysis;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32C;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharFilterFactory;
import org.apache.lucene.analysis.TokenFilterFactory;
import org.apache.lucene.analysis.TokenizerFactory;
import org.apache.lucene.analysis.custom.CustomAnalyzer;
import org.apache.lucene.analysis.util.FilesystemResourceLoader;
import org.apache.lucene.util.ResourceLoader;
import org.jspecify.annotations.Nullable;

/**
 * A chain of Lucene's factories: char filters, one tokenizer and token filters, each in the order
 * in which they are added. Files that they name are looked up in the working directory, then among
 * Lucene's resources, and are read at once, in UTF-8 or as their byte order mark says. Errors are
 * {@link IllegalArgumentException}; they name the choices, or repeat what Lucene says.
 */
public final class AnalysisChain {

  /** The components added, by the setting of their stage, with the checksum of the files read. */
  private final Map<String, String> description = new TreeMap<>();

  private final Resources resources = new Resources();
  private final CustomAnalyzer.Builder builder = CustomAnalyzer.builder(resources);

  private interface Adder {
    void to(CustomAnalyzer.Builder builder, Map<String, String> parameters) throws IOException;
  }

  /** Adds a char filter, which changes the text. */
  public AnalysisChain charFilter(AnalysisComponent component) {
    requireKnown("char filter", component, CharFilterFactory.availableCharFilters());
    return add("char.filters", component, (to, with) -> to.addCharFilter(component.name(), with));
  }

  /** Sets the tokenizer, which splits the text; once. */
  public AnalysisChain tokenizer(AnalysisComponent component) {
    requireKnown("tokenizer", component, TokenizerFactory.availableTokenizers());
    return add("tokenizer", component, (to, with) -> to.withTokenizer(component.name(), with));
  }

  /** Adds a token filter, which changes the tokens. */
  public AnalysisChain tokenFilter(AnalysisComponent component) {
    requireKnown("token filter", component, TokenFilterFactory.availableTokenFilters());
    return add("token.filters", component, (to, with) -> to.addTokenFilter(component.name(), with));
  }

  private static void requireKnown(String kind, AnalysisComponent component, Set<String> names) {
    Set<String> all = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    all.addAll(names);
    if (!all.contains(component.name())) {
      throw new IllegalArgumentException(
          "%s must be one of %s, was %s".formatted(kind, String.join(", ", all), component.name()));
    }
  }

  /** Lucene refuses a component by exceptions of many types. */
  private AnalysisChain add(String kind, AnalysisComponent component, Adder adder) {
    long before = resources.sum.getValue();
    try {
      adder.to(builder, new HashMap<>(component.parameters()));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(component.name() + ": " + resources.problem, e);
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException(component.name() + ": " + e.getMessage(), e);
    }
    long sum = resources.sum.getValue();
    String added = sum == before ? component.toString() : component + "#" + Long.toHexString(sum);
    description.merge("analysis." + kind, added, (first, next) -> first + ", " + next);
    return this;
  }

  /** The components by setting. */
  Map<String, String> description() {
    return Map.copyOf(description);
  }

  /** Builds the analyzer. */
  Analyzer analyzer() {
    try {
      return builder.build();
    } catch (IllegalStateException e) {
      throw new IllegalArgumentException("the custom analysis needs a tokenizer", e);
    }
  }

  /** Computes a checksum of what is read, so that a changed file makes another description. */
  private static final class Resources implements ResourceLoader {

    final CRC32C sum = new CRC32C();

    /** Why the last file that is not UTF-8 is not. Some need not be: Hunspell's name a charset. */
    String problem = "a file is not UTF-8";

    private final ResourceLoader files =
        new FilesystemResourceLoader(Path.of(""), CustomAnalyzer.class.getClassLoader());

    @Override
    public InputStream openResource(String resource) throws IOException {
      try (InputStream in = files.openResource(resource)) {
        byte[] bytes = in.readAllBytes();
        Optional<String> notText = TextFile.problem(resource, bytes);
        if (notText.isPresent()) {
          problem = notText.get();
          if (TextFile.isUtf16WithoutMark(bytes)) {
            // Lucene would read it, with the character NUL between the letters.
            throw new IOException(problem);
          }
        } else if (TextFile.markOf(bytes).isPresent()) {
          // Lucene takes a byte order mark for a part of the first word, and reads UTF-8 only.
          bytes = TextFile.text(bytes).getBytes(StandardCharsets.UTF_8);
        }
        sum.update(bytes);
        return new ByteArrayInputStream(bytes);
      }
    }

    @Override
    public <T> Class<? extends T> findClass(String name, Class<T> type) {
      return files.findClass(name, type);
    }

    @Override
    public <T> @Nullable T newInstance(String name, Class<T> type) {
      return files.newInstance(name, type);
    }
  }
}
