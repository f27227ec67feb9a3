package io.millrace.learning.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.learning.embedding.checkpoint.PublishedWord;
import io.millrace.learning.embedding.checkpoint.SkipGramChanges;
import io.millrace.learning.embedding.vocabulary.WordVocabulary;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class SkipGramRestoreTest {

  private static final long SEED = 42;
  private static final int MAX_PART_BYTES = 900_000;
  private static final SkipGramConfig CONFIG = config(0, 0);

  /** Where the rates depend on the numbers of steps. */
  private static final SkipGramConfig FORGETFUL = config(0.01, 0.1);

  private final ChangeRecorder ledger = new ChangeRecorder();

  @Property(tries = 20)
  void whatWasSavedAndRestoredAtAnyMomentsLearnsTheSameBytes(
      @ForAll @Size(min = 1, max = 8) List<@IntRange(max = 399) Integer> cuts,
      @ForAll @DoubleRange(max = 0.5) double threshold) {
    learnsTheSameBytes(TwoTopicCorpus.documents(400, 5), cuts, threshold);
  }

  @Test
  void whatWasSavedAndRestoredAcrossEvictionsLearnsTheSameBytes() {
    List<Integer> cuts = IntStream.range(0, 100).map(i -> 60 * i).boxed().toList();

    long evicted = learnsTheSameBytes(TwoTopicCorpus.documents(6_000, 6), cuts, 0.1);

    assertThat(evicted).isPositive();
  }

  private static SkipGramConfig config(double adagradDecay, double adagradMinWindow) {
    return new SkipGramConfig(
        EmbeddingArchitecture.SKIP_GRAM,
        20,
        3,
        3,
        0.001,
        3,
        2_000,
        0.125,
        0.2,
        adagradDecay,
        adagradMinWindow,
        1);
  }

  private static long learnsTheSameBytes(
      List<List<String>> documents, List<Integer> cuts, double threshold) {
    var unsaved = new SkipGram(FORGETFUL, SEED);
    var undisturbed = new SkipGram(FORGETFUL, SEED);
    var expected = new ChangeRecorder();
    var model = new SkipGram(FORGETFUL, SEED);
    var actual = new ChangeRecorder();
    for (int d = 0; d < documents.size(); d++) {
      if (cuts.contains(d)) {
        expected.record(undisturbed, threshold);
        actual.record(model, threshold);
        model = actual.restore(FORGETFUL, SEED);
      }
      unsaved.learn(List.of(documents.get(d)));
      undisturbed.learn(List.of(documents.get(d)));
      model.learn(List.of(documents.get(d)));
    }
    expected.record(undisturbed, 0);
    actual.record(model, 0);

    actual.assertSame(expected);
    var atOnce = new ChangeRecorder();
    atOnce.record(unsaved, 0);
    assertThat(actual.published.keySet()).isEqualTo(atOnce.published.keySet());
    atOnce.published.forEach(
        (word, value) -> assertThat(unsaved.vector(word)).contains(value.vector()));
    assertThat(model.statistics()).isEqualTo(unsaved.statistics());
    return model.statistics().evicted();
  }

  @Test
  void tellsChangedWordsOnceAndWritesNothingThatDidNotChange() {
    SkipGram model = learned(20);

    SkipGramChanges first = ledger.record(model, 0);
    SkipGramChanges nothing = ledger.record(model, 0);

    assertThat(first.words()).extracting(PublishedWord::word).contains("pan", "ship", "the");
    assertThat(nothing.words()).isEmpty();
    assertThat(nothing.parts()).containsOnlyKeys("summary");
  }

  @Test
  void publishesAVectorAgainOnlyOnceItHasMovedFarEnough() {
    SkipGram model = learned(500);
    SkipGramChanges first = ledger.record(model, 0.1);
    float[] published = ledger.published.get("pan").vector();

    model.learn(List.of(Collections.nCopies(40, "pan")));
    SkipGramChanges near = ledger.record(model, 0.1);
    model.learn(TwoTopicCorpus.documents(2_000, 3));
    SkipGramChanges far = ledger.record(model, 0.1);

    assertThat(first.republished()).isZero();
    assertThat(near.words()).isEmpty();
    assertThat(near.parts()).containsKeys("inputs/000000/01");
    assertThat(far.words()).extracting(PublishedWord::word).contains("pan");
    assertThat(far.republished()).isPositive();
    assertThat(far.moved() / far.republished()).isGreaterThan(0.1);
    assertThat(ledger.published.get("pan").vector()).isNotEqualTo(published);
  }

  @Test
  void publishesACountThatHasDoubledThoughTheVectorStoodStill() {
    SkipGram model = learned(500);
    ledger.record(model, 1_000);
    long before = ledger.published.get("pan").count();

    while (model.count("pan") < 2 * before) {
      model.learn(List.of(List.of("pan", "oven")));
    }
    ledger.record(model, 1_000);

    assertThat(ledger.published.get("pan").count()).isEqualTo(model.count("pan"));
  }

  @Test
  void aStepWritesWhatItChangedAndNotTheWholeState() {
    SkipGram model = learnedManyWords();
    long whole = bytes(ledger.record(model, 0));

    model.learn(List.of(List.of("word7", "word8")));
    SkipGramChanges changes = ledger.record(model, 0);

    assertThat(bytes(changes)).isLessThan(whole / 50);
    assertThat(changes.words()).extracting(PublishedWord::word).isSubsetOf("word7", "word8");
  }

  @Test
  void theStateStaysSmallHoweverOftenItChanges() {
    SkipGram model = learnedManyWords();
    ledger.record(model, 0.1);
    long whole = ledger.parts.values().stream().mapToLong(part -> part.length).sum();

    for (int step = 0; step < 300; step++) {
      model.learn(List.of(List.of("word" + step, "word" + 2 * step, "word" + 3 * step)));
      ledger.record(model, 0.1);
    }

    long bytes = ledger.parts.values().stream().mapToLong(part -> part.length).sum();
    assertThat(bytes).isLessThan(3 * whole);
    assertThat(ledger.parts.keySet()).allMatch(it -> !it.endsWith("/65"));
  }

  @Test
  void whatIsPublishedAndWithdrawnAddsUpToTheVocabulary() {
    var model = new SkipGram(CONFIG, SEED);
    for (int part = 0; part < 12; part++) {
      for (int d = 0; d < 40; d++) {
        String topical = "part" + part + "x" + d;
        model.learn(List.of(List.of(topical, "pan", topical, "oven", topical)));
      }
      model.learn(TwoTopicCorpus.documents(1_000, part));

      ledger.record(model, 0);
    }

    assertThat(ledger.published).hasSize(model.statistics().vocabulary());
    ledger.published.forEach((word, published) ->
        assertThat(model.vector(word))
            .hasValueSatisfying(v -> assertThat(v).isEqualTo(published.vector())));
    assertThat(model.vector("part0x0")).isEmpty();
  }

  @Test
  void partsStayUnderTheLimitOfARecordAtTheHighestSettings() {
    var config =
        new SkipGramConfig(
            EmbeddingArchitecture.SKIP_GRAM, 1_024, 1, 1, 0, 1, 2_000, 0.1, 0.1, 0, 0, 1);
    var model = new SkipGram(config, SEED);
    String longest = "\u20ac".repeat(WordVocabulary.MAX_WORD_LENGTH - 4);
    for (int i = 0; i < 1_100; i++) {
      model.learn(List.of(List.of(longest + i, "word")));
    }

    ledger.record(model, 0);
    model.learn(List.of(List.of("word", "word")));
    ledger.record(model, 1_000);

    assertThat(ledger.parts.values())
        .allSatisfy(part -> assertThat(part).hasSizeLessThan(MAX_PART_BYTES));
  }

  @Test
  void refusesAStateThatIsNotWholeOrOfAnotherConfiguration() {
    ledger.record(learned(20), 0);
    var other =
        new SkipGramConfig(
            EmbeddingArchitecture.SKIP_GRAM, 8, 3, 3, 0, 3, 2_000, 0.125, 0.1, 0, 0, 1);

    assertRefused(without("summary"), "part summary is missing");
    assertRefused(
        without("contexts/000000/00"), "the checkpoint has 3 parts, but its summary says 4");
    assertRefused(
        swapped("unknown/000000"), "part unknown/000000 does not belong to a Skip-Gram model");
    assertRefused(swapped("inputs/000099/00"), "inputs/000099/00 is not one of this table");
    assertThatThrownBy(() -> ledger.restore(other, SEED))
        .hasMessageContaining("dimensions 20, configured is 8");
  }

  @Test
  void refusesPartsThatSomebodyElseHasWritten() {
    ledger.record(learned(20), 0);
    byte[] part = ledger.parts.get("contexts/000000/00").clone();
    part[part.length / 2]++;

    assertRefused(with("contexts/000000/00", part), "contexts/000000/00 does not match");
    assertRefused(
        with("contexts/000000/00", new byte[3]), "contexts/000000/00 has fewer than 4 bytes");
    assertRefused(swapped("contexts/000000/02"), "contexts/000000/02 lacks the part before it");
  }

  @Test
  void refusesToGuessAVectorThatIsNotWhereItWasPublished() {
    ledger.record(learned(20), 0);
    PublishedWord pan = ledger.published.get("pan");
    float[] forged = pan.vector().clone();
    forged[3] += 1e-6f;

    for (PublishedWord other :
        List.of(
            new PublishedWord("pan", forged, pan.count(), pan.version()),
            new PublishedWord("pan", pan.vector(), pan.count(), pan.version() + 1),
            new PublishedWord("pan", new float[3], pan.count(), pan.version()),
            new PublishedWord("pam", pan.vector(), pan.count(), pan.version()))) {
      ChangeRecorder forgery = ledger.copy();
      forgery.published.put("pan", other);
      assertRefused(
          forgery,
          "the published vectors of 1 words are missing, such as that of 'pan' by version 0");
    }
  }

  @Test
  void publishesAgainWhatSomebodyElseHasOverwritten() {
    SkipGram model = learned(20);
    ledger.record(model, 0);
    PublishedWord pan = ledger.published.get("pan");
    var foreign = new PublishedWord("pan", new float[20], 1, 99);

    SkipGram restored =
        SkipGram.restore(
            CONFIG,
            SEED,
            ledger.parts,
            visitor -> {
              ledger.published.values().forEach(visitor);
              visitor.accept(foreign);
            });

    assertThat(restored.takeChanges(1, 0.1).words())
        .singleElement()
        .satisfies(word -> assertThat(word.vector()).isEqualTo(pan.vector()));
    assertThat(restored.takeChanges(2, 0.1).words()).isEmpty();
  }

  private static void assertRefused(ChangeRecorder state, String reason) {
    assertThatThrownBy(() -> state.restore(CONFIG, SEED))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  /** The state with another name for its part {@code contexts/000000/00}. */
  private ChangeRecorder swapped(String name) {
    ChangeRecorder copy = without("contexts/000000/00");
    copy.parts.put(name, ledger.parts.get("contexts/000000/00"));
    return copy;
  }

  private ChangeRecorder with(String part, byte[] bytes) {
    ChangeRecorder copy = ledger.copy();
    copy.parts.put(part, bytes);
    return copy;
  }

  private ChangeRecorder without(String part) {
    ChangeRecorder copy = ledger.copy();
    copy.parts.remove(part);
    return copy;
  }

  private static SkipGram learned(int documents) {
    var model = new SkipGram(CONFIG, SEED);
    model.learn(TwoTopicCorpus.documents(documents, 1));
    return model;
  }

  private static SkipGram learnedManyWords() {
    var model = new SkipGram(CONFIG, SEED);
    for (int i = 0; i < 1_500; i++) {
      String word = "word" + i;
      model.learn(List.of(List.of(word, word, word, word)));
    }
    return model;
  }

  private static long bytes(SkipGramChanges changes) {
    Map<String, byte[]> parts = new HashMap<>();
    changes.parts().forEach((name, part) -> parts.put(name, part.orElse(new byte[0])));
    return parts.values().stream().mapToLong(part -> part.length).sum();
  }
}
