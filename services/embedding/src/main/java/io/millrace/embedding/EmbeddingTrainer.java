package io.millrace.embedding;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.learning.embedding.Changes;
import io.millrace.learning.embedding.PublishedWord;
import io.millrace.learning.embedding.SkipGram;
import io.millrace.learning.embedding.Statistics;
import io.millrace.runtime.EventHeaders;
import io.millrace.runtime.Snapshot;
import io.millrace.runtime.Trainer;
import io.millrace.runtime.TrainerState;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.Inputs;
import io.millrace.schemas.WordVectorWriter;
import io.millrace.schemas.avro.Document;
import io.millrace.schemas.avro.WordVector;
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
 * Learns word vectors from documents. An example is a document's words. The vectors that moved far
 * enough go to {@code word-vectors}, words without one any more are withdrawn there; all else that
 * learning continues from goes to the checkpoint. A document that is replaced is learned from
 * again; a deleted one stays learned.
 */
final class EmbeddingTrainer implements Trainer<List<String>> {

  private final EmbeddingConfig config;
  private final Function<String, List<String>> tokens;
  private final Topic<String, WordVector> wordVectors;
  private final History history;
  private final WordVectorWriter writer = new WordVectorWriter();
  private final EmbeddingMetrics metrics = new EmbeddingMetrics();
  private SkipGram model;
  private Statistics atLastStep = Statistics.NONE;
  private SortedSet<String> leftovers = new TreeSet<>();
  private long version;

  /**
   * A trainer that has learned nothing.
   *
   * @param tokens takes a text apart; safe for several threads
   * @param history tells what lies on the topics when the model begins anew or is restored
   */
  EmbeddingTrainer(
      EmbeddingConfig config,
      Function<String, List<String>> tokens,
      Topic<String, WordVector> wordVectors,
      History history) {
    this.config = config;
    this.tokens = tokens;
    this.wordVectors = wordVectors;
    this.history = history;
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
    return Map.of("threads", Integer.toString(config.model().threads()));
  }

  @Override
  public void initialise() {
    begin(new SkipGram(config.model(), config.seed()), history.lastVersion());
    leftovers.addAll(history.words());
  }

  @Override
  public void restore(TrainerState state) {
    SkipGram restored =
        SkipGram.restore(config.model(), config.seed(), state.checkpoint(), history::replay);
    begin(restored, state.manifest().getVersion());
  }

  private void begin(SkipGram newModel, long lastVersion) {
    model.close();
    model = newModel;
    version = lastVersion;
    leftovers = new TreeSet<>();
    atLastStep = newModel.statistics();
    metrics.reset(atLastStep);
  }

  @Override
  public Optional<List<String>> decode(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return Optional.empty();
    }
    return switch (Inputs.document(EventHeaders.contentType(record.headers()), record.value())) {
      case Decoded.Valid<Document>(Document document) ->
          Optional.of(tokens.apply(document.getText()));
      case Decoded.Invalid<Document> _ -> Optional.empty();
    };
  }

  @Override
  public void learn(List<List<String>> batch) {
    model.learn(batch);
    metrics.update(model.statistics());
  }

  @Override
  public Snapshot snapshot() {
    version++;
    Changes changes = model.takeChanges(version, config.publishThreshold());
    Statistics statistics = model.statistics();
    Map<String, Double> figures = figures(statistics);
    atLastStep = statistics;
    List<ProducerRecord<byte[], byte[]>> outputs = outputs(changes);
    metrics.written(Written.of(changes, outputs), changes.moved() / changes.republished());
    return new Snapshot(
        new byte[0], List.of(), statistics.documents(), figures, changes.parts(), outputs);
  }

  private Map<String, Double> figures(Statistics statistics) {
    double pairs = statistics.pairs() - atLastStep.pairs();
    return Map.of(
        "words", (double) statistics.words(),
        "vocabulary", (double) statistics.vocabulary(),
        "evicted", (double) statistics.evicted(),
        "loss", pairs == 0 ? 0 : (statistics.loss() - atLastStep.loss()) / pairs);
  }

  private List<ProducerRecord<byte[], byte[]>> outputs(Changes changes) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    leftovers.addAll(changes.evicted());
    changes.words().forEach(word -> leftovers.remove(word.word()));
    leftovers.forEach(word -> records.add(record(word, null)));
    leftovers.clear();
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
