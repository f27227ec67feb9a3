package io.millrace.embedding;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.learning.embedding.SkipGram;
import io.millrace.learning.embedding.SkipGramStats;
import io.millrace.learning.embedding.checkpoint.PublishedWord;
import io.millrace.learning.embedding.checkpoint.SkipGramChanges;
import io.millrace.runtime.models.ModelName;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.runtime.settings.InputLimits;
import io.millrace.runtime.training.Trainer;
import io.millrace.runtime.training.TrainerSnapshot;
import io.millrace.runtime.training.TrainerState;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.WordVectorWriter;
import io.millrace.schemas.avro.WordVector;
import io.millrace.schemas.input.InputDecoder;
import io.millrace.schemas.input.InputDecoder.DocumentInput;
import io.millrace.topics.Topic;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Learns word vectors from documents. An example is a document's words. At each step the vectors
 * that moved far enough are published on {@code word-vectors}, and words that lost their vector are
 * deleted there; the rest of the model's state goes to the checkpoint. A new revision of a document
 * is learned from like a new document; a deleted document stays learned.
 *
 * <p>A variant writes the vectors that it would publish into its checkpoint instead, as the parts
 * {@code vector/WORD}: search reads one set of vectors.
 */
final class EmbeddingTrainer implements Trainer<List<String>> {

  private static final String VECTOR = "vector/";

  private final ModelName name;
  private final EmbeddingConfig config;
  private final InputDecoder inputs;
  private final Function<String, List<String>> analyzer;
  private final Topic<String, WordVector> wordVectors;
  private final PublishedVectors publishedVectors;
  private final WordVectorWriter writer = new WordVectorWriter();
  private final EmbeddingMetrics metrics;
  private SkipGram model;
  private SkipGramStats atLastStep = SkipGramStats.NONE;
  private SortedSet<String> wordsToWithdraw = new TreeSet<>();
  private long version;

  /**
   * A trainer that has learned nothing.
   *
   * @param name the model's name
   * @param inputs decodes documents
   * @param analyzer returns the words of a text; safe for several threads
   * @param publishedVectors what the topics hold when a model is initialised or restored
   */
  EmbeddingTrainer(
      ModelName name,
      EmbeddingConfig config,
      InputDecoder inputs,
      Function<String, List<String>> analyzer,
      Topic<String, WordVector> wordVectors,
      PublishedVectors publishedVectors) {
    this.name = name;
    this.metrics = new EmbeddingMetrics(name.text());
    this.config = config;
    this.inputs = inputs;
    this.analyzer = analyzer;
    this.wordVectors = wordVectors;
    this.publishedVectors = publishedVectors;
    this.model = new SkipGram(config.model(), config.seed());
  }

  @Override
  public String model() {
    return name.text();
  }

  @Override
  public Map<String, String> settings() {
    return config.fingerprint();
  }

  @Override
  public Map<String, String> environment() {
    return Map.of(
        "threads",
        Integer.toString(config.model().threads()),
        InputLimits.DOCUMENT_BYTES,
        Integer.toString(config.maxDocumentBytes()));
  }

  @Override
  public void initialise() {
    begin(new SkipGram(config.model(), config.seed()), publishedVectors.lastVersion());
    wordsToWithdraw.addAll(publishedVectors.words());
  }

  @Override
  public void restore(TrainerState state) {
    Map<String, byte[]> parts = new HashMap<>(state.checkpoint());
    Map<String, byte[]> vectors = new TreeMap<>();
    if (isVariant()) {
      state
          .checkpoint()
          .forEach((part, value) -> {
            if (part.startsWith(VECTOR)) {
              vectors.put(part.substring(VECTOR.length()), value);
              parts.remove(part);
            }
          });
    }
    SkipGram restored =
        SkipGram.restore(
            config.model(),
            config.seed(),
            parts,
            visitor -> {
              if (isVariant()) {
                vectors.forEach(
                    (word, value) -> visitor.accept(PublishedVectorsTopic.published(word, value)));
              } else {
                publishedVectors.replay(visitor);
              }
            });
    begin(restored, state.manifest().getVersion());
  }

