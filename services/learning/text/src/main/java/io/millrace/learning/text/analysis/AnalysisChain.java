package io.millrace.learning.text.analysis;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
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
 * A chain of Lucene's factories: what changes the text, what takes it apart, what changes the
 * tokens, each in the order in which it is added. Files that they name are looked for in the
 * working directory, then among Lucene's own resources, and are read at once. Errors, which are
 * {@link IllegalArgumentException}, say what there is to choose from, or what Lucene has said.
 */
public final class AnalysisChain {

  /** What was added, by the kind's name in settings; with the check sum of the files read. */
  private final Map<String, String> description = new TreeMap<>();

  private final Resources resources = new Resources();
  private final CustomAnalyzer.Builder builder = CustomAnalyzer.builder(resources);

  private interface Adding {
    void to(CustomAnalyzer.Builder builder, Map<String, String> parameters) throws IOException;
  }

  /** Adds what changes the text. */
  public AnalysisChain charFilter(AnalysisComponent step) {
    known("char filter", step, CharFilterFactory.availableCharFilters());
    return add("char.filters", step, (to, with) -> to.addCharFilter(step.name(), with));
  }

  /** Sets what takes the text apart: once. */
  public AnalysisChain tokenizer(AnalysisComponent step) {
    known("tokenizer", step, TokenizerFactory.availableTokenizers());
    return add("tokenizer", step, (to, with) -> to.withTokenizer(step.name(), with));
  }

  /** Adds what changes the tokens. */
  public AnalysisChain tokenFilter(AnalysisComponent step) {
    known("token filter", step, TokenFilterFactory.availableTokenFilters());
    return add("token.filters", step, (to, with) -> to.addTokenFilter(step.name(), with));
  }

  private static void known(String kind, AnalysisComponent step, Set<String> names) {
    Set<String> all = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    all.addAll(names);
    if (!all.contains(step.name())) {
      throw new IllegalArgumentException(
          "%s must be one of %s, was %s".formatted(kind, String.join(", ", all), step.name()));
    }
  }

  /** Lucene refuses in many ways: by a class that is not there, for one. */
  private AnalysisChain add(String kind, AnalysisComponent step, Adding adding) {
    long before = resources.sum.getValue();
    try {
      adding.to(builder, new HashMap<>(step.parameters()));
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException(step.name() + ": " + e.getMessage(), e);
    }
    long sum = resources.sum.getValue();
    String added = sum == before ? step.toString() : step + "#" + Long.toHexString(sum);
    description.merge("analysis." + kind, added, (first, next) -> first + ", " + next);
    return this;
  }

  /** What a count depends on, by setting. */
  Map<String, String> description() {
    return Map.copyOf(description);
  }

  /** The analyzer. */
  Analyzer analyzer() {
    try {
      return builder.build();
    } catch (IllegalStateException e) {
      throw new IllegalArgumentException("a chain needs a tokenizer", e);
    }
  }

  /** Sums up what is read, so that a file which has changed is another chain. */
  private static final class Resources implements ResourceLoader {

    final CRC32C sum = new CRC32C();

    private final ResourceLoader files =
        new FilesystemResourceLoader(Path.of(""), CustomAnalyzer.class.getClassLoader());

    @Override
    public InputStream openResource(String resource) throws IOException {
      try (InputStream in = files.openResource(resource)) {
        byte[] bytes = in.readAllBytes();
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
