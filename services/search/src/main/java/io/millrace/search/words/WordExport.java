package io.millrace.search.words;

import io.millrace.learning.embedding.neighbours.ExactVectorIndex;
import io.millrace.learning.tensors.ElementType;
import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.tensors.TensorSpec;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleConsumer;
import java.util.stream.Collectors;

/**
 * Writes the word vectors to a file, the most frequent words first, equally frequent ones in
 * alphabetical order. Row by row, without a second copy in memory.
 */
public final class WordExport {

  /** Most frequent first. */
  private static final Comparator<Entry> ORDER =
      Comparator.comparingLong(Entry::count).reversed().thenComparing(Entry::word);

  /** The longest header that the reference implementation of safetensors reads, less some room. */
  private static final long MAX_VOCABULARY_BYTES = 99_000_000;

  private static final int PROGRESS_INTERVAL = 1_000;

  /** File formats. */
  public enum Format {
    /**
     * Text: a line with the numbers of words and dimensions, then a line for each word: the word
     * and its elements, separated by single blanks.
     */
    WORD2VEC,

    /**
     * The same first line; then for each word: the word, a blank, its elements as little-endian
     * floats, a line feed.
     */
    WORD2VEC_BINARY,

    /**
     * A tensor {@code vectors} float32[words, dimensions], a tensor {@code counts} int64[words],
     * and in the metadata {@code vocabulary}: the words in the same order, a line each.
     */
    SAFETENSORS;

    /** As on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether the format can hold a word: a blank ends it in text, a line feed everywhere. */
    private boolean takes(String word) {
      return word.codePoints().noneMatch(it -> this == SAFETENSORS ? it == '\n' : isBlank(it));
    }

    private static boolean isBlank(int codePoint) {
      return Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint);
    }
  }

  private record Entry(String word, long count) {}

  private final ExactVectorIndex vectors;
  private final Format format;
  private final List<Entry> entries;
  private final List<String> leftOut;

  /**
   * An export of a table.
   *
   * @param table no longer changing
   * @param minCount excludes words that occurred more rarely
   */
  public WordExport(WordTable table, Format format, long minCount) {
    this.vectors = table.vectors();
    this.format = format;
    Map<Boolean, List<Entry>> byFit =
        table.all().entrySet().stream()
            .filter(it -> it.getValue().dimensions() == vectors.dimensions())
            .map(it -> new Entry(it.getKey(), it.getValue().count()))
            .filter(it -> it.count() >= minCount)
            .sorted(ORDER)
            .collect(Collectors.partitioningBy(it -> format.takes(it.word())));
    this.entries = byFit.getOrDefault(true, List.of());
    this.leftOut = byFit.getOrDefault(false, List.of()).stream().map(Entry::word).toList();
  }

  /** How many words are written. */
  public int words() {
    return entries.size();
  }

  /** Elements of each vector. */
  public int dimensions() {
    return vectors.dimensions();
  }

  /** Words that the format cannot hold. */
  public List<String> leftOut() {
    return leftOut;
  }

  /**
   * Writes the file.
   *
   * @param out buffered
   * @param progress is called with how much is written, 0 to 1
   * @throws IOException if it cannot be written, or the format has no room for so many words
   */
  public void write(OutputStream out, DoubleConsumer progress) throws IOException {
    if (format == Format.SAFETENSORS) {
      out.write(opening());
      out.write(counts());
    } else {
      out.write(utf8(entries.size() + " " + dimensions() + "\n"));
    }
    int written = 0;
    for (Entry entry : entries) {
      write(out, entry.word(), vectors.vector(entry.word()).orElseThrow());
      written++;
      if (written % PROGRESS_INTERVAL == 0) {
        progress.accept((double) written / entries.size());
      }
    }
  }

  private void write(OutputStream out, String word, float[] vector) throws IOException {
    switch (format) {
      case WORD2VEC -> {
        var line = new StringBuilder(word);
        for (float element : vector) {
          line.append(' ').append(element);
        }
        out.write(utf8(line.append('\n').toString()));
      }
      case WORD2VEC_BINARY -> {
        out.write(utf8(word + " "));
        out.write(littleEndian(vector));
        out.write('\n');
      }
      case SAFETENSORS -> out.write(littleEndian(vector));
    }
  }

  private byte[] opening() throws IOException {
    String vocabulary = entries.stream().map(Entry::word).collect(Collectors.joining("\n"));
    if (utf8(vocabulary).length > MAX_VOCABULARY_BYTES) {
      throw new IOException(
          "the words do not fit into the header of a safetensors file: exclude rare ones by"
              + " --min-count, or choose word2vec-binary");
    }
    return SafeTensors.header(
        Map.of(
            "counts", new TensorSpec(ElementType.I64, List.of(entries.size())),
            "vectors", new TensorSpec(ElementType.F32, List.of(entries.size(), dimensions()))),
        Map.of("vocabulary", vocabulary));
  }

  private byte[] counts() {
    ByteBuffer bytes =
        ByteBuffer.allocate(entries.size() * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    entries.forEach(entry -> bytes.putLong(entry.count()));
    return bytes.array();
  }

  private static byte[] littleEndian(float[] vector) {
    ByteBuffer bytes =
        ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return bytes.array();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
