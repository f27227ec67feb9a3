package io.millrace.learning.text.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Random texts, compared with what Python's {@code re} found in them: see words.py. */
final class ScikitLearnTokenizerTest {

  private static final Pattern ESCAPE = Pattern.compile("\\\\(?:u([0-9a-f]{4})|(.))");

  @Test
  void findsTheTokensThatPythonFindsInAnyText() throws IOException {
    var tokenizer = new TextTokenizer(Analysis.SCIKIT_LEARN);
    List<List<String>> golden = golden();

    for (List<String> line : golden) {
      assertThat(tokenizer.tokens(line.getFirst()))
          .as(line.getFirst())
          .isEqualTo(line.subList(1, line.size()));
    }

    assertThat(golden).hasSize(1500);
  }

  private static List<List<String>> golden() throws IOException {
    try (InputStream in = ScikitLearnTokenizerTest.class.getResourceAsStream("/golden/words.tsv")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .map(line ->
              Pattern.compile("\t")
                  .splitAsStream(line)
                  .map(ScikitLearnTokenizerTest::read)
                  .toList())
          .toList();
    }
  }

  /** A string of JSON. */
  private static String read(String quoted) {
    return ESCAPE
        .matcher(quoted.substring(1, quoted.length() - 1))
        .replaceAll(match -> Matcher.quoteReplacement(unescaped(match.group())));
  }

  private static String unescaped(String escape) {
    return escape.startsWith("\\u")
        ? String.valueOf((char) Integer.parseInt(escape.substring(2), 16))
        : escape.translateEscapes();
  }
}
