package io.millrace.learning.text.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class TextTokenizerTest {

  private static final String LANGUAGES =
      "The foxes' dens, les renards de l'été, die Füchse, лисицы и лисы, οι αλεπούδες, tilkileri"
          + " İSTANBUL'da, キツネは速い, 狐狸很快, 여우는 빠르다, สุนัขจิ้งจอกเร็ว, الثعالب السريعة, השועלים, तेज़"
          + " लोमड़ी, e\u0301te\u0301 \ud83d\ude00\ud83d\udc68\u200d\ud83d\udc69"
          + " \ud835\udc9c\ud835\udcb7";

  @Test
  void standardKeepsEveryWordInLowerCase() {
    var tokenizer = new TextTokenizer(Analysis.STANDARD);

    assertThat(tokenizer.tokens("A red fox, and the RED fox's den."))
        .containsExactly("a", "red", "fox", "and", "the", "red", "fox's", "den");
  }

  @Test
  void englishStemsAndLeavesStopWordsOut() {
    var tokenizer = new TextTokenizer(Analysis.ENGLISH);

    assertThat(tokenizer.tokens("The foxes' running and a fox's runs"))
        .containsExactly("fox", "run", "fox", "run");
  }

  @Test
  void scikitLearnTakesRunsOfTwoOrMoreWordCharacters() {
    var tokenizer = new TextTokenizer(Analysis.SCIKIT_LEARN);

    assertThat(tokenizer.tokens("I don't_know: Ünïcode x2 ½¾ 中文 𝒜𝒷 e\u0301te\u0301 a b"))
        .containsExactly("don", "t_know", "ünïcode", "x2", "½¾", "中文", "𝒜𝒷", "te");
  }

  @Test
  void scikitLearnCountsCodePointsNotCodeUnits() {
    var tokenizer = new TextTokenizer(Analysis.SCIKIT_LEARN);

    assertThat(tokenizer.tokens("𝒜 𝒜𝒜")).containsExactly("𝒜𝒜");
  }

  @Test
  void scikitLearnTakesAWordOfAnyLength() {
    var tokenizer = new TextTokenizer(Analysis.SCIKIT_LEARN);

    assertThat(tokenizer.tokens("x".repeat(100_000))).containsExactly("x".repeat(100_000));
  }

  @ParameterizedTest
  @MethodSource("io.millrace.learning.text.analysis.Analysis#names")
  void everyAnalysisReadsAnyTextAgainAndAgain(String name) {
    var tokenizer = new TextTokenizer(Analysis.named(name));

    for (int i = 0; i < 2; i++) {
      assertThat(tokenizer.tokens("")).isEmpty();
      assertThat(tokenizer.tokens("\u0000\ud800 \udc00 \ufffd")).hasSizeLessThan(10);
      assertThat(tokenizer.tokens("Москва ma\u00f1ana 東京")).isNotEmpty();
      assertThat(tokenizer.tokens(LANGUAGES)).hasSizeGreaterThan(15).doesNotContain("");
    }
  }

  @Test
  void everyLanguageHasStopWordsAndDoesWithout() {
    for (Language language : Language.values()) {
      Analysis analysis = Analysis.named(language.label());
      String stopWord = new String((char[]) language.stopWords().iterator().next());

      // Some stop words are left in pieces: such as those of two words.
      assertThat(new TextTokenizer(analysis.with(StopWords.named("none"))).tokens(stopWord))
          .as(language.label())
          .isNotEmpty();
      assertThat(
              new TextTokenizer(Analysis.SCIKIT_LEARN.with(StopWords.named(language.label())))
                  .tokens(stopWord))
          .as(language.label())
          .doesNotContain(stopWord);
    }
  }

  @Test
  void neighboursOfAStopWordMakeNgramsAsInScikitLearn() {
    Analysis analysis =
        Analysis.ENGLISH.with(StopWords.named("scikit-learn")).with(new NgramRange(1, 2));

    assertThat(new TextTokenizer(analysis).tokens("A red fox and the dens"))
        .containsExactly("red", "fox", "red fox", "den", "fox den");
  }

  @Test
  void ngramsOfManyLongWordsAreWhole() {
    var tokenizer = new TextTokenizer(Analysis.STANDARD.with(new NgramRange(3, 4)));
    List<String> words =
        IntStream.range(0, 2000).mapToObj(i -> Integer.toString(i).repeat(1 + i % 60)).toList();

    List<String> terms = tokenizer.tokens(String.join(" ", words));

    List<String> expected = new ArrayList<>();
    for (int end = 3; end <= words.size(); end++) {
      for (int n = 3; n <= Math.min(4, end); n++) {
        expected.add(String.join(" ", words.subList(end - n, end)));
      }
    }
    assertThat(terms).isEqualTo(expected);
    assertThat(tokenizer.tokens("one two")).isEmpty();
  }

  @Test
  void aSurrogateAloneIsReplacedAndAnEmptyTokenIsNone() {
    var chain =
        new AnalysisChain()
            .tokenizer(AnalysisComponent.parse("whitespace").getFirst())
            .tokenFilter(AnalysisComponent.parse("patternReplace(pattern='[xy]')").getFirst());
    var tokenizer = new TextTokenizer(Analysis.custom(chain));

    assertThat(tokenizer.tokens("xy a\ud835 \udc9cb \ud835\udc9c"))
        .containsExactly("a\ufffd", "\ufffdb", "\ud835\udc9c");
  }

  @Test
  void whatCountsDependOnIsToldBySetting() {
    assertThat(Analysis.STANDARD.description())
        .isEqualTo(
            Map.of(
                "analysis", "standard", "stop.words", "own", "ngram.min", "1", "ngram.max", "1"));
    assertThat(
            Analysis.SCIKIT_LEARN
                .with(StopWords.named("words:the, a"))
                .with(new NgramRange(2, 3))
                .description())
        .isEqualTo(
            Map.of(
                "analysis", "scikit-learn",
                "stop.words", "words:a the",
                "ngram.min", "2",
                "ngram.max", "3"));
  }

  @Test
  void anUnknownAnalysisIsRefusedByName() {
    assertThatThrownBy(() -> Analysis.named("klingon"))
        .hasMessageStartingWith("analysis must be one of arabic, armenian, ")
        .hasMessageEndingWith("turkish, was klingon");
  }
}
