package io.millrace.embedding;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.learning.embedding.SkipGram;
import io.millrace.learning.embedding.SkipGramStats;
import io.millrace.learning.embedding.checkpoint.PublishedWord;
import io.millrace.learning.embedding.checkpoint.SkipGramChanges;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
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
 */
final class EmbeddingTrainer implements Trainer<List<String>> {

  private final EmbeddingConfig config;
  private final InputDecoder inputs;
  private final Function<String, List<String>> analyzer;
  private final Topic<String, WordVector> wordVectors;
  private final PublishedVectors publishedVectors;
  private final WordVectorWriter writer = new WordVectorWriter();
  private final EmbeddingMetrics metrics = new EmbeddingMetrics();
  private SkipGram model;
  private SkipGramStats atLastStep = SkipGramStats.NONE;
  private SortedSet<String> wordsToWithdraw = new TreeSet<>();
  private long version;

  /**
   * A trainer that has learned nothing.
   *
   * @param inputs decodes documents
   * @param analyzer returns the words of a text; safe for several threads
   * @param publishedVectors what the topics hold when a model is initialised or restored
   */
  EmbeddingTrainer(
      EmbeddingConfig config,
      InputDecoder inputs,
      Function<String, List<String>> analyzer,
      Topic<String, WordVector> wordVectors,
      PublishedVectors publishedVectors) {
    this.config = config;
    this.inputs = inputs;
    this.analyzer = analyzer;
    this.wordVectors = wordVectors;
    this.publishedVectors = publishedVectors;
    this.model = new SkipGram(config.model(), config.seed());
  }

  @Override
  public String model() {
    return EmbeddingConfig.NAME;
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
    SkipGram restored =
        SkipGram.restore(
            config.model(), config.seed(), state.checkpoint(), publishedVectors::replay);
    begin(restored, state.manifest().getVersion());
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
    List<ProducerRecord<byte[], byte[]>> outputs = outputs(changes);
    metrics.written(WriteStats.of(changes, outputs), changes.moved() / changes.republished());
    return new TrainerSnapshot(
        new byte[0], List.of(), statistics.documents(), figures, changes.parts(), outputs);
  }

  private Map<String, Double> figures(SkipGramStats statistics) {
    double pairs = statistics.pairs() - atLastStep.pairs();
    return Map.of(
        "words", (double) statistics.words(),
        "vocabulary", (double) statistics.vocabulary(),
        "evicted", (double) statistics.evicted(),
        "loss", pairs == 0 ? 0 : (statistics.loss() - atLastStep.loss()) / pairs);
  }

  private List<ProducerRecord<byte[], byte[]>> outputs(SkipGramChanges changes) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    wordsToWithdraw.addAll(changes.evicted());
    changes.words().forEach(word -> wordsToWithdraw.remove(word.word()));
    wordsToWithdraw.forEach(word -> records.add(record(word, null)));
    wordsToWithdraw.clear();
    for (PublishedWord word : changes.words()) {
      byte[] value = writer.write(word.vector(), word.count(), word.version());
      records.add(record(word.word(), value));
    }
    return records;
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
