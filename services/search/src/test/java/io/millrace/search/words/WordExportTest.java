package io.millrace.search.words;

import static io.millrace.search.words.TestWords.put;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.learning.tensors.ElementType;
import io.millrace.learning.tensors.SafeTensors;
import io.millrace.search.words.WordExport.Format;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files of word vectors, also as others open them. */
final class WordExportTest {

  private static final String PYTHON = "/usr/bin/python3";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private final WordTable table = new WordTable(100);

  @BeforeEach
  void fill() {
    put(table, "rare", 2, 1e-30f, -3.4e10f);
    put(table, "die", 50, 0.1f, -0.25f);
    put(table, "früh", 50, 1 / 3f, 7);
    put(table, "the", 900, -0.0f, 1e-5f);
    put(table, "𝒳", 3, 1, 2);
    put(table, "other", 9999, 1, 2, 3);
  }

  @Test
  void textHasALineAWordTheMostFrequentFirst() {
    assertThat(new String(bytes(Format.WORD2VEC, 50), UTF_8))
        .isEqualTo("3 2\nthe -0.0 1.0E-5\ndie 0.1 -0.25\nfrüh 0.33333334 7.0\n");
  }

  @Test
  void safetensorsHaveTheWordsInTheirMetadata() {
    SafeTensors file = SafeTensors.read(bytes(Format.SAFETENSORS, 3));

    assertThat(file.text("vocabulary").split("\n")).containsExactly("the", "die", "früh", "𝒳");
    assertThat(file.tensor("vectors", ElementType.F32, 4, 2).floats())
        .startsWith(-0.0f, 1e-5f, 0.1f, -0.25f);
    assertThat(file.tensor("counts", ElementType.I64, 4).longs()).containsExactly(900, 50, 50, 3);
  }

  @Test
  void wordsThatAFormatCannotHoldAreLeftOutAndNamed() {
    put(table, "new york", 40, 1, 2);
    put(table, "no\u00a0break", 30, 1, 2);
    put(table, "line\nfeed", 20, 1, 2);

    assertThat(new WordExport(table, Format.WORD2VEC, 0).leftOut())
        .containsExactly("new york", "no\u00a0break", "line\nfeed");
    assertThat(new WordExport(table, Format.WORD2VEC_BINARY, 25).leftOut()).hasSize(2);
    assertThat(new WordExport(table, Format.SAFETENSORS, 0).leftOut())
        .containsExactly("line\nfeed");
    assertThat(new String(bytes(Format.WORD2VEC, 0), UTF_8))
        .startsWith("5 2\n")
        .doesNotContain("york");
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  void othersOpenItWithTheSameVectors(Format format) throws Exception {
    needs(format == Format.SAFETENSORS ? "numpy, torch" : "numpy, gensim");
    Path file = folder.resolve("words");
    Files.write(file, bytes(format, 0));

    JsonNode opened =
        JSON.readTree(python("src/test/python/open_words.py", format.toString(), file.toString()));

    List<String> words = opened.get("words").valueStream().map(JsonNode::asText).toList();
    assertThat(words).containsExactly("the", "die", "früh", "𝒳", "rare");
    for (int i = 0; i < words.size(); i++) {
      float[] vector = table.vectors().vector(words.get(i)).orElseThrow();
      for (int k = 0; k < vector.length; k++) {
        float theirs = (float) opened.at("/vectors/" + i + "/" + k).asDouble();
        assertThat(theirs).as(words.get(i)).isEqualTo(vector[k]);
      }
    }
  }

  private byte[] bytes(Format format, long minCount) {
    var out = new ByteArrayOutputStream();
    try {
      new WordExport(table, format, minCount).write(out, done -> {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static void needs(String modules) {
    boolean there;
    try {
      there = new ProcessBuilder(PYTHON, "-c", "import " + modules).start().waitFor() == 0;
    } catch (IOException e) {
      there = false;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    assumeThat(there).as("no %s has %s, so this is not checked", PYTHON, modules).isTrue();
  }

  private static String python(String... arguments) throws Exception {
    var command = new java.util.ArrayList<>(List.of(PYTHON));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(printed).isZero();
    return printed;
  }
}
