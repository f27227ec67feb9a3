package io.millrace.learning.classifier;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.learning.text.analysis.Analysis;
import io.millrace.learning.text.frequencies.DocumentFrequencyTable;
import io.millrace.learning.text.frequencies.TermCounter;
import io.millrace.learning.text.frequencies.TermCounts;
import io.millrace.learning.text.weighting.SparseVector;
import io.millrace.learning.text.weighting.Weighting;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/**
 * Not a check but a measurement, run by name: one pass over labelled documents, weighed online as
 * the text service weighs them.
 *
 * <pre>
 * mvn -pl services/learning/classifier -am test -Dtest=Measurement \
 *     -Dsurefire.failIfNoSpecifiedTests=false -Dmeasure.file=FILE.jsonl[.gz] [-Dmeasure.batch=4]
 *     [-Dmeasure.shuffle=1] [-Dmeasure.optimizer=adam] [-Dmeasure.rate=0.01] ...
 * </pre>
 *
 * The figures are in target/surefire-reports. The file has a JSON object a line: label, text and
 * split; documents whose split is {@code test} are answered at the end. With a shuffle, the number
 * is its seed.
 */
final class ClassifierMeasurement {

  private static final JsonFactory JSON = new JsonFactory();

  @Test
  void measure() throws IOException {
    List<Map<String, String>> training = new ArrayList<>();
    List<Map<String, String>> test = new ArrayList<>();
    for (Map<String, String> line : lines(Path.of(System.getProperty("measure.file")))) {
      ("test".equals(line.get("split")) ? test : training).add(line);
    }
    int shuffle = Integer.getInteger("measure.shuffle", 0);
    if (shuffle != 0) {
      Collections.shuffle(training, new Random(shuffle));
    }
    var corpus = new DocumentFrequencyTable();
    List<LabelledDocument> stream = weighed(training, corpus);
    List<LabelledDocument> held = weighed(test, corpus);
    for (int seed = 42; seed < 42 + Integer.getInteger("measure.seeds", 1); seed++) {
      measure(seed, stream, held);
    }
  }

  private static void measure(
      long seed, List<LabelledDocument> stream, List<LabelledDocument> held) {
    int batch = Integer.getInteger("measure.batch", 4);
    var classifier = new OnlineClassifier(parameters(), seed);
    long start = System.nanoTime();
    ClassifierStats half = ClassifierStats.NONE;
    for (int from = 0; from < stream.size(); from += batch) {
      classifier.learn(stream.subList(from, Math.min(stream.size(), from + batch)));
      if (from <= stream.size() / 2) {
        half = classifier.statistics();
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    ClassifierStats all = classifier.statistics();
    System.out.printf(
        Locale.ROOT,
        "%s seed %d batch %d: prequential %.4f (second half %.4f), loss %.4f, test %.4f,"
            + " %.0f examples/s, file %d bytes%n%s%n",
        parameters(),
        seed,
        batch,
        all.accuracySince(ClassifierStats.NONE),
        all.accuracySince(half),
        all.lossSince(ClassifierStats.NONE),
        accuracy(classifier, held),
        all.examples() / seconds,
        classifier.model().toBytes().length,
        all);
  }

  private static OnlineClassifierConfig parameters() {
    OnlineClassifierConfig defaults = OnlineClassifierConfig.defaults();
    ClassifierOptimizer optimizer =
        ClassifierOptimizer.named(
            System.getProperty("measure.optimizer", defaults.optimizer().settingName()));
    return new OnlineClassifierConfig(
        Integer.getInteger("measure.hidden", defaults.hidden()),
        Integer.getInteger("measure.vocabulary", defaults.vocabulary()),
        defaults.classes(),
        optimizer,
        Double.parseDouble(System.getProperty("measure.rate", "" + optimizer.rate())),
        Double.parseDouble(System.getProperty("measure.dense.rate", "" + optimizer.denseRate())));
  }

  private static double accuracy(OnlineClassifier classifier, List<LabelledDocument> held) {
    var predictor = ClassifierPredictor.load(classifier.model());
    int correct = 0;
    for (LabelledDocument example : held) {
      float[] scores = predictor.predict(example.terms()).scores();
      int best = 0;
      for (int c = 1; c < scores.length; c++) {
        best = scores[c] > scores[best] ? c : best;
      }
      correct += predictor.classes().get(best).equals(example.label()) ? 1 : 0;
    }
    return (double) correct / held.size();
  }

  private static List<LabelledDocument> weighed(
      List<Map<String, String>> documents, DocumentFrequencyTable corpus) {
    var counter = new TermCounter(Analysis.STANDARD);
    List<LabelledDocument> examples = new ArrayList<>();
    for (Map<String, String> document : documents) {
      TermCounts counts = counter.count(document.get("text"));
      corpus.insert(counts.terms());
      SparseVector vector = Weighting.SCIKIT_LEARN.vectorize(counts, corpus);
      examples.add(new LabelledDocument(vector.terms(), vector.weights(), document.get("label")));
    }
    return examples;
  }

  private static List<Map<String, String>> lines(Path file) throws IOException {
    List<Map<String, String>> lines = new ArrayList<>();
    try (InputStream bytes = Files.newInputStream(file);
        InputStream text = file.toString().endsWith(".gz") ? new GZIPInputStream(bytes) : bytes;
        JsonParser json = JSON.createParser(text)) {
      while (json.nextToken() == JsonToken.START_OBJECT) {
        Map<String, String> line = new TreeMap<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
          String name = json.currentName();
          json.nextToken();
          line.put(name, json.getText());
        }
        lines.add(line);
      }
    }
    return lines;
  }
}
