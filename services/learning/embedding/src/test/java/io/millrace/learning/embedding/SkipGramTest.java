package io.millrace.learning.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class SkipGramTest {

  private static final long SEED = 42;
  private static final int MAX_BLOCK_BYTES = 900_000;

  @Test
  void wordsOfOneTopicAreNeighbours() {
    var model = new SkipGram(config(0.001), SEED);

    model.learn(Corpus.documents(1_500, 1));

    for (List<String> topic : List.of(Corpus.KITCHEN, Corpus.HARBOUR)) {
      for (String word : topic) {
        assertThat(model.nearest(word, topic.size() - 1))
            .as(word)
            .extracting(Neighbour::word)
            .isSubsetOf(topic);
      }
    }
  }

  @Test
  void aWordThatComesLateFindsItsNeighboursToo() {
    var model = new SkipGram(config(0.001), SEED);
    model.learn(Corpus.documents(1_500, 1));

    for (List<String> document : Corpus.documents(300, 2)) {
      model.learn(List.of(document.stream().map(w -> w.equals("sail") ? "jib" : w).toList()));
    }

    assertThat(model.nearest("jib", 4)).extracting(Neighbour::word).isSubsetOf(Corpus.HARBOUR);
  }

  @Test
  void theLossFalls() {
    var model = new SkipGram(config(0), SEED);
    model.learn(Corpus.documents(100, 1));
    Statistics early = model.statistics();

    model.learn(Corpus.documents(1_000, 2));

    Statistics late = model.statistics();
    assertThat((late.loss() - early.loss()) / (late.pairs() - early.pairs()))
        .isLessThan(early.loss() / early.pairs());
  }

  @Test
  void aWordMetTooRarelyHasNoVector() {
    var model = new SkipGram(config(0), SEED);

    model.learn(List.of(List.of("rose", "rose", "lily")));

    assertThat(model.vector("rose")).isEmpty();
    assertThat(model.count("rose")).isEqualTo(2);
    assertThat(model.nearest("rose", 3)).isEmpty();
    assertThat(model.statistics().unknown()).isEqualTo(3);
  }

  @Test
  void bothKernelsLearnTheSameBytes() {
    var vector = new SkipGram(config(0.001), SEED, 1, new VectorKernel());
    var scalar = new SkipGram(config(0.001), SEED, 1, new ScalarKernel());

    for (List<String> document : Corpus.documents(200, 1)) {
      vector.learn(List.of(document));
      scalar.learn(List.of(document));
    }

    assertSame(vector.takeChanges().blocks(), scalar.takeChanges().blocks());
  }

  @Test
  void anotherSeedLearnsOtherBytes() {
    var one = new SkipGram(config(0.001), 1);
    var two = new SkipGram(config(0.001), 2);

    one.learn(Corpus.documents(50, 1));
    two.learn(Corpus.documents(50, 1));

    assertThat(one.vector("pan").orElseThrow()).isNotEqualTo(two.vector("pan").orElseThrow());
  }

  @Property(tries = 20)
  void whatWasSavedAndRestoredAtAnyMomentsLearnsTheSameBytes(
      @ForAll @Size(min = 1, max = 4) List<@IntRange(max = 399) Integer> cuts) {
    List<List<String>> documents = Corpus.documents(400, 5);
    var undisturbed = new SkipGram(config(0.001), SEED);
    undisturbed.learn(documents);
    SortedMap<String, byte[]> expected = undisturbed.takeChanges().blocks();

    var model = new SkipGram(config(0.001), SEED);
    SortedMap<String, byte[]> newest = new TreeMap<>();
    for (int d = 0; d < documents.size(); d++) {
      if (cuts.contains(d)) {
        newest.putAll(model.takeChanges().blocks());
        model = SkipGram.restore(config(0.001), SEED, newest);
      }
      model.learn(List.of(documents.get(d)));
    }
    newest.putAll(model.takeChanges().blocks());

    assertSame(newest, expected);
    assertThat(model.statistics()).isEqualTo(undisturbed.statistics());
  }

  @Test
  void savingDoesNotDisturbLearningAcrossEvictions() {
    List<List<String>> documents = Corpus.documents(6_000, 6);
    var undisturbed = new SkipGram(config(0.001), SEED);
    undisturbed.learn(documents);

    var model = new SkipGram(config(0.001), SEED);
    SortedMap<String, byte[]> newest = new TreeMap<>();
    for (int d = 0; d < documents.size(); d++) {
      model.learn(List.of(documents.get(d)));
      if (d % 1_700 == 0) {
        newest.putAll(model.takeChanges().blocks());
        model = SkipGram.restore(config(0.001), SEED, newest);
      }
    }
    newest.putAll(model.takeChanges().blocks());

    assertThat(undisturbed.statistics().evicted()).isPositive();
    assertSame(newest, undisturbed.takeChanges().blocks());
  }

  @Test
  void tellsChangedWordsOnceAndEvictedOnes() {
    var model = new SkipGram(config(0), SEED);
    model.learn(Corpus.documents(20, 1));

    Changes first = model.takeChanges();
    Changes nothing = model.takeChanges();

    assertThat(first.words()).extracting(Changes.Word::word).contains("pan", "ship", "the");
    assertThat(nothing.words()).isEmpty();
    assertThat(nothing.blocks()).containsOnlyKeys("summary");
  }

  @Test
  void whatIsPublishedAndWithdrawnAddsUpToTheVocabulary() {
    var model = new SkipGram(config(0.001), SEED);
    Map<String, float[]> published = new HashMap<>();
    for (int part = 0; part < 12; part++) {
      for (int d = 0; d < 40; d++) {
        String topical = "part" + part + "x" + d;
        model.learn(List.of(List.of(topical, "pan", topical, "oven", topical)));
      }
      model.learn(Corpus.documents(1_000, part));

      Changes changes = model.takeChanges();

      changes.evicted().forEach(published::remove);
      changes.words().forEach(word -> published.put(word.word(), word.vector()));
    }

    assertThat(published).hasSize(model.statistics().vocabulary());
    published.forEach((word, vector) ->
        assertThat(model.vector(word)).hasValueSatisfying(v -> assertThat(v).isEqualTo(vector)));
    assertThat(model.vector("part0x0")).isEmpty();
  }

  @Test
  void blocksStayUnderTheLimitOfARecordAtTheHighestSettings() {
    var config =
        new SkipGramConfig(Architecture.SKIP_GRAM, 1_024, 1, 1, 0, 1, 2_000, 0.1, 0.1, 0, 1);
    var model = new SkipGram(config, SEED);
    String longest = "\u20ac".repeat(Vocabulary.MAX_WORD_LENGTH - 4);
    for (int i = 0; i < 1_100; i++) {
      model.learn(List.of(List.of(longest + i, "word")));
    }

    Collection<byte[]> blocks = model.takeChanges().blocks().values();

    assertThat(blocks).allSatisfy(block -> assertThat(block).hasSizeLessThan(MAX_BLOCK_BYTES));
  }

  @Test
  void refusesAStateThatIsNotWholeOrOfAnotherConfiguration() {
    var model = new SkipGram(config(0), SEED);
    model.learn(Corpus.documents(20, 1));
    Map<String, byte[]> blocks = model.takeChanges().blocks();
    var other = new SkipGramConfig(Architecture.SKIP_GRAM, 8, 3, 3, 0, 3, 2_000, 0.125, 0.1, 0, 1);
    Map<String, byte[]> unknown = new HashMap<>(blocks);
    unknown.put("unknown/000000", new byte[0]);

    assertThatThrownBy(() -> SkipGram.restore(config(0), SEED, Map.of()))
        .hasMessageContaining("summary");
    assertThatThrownBy(() -> SkipGram.restore(other, SEED, blocks))
        .hasMessageContaining("dimensions is 20, configured is 8");
    assertThatThrownBy(() -> SkipGram.restore(config(0), SEED, unknown))
        .hasMessageContaining("unknown/000000");
  }

  @Test
  void namesTheSettingThatIsOutOfRange() {
    assertThatThrownBy(
            () -> new SkipGramConfig(Architecture.SKIP_GRAM, 0, 5, 5, 0, 5, 2_000, 0.1, 0.1, 0, 1))
        .hasMessage("dimensions must be in [1, 1024], was 0");
    assertThatThrownBy(
            () -> new SkipGramConfig(Architecture.SKIP_GRAM, 1, 5, 5, 0, 5, 2_000, 0.1, 0, 0, 1))
        .hasMessageContaining("learningRate");
  }

  private static SkipGramConfig config(double sample) {
    return new SkipGramConfig(Architecture.SKIP_GRAM, 20, 3, 3, sample, 3, 2_000, 0.125, 0.2, 0, 1);
  }

  private static void assertSame(Map<String, byte[]> actual, Map<String, byte[]> expected) {
    assertThat(new HashSet<>(actual.keySet())).isEqualTo(new HashSet<>(expected.keySet()));
    expected.forEach((name, bytes) -> assertThat(actual.get(name)).as(name).isEqualTo(bytes));
  }
}
