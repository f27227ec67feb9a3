package io.millrace.search.words;

import java.util.List;

/** What was asked for is not one word; the message says which. */
public final class NotOneWordException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  NotOneWordException(String text, List<String> words) {
    super(
        words.isEmpty()
            ? "'%s' is not a word: the embedding's analysis leaves nothing of it".formatted(text)
            : "'%s' is %d words to the embedding's analysis, %s: ask for one of them"
                .formatted(text, words.size(), words));
  }
}
