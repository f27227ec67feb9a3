package io.millrace.cli.words;

import io.millrace.cli.command.CommandException;
import io.millrace.cli.training.TrainedModel;
import io.millrace.embedding.EmbeddingService;
import io.millrace.runtime.models.PublishedManifests;
import io.millrace.runtime.settings.Settings;
import io.millrace.search.words.WordSearch;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The words that were asked for. One that has no vector as it is given is looked up as the analysis
 * of the settings makes it, which must be that of the model.
 */
record AskedWords(Settings settings, PrintWriter err) {

  /**
   * Says which words are looked up instead of those that were asked for, apart from capitals.
   *
   * @throws CommandException if the settings name another analysis than that of the vectors
   */
  void explain(WordSearch search, List<String> words) {
    List<String> others = words.stream().filter(word -> search.count(word) == 0).toList();
    if (others.isEmpty()) {
      return;
    }
    requireSameAnalysis(others.getFirst());
    for (String word : others) {
      String known = search.known(word);
      if (!known.equals(word.strip().toLowerCase(Locale.ROOT))) {
        err.println(
            "'%s' has no vector; looked up '%s', which embedding.analysis makes of it"
                .formatted(word, known));
      }
    }
  }

  private void requireSameAnalysis(String word) {
    Map<String, String> then =
        PublishedManifests.read(settings, 1)
            .newest(TrainedModel.EMBEDDING.toString())
            .map(manifest -> EmbeddingService.analysisSettings(manifest.getSettings()))
            .orElse(Map.of());
    Map<String, String> now =
        EmbeddingService.analysisSettings(EmbeddingService.analysis(settings).description());
    if (then.isEmpty() || then.equals(now)) {
      return;
    }
    Set<String> names = new TreeSet<>(then.keySet());
    names.addAll(now.keySet());
    throw new CommandException(
        "'%s' has no vector, and the settings make other words of it than those of the vectors: %s"
                .formatted(
                    word,
                    names.stream()
                        .filter(
                            name -> !then.getOrDefault(name, "").equals(now.getOrDefault(name, "")))
                        .map(name ->
                            "embedding.%s is %s, but the newest version of the model was made with %s"
                                .formatted(
                                    name,
                                    now.getOrDefault(name, "not set"),
                                    then.getOrDefault(name, "not set")))
                        .collect(Collectors.joining("; ")))
            + ": give the settings of the embedding service");
  }
}
