package io.millrace.learning.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.learning.embedding.kernel.ScalarKernel;
import io.millrace.learning.embedding.kernel.VectorKernel;
import io.millrace.learning.embedding.neighbours.Neighbour;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SkipGramTest {

  private static final long SEED = 42;

  @Test
  void wordsOfOneTopicAreNeighbours() {
    var model = new SkipGram(config(0.001), SEED);

    model.learn(TwoTopicCorpus.documents(1_500, 1));

    for (List<String> topic : List.of(TwoTopicCorpus.KITCHEN, TwoTopicCorpus.HARBOUR)) {
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
    model.learn(TwoTopicCorpus.documents(1_500, 1));

    for (List<String> document : TwoTopicCorpus.documents(300, 2)) {
      model.learn(List.of(document.stream().map(w -> w.equals("sail") ? "jib" : w).toList()));
    }

    assertThat(model.nearest("jib", 4))
        .extracting(Neighbour::word)
        .isSubsetOf(TwoTopicCorpus.HARBOUR);
  }

  @Test
  void cbowFindsNeighboursToo() {
    var model = new SkipGram(config(EmbeddingArchitecture.CBOW, 0.001, 1), SEED);

    model.learn(TwoTopicCorpus.documents(3_000, 1));

    assertThat(model.nearest("oven", 5))
        .extracting(Neighbour::word)
        .isSubsetOf(TwoTopicCorpus.KITCHEN);
    assertThat(model.nearest("ship", 5))
        .extracting(Neighbour::word)
        .isSubsetOf(TwoTopicCorpus.HARBOUR);
  }

  @Test
  void severalThreadsLearnFromEveryWordToo() {
    try (var model = new SkipGram(config(EmbeddingArchitecture.SKIP_GRAM, 0.001, 3), SEED);
        var alone = new SkipGram(config(0.001), SEED)) {
      for (int part = 0; part < 30; part++) {
        model.learn(TwoTopicCorpus.documents(50, part));
        alone.learn(TwoTopicCorpus.documents(50, part));
      }

      assertThat(model.nearest("oven", 5))
          .extracting(Neighbour::word)
          .isSubsetOf(TwoTopicCorpus.KITCHEN);
      assertThat(model.nearest("ship", 5))
          .extracting(Neighbour::word)
          .isSubsetOf(TwoTopicCorpus.HARBOUR);
      assertThat(model.statistics().pairs()).isEqualTo(alone.statistics().pairs());
      assertThat(model.statistics().unknown()).isEqualTo(alone.statistics().unknown());
      assertThat(model.count("pan")).isEqualTo(alone.count("pan"));
    }
  }

  @Test
  void theLossOfAModelThatKnowsNothingIsThatOfChance() {
    var model = new SkipGram(config(0), SEED);

    model.learn(TwoTopicCorpus.documents(10, 1));

    SkipGramStats statistics = model.statistics();
    assertThat(statistics.loss() / statistics.pairs()).isBetween(3 * Math.log(2), 4 * Math.log(2));
  }

  @Test
  void theLossFalls() {
    var model = new SkipGram(config(0), SEED);
    model.learn(TwoTopicCorpus.documents(100, 1));
    SkipGramStats early = model.statistics();

    model.learn(TwoTopicCorpus.documents(1_000, 2));

    SkipGramStats late = model.statistics();
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
    var vector = new SkipGram(config(0.001), SEED, 1, VectorKernel::new);
    var scalar = new SkipGram(config(0.001), SEED, 1, ScalarKernel::new);

    for (List<String> document : TwoTopicCorpus.documents(200, 1)) {
      vector.learn(List.of(document));
      scalar.learn(List.of(document));
    }

    var expected = new ChangeRecorder();
    expected.record(vector, 0);
    var actual = new ChangeRecorder();
    actual.record(scalar, 0);
    actual.assertSame(expected);
  }

  @Test
  void anotherSeedLearnsOtherBytes() {
    var one = new SkipGram(config(0.001), 1);
    var two = new SkipGram(config(0.001), 2);

    one.learn(TwoTopicCorpus.documents(50, 1));
    two.learn(TwoTopicCorpus.documents(50, 1));

    assertThat(one.vector("pan").orElseThrow()).isNotEqualTo(two.vector("pan").orElseThrow());
  }

  @Test
  void namesTheSettingThatIsOutOfRange() {
    assertThatThrownBy(() ->
            new SkipGramConfig(
                EmbeddingArchitecture.SKIP_GRAM, 0, 5, 5, 0, 5, 2_000, 0.1, 0.1, 0, 0, 1))
        .hasMessage("dimensions must be in [1, 1024], was 0");
    assertThatThrownBy(() ->
            new SkipGramConfig(
                EmbeddingArchitecture.SKIP_GRAM, 1, 5, 5, 0, 5, 2_000, 0.1, 0, 0, 0, 1))
        .hasMessageContaining("learningRate");
    assertThatThrownBy(() ->
            new SkipGramConfig(
                EmbeddingArchitecture.SKIP_GRAM, 1, 5, 5, 0, 5, 2_000, 0.1, 0.1, 0, 1.5, 1))
        .hasMessage("adagradMinWindow must be in [0, 1], was 1.5");
  }

  private static SkipGramConfig config(double sample) {
    return config(EmbeddingArchitecture.SKIP_GRAM, sample, 1);
  }

  private static SkipGramConfig config(
      EmbeddingArchitecture architecture, double sample, int threads) {
    return new SkipGramConfig(architecture, 20, 3, 3, sample, 3, 2_000, 0.125, 0.2, 0, 0, threads);
  }
}
