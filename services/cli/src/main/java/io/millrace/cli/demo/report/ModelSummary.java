package io.millrace.cli.demo.report;

import io.millrace.cli.demo.data.Mail;
import io.millrace.cli.demo.monitor.AccuracyPoint;
import io.millrace.cli.settings.ServiceRegistry;
import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.search.words.SimilarWord;
import io.millrace.search.words.WordSearch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Reads the state of the models from the topics, after the demonstration. */
public final class ModelSummary {

  /** The metric in a manifest: the trainer's prequential accuracy over all records so far. */
  private static final String ACCURACY = "prequentialAccuracy";

  /** Words of the mails' topics: computers, money, news. */
  private static final List<String> PROBES =
      List.of("linux", "credit", "windows", "kernel", "dollars", "monday", "price", "money");

  private static final int PROBES_SHOWN = 5;
  private static final int NEAREST = 6;
  private static final int CANDIDATES = 100;
  private static final int TERMS = 8;

  /**
   * Vectors of rarer words have learned too little: those that occurred less than this, or than
   * once in so many words.
   */
  private static final int MIN_COUNT = 30;

  private static final int MAX_RARITY = 25_000;

  private final Settings settings;
  private final InformativeWords informative = new InformativeWords();
  private final Map<String, List<ModelManifest>> manifests = new TreeMap<>();

  private ModelSummary(Settings settings) {
    this.settings = settings;
  }

  /** Reads the manifests of all models. */
  public static ModelSummary read(Settings settings) {
    var summary = new ModelSummary(settings);
    for (ModelManifest manifest : ModelReader.manifests(settings)) {
      summary
          .manifests
          .computeIfAbsent(manifest.getModel(), model -> new ArrayList<>())
          .add(manifest);
    }
    return summary;
  }

  /** The newest version of a model. */
  long version(String model) {
    return newest(model).map(ModelManifest::getVersion).orElse(0L);
  }

  /** The number of records that the newest version has learned from. */
  long records(String model) {
    return newest(model).map(ModelManifest::getRecords).orElse(0L);
  }

  /** The prequential accuracy of the newest version, 0 to 1; 0 if it has none. */
  double accuracy(String model) {
    return newest(model).map(ModelSummary::accuracy).orElse(0.0);
  }

  /** The prequential accuracy after each version. */
  List<AccuracyPoint> curve(String model) {
    return manifests.getOrDefault(model, List.of()).stream()
        .filter(
            manifest -> manifest.getRecords() > 0 && manifest.getMetrics().containsKey(ACCURACY))
        .map(manifest -> new AccuracyPoint(manifest.getRecords(), accuracy(manifest)))
        .toList();
  }

  /** The word vectors and nearest words. */
  DemoSummary.Words words() {
    WordSearch vectors =
        WordSearch.read(settings, ServiceRegistry.wordAnalysis(settings), done -> {});
    long minCount = Math.max(MIN_COUNT, vectors.stats().occurrences() / MAX_RARITY);
    Map<String, List<String>> nearest = new TreeMap<>();
    for (String probe : PROBES) {
      if (nearest.size() < PROBES_SHOWN && vectors.count(probe) >= minCount) {
        nearest.put(
            probe,
            vectors.nearest(probe, CANDIDATES, minCount).stream()
                .map(SimilarWord::word)
                .filter(informative::contains)
                .limit(NEAREST)
                .toList());
      }
    }
    return new DemoSummary.Words(version("embedding"), vectors.table().size(), nearest);
  }

  /** The terms of a mail with the largest weights, of those that tell something. */
  DemoSummary.Terms strongestTerms(Mail mail) {
    AvroCodec<DocumentVector> vectors = AvroCodec.of(DocumentVector.class);
    List<DemoSummary.Term> terms = new ArrayList<>();
    CommittedReader.readStable(
        settings,
        settings.topics().documentVectors().name(),
        (id, value, timestamp) -> {
          if (id.equals(mail.id()) && value != null) {
            terms.clear();
            terms.addAll(largest(vectors.decodeOrThrow(value)));
          }
        });
    return new DemoSummary.Terms(mail.id(), mail.text().lines().findFirst().orElse(""), terms);
  }

  private List<DemoSummary.Term> largest(DocumentVector vector) {
    return IntStream.range(0, vector.getTerms().size())
        .mapToObj(i -> new DemoSummary.Term(vector.getTerms().get(i), vector.getWeights().get(i)))
        .filter(term -> informative.contains(term.term()))
        .sorted(Comparator.comparingDouble(DemoSummary.Term::weight).reversed())
        .limit(TERMS)
        .toList();
  }

  private Optional<ModelManifest> newest(String model) {
    List<ModelManifest> versions = manifests.getOrDefault(model, List.of());
    return versions.isEmpty() ? Optional.empty() : Optional.of(versions.getLast());
  }

  private static double accuracy(ModelManifest manifest) {
    return manifest.getMetrics().getOrDefault(ACCURACY, 0.0);
  }
}
