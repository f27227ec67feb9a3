package io.millrace.tests.fuzz;

import io.millrace.cli.settings.ServiceRegistry;
import io.millrace.learning.text.frequencies.Corpus;
import io.millrace.runtime.settings.Settings;
import io.millrace.search.documents.TextVectorizer;
import io.millrace.search.words.WordAnalysis;
import java.util.Map;

/** What search makes of the texts that people ask with, by the default settings. */
final class Analyses {

  private static final Settings DEFAULTS = Settings.of(Map.of());

  static final TextVectorizer TEXTS = ServiceRegistry.textVectorizer(DEFAULTS);
  static final WordAnalysis WORDS = ServiceRegistry.wordAnalysis(DEFAULTS);

  /** Every term is known. */
  static final Corpus CORPUS =
      new Corpus() {
        @Override
        public long documents() {
          return 1_000;
        }

        @Override
        public long docFreq(String term) {
          return 10;
        }
      };

  private Analyses() {}
}
