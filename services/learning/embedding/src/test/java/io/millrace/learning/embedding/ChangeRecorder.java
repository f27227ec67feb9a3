package io.millrace.learning.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.embedding.checkpoint.PublishedWord;
import io.millrace.learning.embedding.checkpoint.SkipGramChanges;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a model's changes leave behind: the parts of its state and the published words. */
final class ChangeRecorder {

  final Map<String, byte[]> parts = new TreeMap<>();
  final Map<String, PublishedWord> published = new TreeMap<>();
  private long version;

  /** Takes a model's changes in. */
  SkipGramChanges record(SkipGram model, double threshold) {
    SkipGramChanges changes = model.takeChanges(version++, threshold);
    changes.evicted().forEach(published::remove);
    changes.words().forEach(word -> published.put(word.word(), word));
    changes
        .parts()
        .forEach((name, part) ->
            part.ifPresentOrElse(bytes -> parts.put(name, bytes), () -> parts.remove(name)));
    return changes;
  }

  /** The model whose changes were taken last, made from nothing else. */
  SkipGram restore(SkipGramConfig config, long seed) {
    return SkipGram.restore(config, seed, parts, published.values()::forEach);
  }

  /** A copy that goes its own way. */
  ChangeRecorder copy() {
    var copy = new ChangeRecorder();
    copy.parts.putAll(parts);
    copy.published.putAll(published);
    copy.version = version;
    return copy;
  }

  /** Fails unless both hold the same bytes. */
  void assertSame(ChangeRecorder expected) {
    assertThat(parts.keySet()).isEqualTo(expected.parts.keySet());
    expected.parts.forEach((name, bytes) -> assertThat(parts.get(name)).as(name).isEqualTo(bytes));
    assertThat(published.keySet()).isEqualTo(expected.published.keySet());
    expected.published.forEach((word, value) -> {
      PublishedWord actual = published.get(word);
      assertThat(actual.vector()).as(word).isEqualTo(value.vector());
      assertThat(List.of(actual.count(), actual.version()))
          .as(word)
          .isEqualTo(List.of(value.count(), value.version()));
    });
  }
}
