package io.millrace.learning.text.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of stop words and synonyms as editors save them. */
final class TextFileTest {

  private final Path file;

  TextFileTest(@TempDir Path folder) {
    file = folder.resolve("words.txt");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
  void readsStopWordsWithAByteOrderMark(String charset) throws IOException {
    write("\ufeffüber\r\nunter\r\n", charset);

    assertThat(tokens(StopWords.named("file:" + file), "über red unter fox"))
        .containsExactly("red", "fox");
  }

  @ParameterizedTest
  @CsvSource({"ISO-8859-1, 0xfc", "windows-1252, 0xfc", "IBM850, 0x81"})
  void refusesStopWordsOfAnotherCharsetByFileAndLine(String charset, String badByte)
      throws IOException {
    write("the\nof\nüber\n", charset);

    assertThatThrownBy(() -> StopWords.named("file:" + file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "the file " + file + " is not UTF-8: line 3 holds the byte " + badByte)
        .hasMessageContaining("save it as UTF-8");
  }

  @Test
  void refusesUtf16WithoutAMark() throws IOException {
    write("the\n", "UTF-16LE");

    assertThatThrownBy(() -> StopWords.named("file:" + file))
        .hasMessageContaining(file.toString())
        .hasMessageContaining("UTF-16");
    assertThatThrownBy(() -> chain("stop(words='" + file + "')"))
        .hasMessageContaining(file.toString())
        .hasMessageContaining("UTF-16");
  }

  @Test
  void namesAFileThatIsNotThere() {
    assertThatThrownBy(() -> StopWords.named("file:" + file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there is no file " + file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE"})
  void readsSynonymsWithAByteOrderMark(String charset) throws IOException {
    write("\ufefffox => vulpes\n", charset);

    assertThat(tokens(chain("synonymGraph(synonyms='" + file + "')"), "fox"))
        .containsExactly("vulpes");
  }

  @Test
  void readsStopWordsOfAChainWithAByteOrderMark() throws IOException {
    write("\ufeffthe | snowball\n", "UTF-8");

    assertThat(tokens(chain("stop(words='" + file + "', format=snowball)"), "the fox"))
        .containsExactly("fox");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "synonymGraph(synonyms='%s')",
        "stop(words='%s')",
        "keywordMarker(protected='%s')"
      })
  void refusesFilesOfAChainByFileAndLine(String filter) throws IOException {
    write("fox, vulpes\nküken, huhn\n", "ISO-8859-1");

    assertThatThrownBy(() -> chain(filter.formatted(file)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the file " + file + " is not UTF-8: line 2 holds the byte 0xfc");
  }

  private AnalysisChain chain(String filter) {
    var chain = new AnalysisChain();
    AnalysisComponent.parse("whitespace").forEach(chain::tokenizer);
    AnalysisComponent.parse(filter).forEach(chain::tokenFilter);
    return chain;
  }

  private static List<String> tokens(AnalysisChain chain, String text) {
    return List.copyOf(new TextTokenizer(Analysis.custom(chain)).tokens(text));
  }

  private static List<String> tokens(StopWords stopWords, String text) {
    return List.copyOf(new TextTokenizer(Analysis.STANDARD.with(stopWords)).tokens(text));
  }

  private void write(String text, String charset) throws IOException {
    Files.write(file, text.getBytes(Charset.forName(charset)));
  }
}
