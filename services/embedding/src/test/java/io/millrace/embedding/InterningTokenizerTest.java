package io.millrace.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.text.analysis.Analysis;
import io.millrace.learning.text.analysis.TextTokenizer;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class InterningTokenizerTest {

  private final InterningTokenizer reader = new InterningTokenizer(Analysis.STANDARD);

  @Test
  void readsTheWordsOfTheAnalysisHoweverManyThereAre() {
    String text =
        IntStream.range(0, 200_000)
            .mapToObj(i -> "Word" + i % 150_000 + " naïve 日本")
            .collect(Collectors.joining(" "));

    assertThat(reader.words(text).equals(new TextTokenizer(Analysis.STANDARD).tokens(text)))
        .isTrue();
  }

  @Test
  void aWordThatComesAgainIsTheSameString() {
    List<String> first = reader.words("Red rose");
    List<String> second = reader.words("a rose is red");

    assertThat(second.get(1)).isSameAs(first.get(1));
    assertThat(second.get(3)).isSameAs(first.get(0));
  }

  @Test
  void aWordWithTheHashOfAnotherStaysItself() {
    assertThat(reader.words("Aa BB aaaa")).isEqualTo(List.of("aa", "bb", "aaaa"));
    assertThat(reader.words("siblings teheran")).isEqualTo(List.of("siblings", "teheran"));
    assertThat(reader.words("siblings teheran")).isEqualTo(List.of("siblings", "teheran"));
  }
}