  private boolean isVariant() {
    return !name.variant().isEmpty();
  }

  private void begin(SkipGram newModel, long lastVersion) {
    model.close();
    model = newModel;
    version = lastVersion;
    wordsToWithdraw = new TreeSet<>();
    atLastStep = newModel.statistics();
    metrics.reset(atLastStep);
  }

  @Override
  public Optional<List<String>> decode(ConsumerRecord<byte[], byte[]> record) {
    // What text, the reporter of documents, refuses.
    if (record.value() != null && record.value().length > config.maxDocumentBytes()) {
      return Optional.empty();
    }
    return switch (inputs.document(
        EventHeaders.contentType(record.headers()), record.key(), record.value())) {
      case Decoded.Valid<DocumentInput>(DocumentInput input) ->
          input.document().map(document -> analyzer.apply(document.getText()));
      case Decoded.Invalid<DocumentInput> _ -> Optional.empty();
    };
  }

  /** The id of a document may lie inside its value, so that it is decoded for this. */
  @Override
  public Optional<String> subject(ConsumerRecord<byte[], byte[]> record) {
    return inputs.document(EventHeaders.contentType(record.headers()), record.key(), record.value())
            instanceof Decoded.Valid<DocumentInput>(DocumentInput input)
        ? Optional.of(input.subject().toString())
        : Optional.empty();
  }

  @Override
  public void learn(List<List<String>> batch) {
    model.learn(batch);
    metrics.update(model.statistics());
  }

  @Override
  public TrainerSnapshot snapshot() {
    version++;
    SkipGramChanges changes = model.takeChanges(version, config.publishThreshold());
    SkipGramStats statistics = model.statistics();
    Map<String, Double> figures = figures(statistics);
    atLastStep = statistics;
    Map<String, Optional<byte[]>> vectors = vectors(changes);
    Map<String, Optional<byte[]>> parts = new HashMap<>(changes.parts());
    List<ProducerRecord<byte[], byte[]>> outputs = new ArrayList<>();
    vectors.forEach((word, value) -> {
      if (isVariant()) {
        parts.put(VECTOR + word, value);
      } else {
        outputs.add(record(word, value.orElse(null)));
      }
    });
    metrics.written(WriteStats.of(changes, outputs), changes.moved() / changes.republished());
    return new TrainerSnapshot(
        new byte[0], List.of(), statistics.documents(), figures, parts, outputs);
  }

  private Map<String, Double> figures(SkipGramStats statistics) {
    double pairs = statistics.pairs() - atLastStep.pairs();
    return Map.of(
        "words", (double) statistics.words(),
        "vocabulary", (double) statistics.vocabulary(),
        "evicted", (double) statistics.evicted(),
        "loss", pairs == 0 ? 0 : (statistics.loss() - atLastStep.loss()) / pairs);
  }

  /** The vectors of a step by word; empty for a word that lost its vector. */
  private Map<String, Optional<byte[]>> vectors(SkipGramChanges changes) {
    Map<String, Optional<byte[]>> vectors = new LinkedHashMap<>();
    wordsToWithdraw.addAll(changes.evicted());
    changes.words().forEach(word -> wordsToWithdraw.remove(word.word()));
    wordsToWithdraw.forEach(word -> vectors.put(word, Optional.empty()));
    wordsToWithdraw.clear();
    for (PublishedWord word : changes.words()) {
      byte[] value = writer.write(word.vector(), word.count(), word.version());
      vectors.put(word.word(), Optional.of(value));
    }
    return vectors;
  }

  private ProducerRecord<byte[], byte[]> record(String word, byte @Nullable [] value) {
    return new ProducerRecord<>(wordVectors.name(), word.getBytes(StandardCharsets.UTF_8), value);
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    metrics.bindTo(registry);
  }

  @Override
  public void close() {
    model.close();
  }
}
