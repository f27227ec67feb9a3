package io.millrace.search.words;

import static io.millrace.search.words.TestWords.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.learning.text.analysis.Analysis;
import io.millrace.search.nearest.NearestNeighbours;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class WordSearchTest {

  private static final WordAnalysis WORDS = WordAnalysis.of(Analysis.STANDARD);

  private final WordTable table = new WordTable(100);
  private final WordSearch search = new WordSearch(table, NearestNeighbours.EXACT, WORDS);

  @BeforeEach
  void fill() {
    put(table, "man", 90, 1, 0, 0);
    put(table, "woman", 80, 0.9f, 0.5f, 0);
    put(table, "king", 70, 2, 0, 4);
    put(table, "queen", 60, 1, 0.5f, 2);
    put(table, "rain", 5, -1, 0.1f, 0.1f);
    put(table, "nil", 4, 0, 0, 0);
  }

  @Test
  void theNearestWordsComeFirstWithoutTheWordItself() {
    assertThat(search.nearest("man", 2, 0))
        .extracting(SimilarWord::word)
        .containsExactly("woman", "king");
    assertThat(search.nearest("man", 1, 0).getFirst().count()).isEqualTo(80);
  }

  @Test
  void rareWordsCanBeLeftOut() {
    assertThat(search.nearest("man", 9, 6))
        .extracting(SimilarWord::word)
        .doesNotContain("rain")
        .hasSize(3);
  }

  @Test
  void aWordThatIsOnlyKnownInLowerCaseIsTakenSo() {
    assertThat(search.known("Queen")).isEqualTo("queen");
    put(table, "Queen", 1, 1, 0, 0);
    assertThat(search.known("Queen")).isEqualTo("Queen");
  }

  @Test
  void aWordIsAnalyzedAsTheDocumentsAre() {
    var german =
        new WordSearch(table, NearestNeighbours.EXACT, WordAnalysis.of(Analysis.named("german")));
    put(table, "haus", 9, 1, 1, 0);

    assertThat(german.known("Häuser")).isEqualTo("haus");
    assertThat(german.known("QUEEN")).isEqualTo("queen");
    assertThat(search.known(" King! ")).isEqualTo("king");
    assertThat(search.similarity("MAN", "Woman")).isEqualTo(search.similarity("man", "woman"));
    assertThat(search.analogy("MAN", "King", "wOman", 1, 0))
        .isEqualTo(search.analogy("man", "king", "woman", 1, 0));
  }

  @Test
  void severalWordsOrNoneAreRefusedUnlessTheyHaveAVectorTogether() {
    assertThatThrownBy(() -> search.known("King Queen"))
        .isInstanceOf(NotOneWordException.class)
        .hasMessageContaining("'King Queen' is 2 words")
        .hasMessageContaining("[king, queen]");
    assertThatThrownBy(() -> search.known("..."))
        .isInstanceOf(NotOneWordException.class)
        .hasMessageContaining("'...' is not a word");

    put(table, "king queen", 3, 1, 1, 1);
    assertThat(search.known("King Queen")).isEqualTo("king queen");
  }

  @Test
  void nearSpellingsAreNamed() {
    assertThatThrownBy(() -> search.known("Quene"))
        .isInstanceOf(UnknownWordException.class)
        .hasMessageContaining("near spellings are queen;")
        .hasMessageContaining("6 words have a vector");
  }

  @Test
  void anAnalogyIsCompletedWithoutItsOwnWords() {
    assertThat(search.analogy("man", "king", "woman", 5, 0))
        .extracting(SimilarWord::word)
        .startsWith("queen")
        .doesNotContain("man", "king", "woman");
  }

  @Test
  void similarityIsTheCosine() {
    assertThat(search.similarity("man", "king")).isCloseTo(1 / Math.sqrt(5), within(1e-6));
    assertThat(search.similarity("man", "man")).isCloseTo(1, within(1e-12));
    assertThat(search.similarity("man", "nil")).isZero();
  }

  @Test
  void anUnknownWordIsNamedWithWhatToDo() {
    assertThatThrownBy(() -> search.analogy("man", "king", "Wheel", 1, 0))
        .isInstanceOf(UnknownWordException.class)
        .hasMessageContaining("'Wheel'")
        .hasMessageContaining("embedding.min.count");
    assertThatThrownBy(
            () -> new WordSearch(new WordTable(1), NearestNeighbours.EXACT, WORDS).known("x"))
        .hasMessageContaining("no other word has one");
  }

  @Test
  void statisticsAreThoseOfTheWords() {
    put(table, "other", 1, 1, 2);

    WordStats stats = search.stats();

    assertThat(stats.words()).isEqualTo(6);
    assertThat(stats.dimensions()).isEqualTo(3);
    assertThat(stats.otherDimensions()).isEqualTo(1);
    assertThat(stats.occurrences()).isEqualTo(309);
    assertThat(stats.minCount()).isEqualTo(4);
    assertThat(stats.medianCount()).isEqualTo(70);
    assertThat(stats.maxCount()).isEqualTo(90);
    assertThat(stats.newestVersion()).isEqualTo(1);
    assertThat(new WordSearch(new WordTable(1), NearestNeighbours.EXACT, WORDS).stats().words())
        .isZero();
  }

  @Test
  void aVectorIsReadAsPeopleWriteIt() {
    assertThat(VectorText.parse("1,-2.5, 3e-1")).containsExactly(1, -2.5f, 0.3f);
    assertThat(VectorText.parse(" [1 2\n3]\n")).containsExactly(1, 2, 3);
    assertThatThrownBy(() -> VectorText.parse("1,x")).hasMessageContaining("'x'");
    assertThatThrownBy(() -> VectorText.parse("1,NaN")).hasMessageContaining("'NaN'");
    assertThatThrownBy(() -> VectorText.parse("[]")).hasMessageContaining("no numbers");
  }
}
