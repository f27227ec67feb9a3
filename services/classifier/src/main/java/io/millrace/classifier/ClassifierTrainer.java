package io.millrace.classifier;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.learning.classifier.ClassifierStats;
import io.millrace.learning.classifier.LabelledDocument;
import io.millrace.learning.classifier.OnlineClassifier;
import io.millrace.learning.core.CheckpointParts;
import io.millrace.learning.core.DriftMonitor;
import io.millrace.learning.tensors.SafeTensors;
import io.millrace.runtime.models.VersionProgress;
import io.millrace.runtime.training.Trainer;
import io.millrace.runtime.training.TrainerSnapshot;
import io.millrace.runtime.training.TrainerState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Learns the class of documents from their weighted terms. The weights of the network are the
 * model; the rest of the state goes to the checkpoint.
 */
final class ClassifierTrainer implements Trainer<LabelledDocument> {

  /** With fewer classes nothing can be told apart. */
  private static final int CLASSES_TO_ANSWER = 2;

  private final String name;
  private final ClassifierConfig config;
  private final ClassifierMetrics metrics;
  private OnlineClassifier classifier;
  private KeptDocuments kept;
  private DriftMonitor drift;
  private CheckpointParts written = CheckpointParts.none();
  private ClassifierStats atLastStep = ClassifierStats.NONE;

  /**
   * A trainer that has learned nothing.
   *
   * @param name the model's name
   */
  ClassifierTrainer(String name, ClassifierConfig config) {
    this.name = name;
    this.metrics = new ClassifierMetrics(name);
    this.config = config;
    this.classifier = new OnlineClassifier(config.model(), config.seed());
    this.kept = KeptDocuments.none(config);
    this.drift = new DriftMonitor(config.drift());
  }

  @Override
  public String model() {
    return name;
  }

  @Override
  public Map<String, String> settings() {
    return config.fingerprint();
  }

  @Override
  public void initialise() {
    begin(
        new OnlineClassifier(config.model(), config.seed()),
        KeptDocuments.none(config),
        new DriftMonitor(config.drift()),
        CheckpointParts.none());
  }

  @Override
  public void restore(TrainerState state) {
    SafeTensors model = SafeTensors.read(state.model());
    begin(
        OnlineClassifier.restore(config.model(), config.seed(), model, state.checkpoint()),
        KeptDocuments.restore(config, state.checkpoint()),
        DriftMonitor.restore(config.drift(), state.checkpoint()),
        CheckpointParts.of(state.checkpoint().keySet()));
  }

  private void begin(
      OnlineClassifier another,
      KeptDocuments itsDocuments,
      DriftMonitor itsDrift,
      CheckpointParts itsParts) {
    classifier = another;
    kept = itsDocuments;
    drift = itsDrift;
    written = itsParts;
    atLastStep = another.statistics();
    metrics.update(atLastStep, drift.drifts());
  }

  @Override
  public Optional<LabelledDocument> decode(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return Optional.empty();
    }
    return ExampleDecoder.decode(record.value());
  }

  @Override
  public void learn(List<LabelledDocument> batch) {
    ClassifierStats before = classifier.statistics();
    classifier.forget(forgotten());
    classifier.learn(batch);
    kept.remember(batch, classifier);
    ClassifierStats now = classifier.statistics();
    boolean anew =
        before.classes() >= CLASSES_TO_ANSWER
            && drift.update(now.labelledSince(before), now.wrongSince(before));
    if (anew) {
      classifier = classifier.anew();
      kept = KeptDocuments.none(config);
      written.beginAnew();
    }
    metrics.update(classifier.statistics(), drift.drifts());
  }

  private double forgotten() {
    return drift.answers() ? config.driftDecay() : 0;
  }

  @Override
  public void rehearse(int updates) {
    if (kept.size() > 0) {
      classifier.forget(forgotten());
      for (int i = 0; i < updates; i++) {
        classifier.rehearse(kept.rehearsal());
      }
      metrics.update(classifier.statistics(), drift.drifts());
    }
  }

  @Override
  public long usefulUpdates() {
    return kept.rehearsals();
  }

  @Override
  public int stepBatches(int configured) {
    return config.stepBatches(configured, classifier.statistics());
  }

  @Override
  public TrainerSnapshot snapshot() {
    Map<String, Optional<byte[]>> checkpoint = new LinkedHashMap<>();
    classifier.takeChanges().forEach((name, bytes) -> checkpoint.put(name, Optional.of(bytes)));
    kept.put(checkpoint);
    checkpoint.putAll(drift.parts());
    written.complete(checkpoint);
    ClassifierStats statistics = classifier.statistics();
    Map<String, Double> figures = figures(statistics);
    atLastStep = statistics;
    return new TrainerSnapshot(
        classifier.model().toBytes(),
        classifier.classes(),
        statistics.examples(),
        figures,
        checkpoint,
        List.of());
  }

  private Map<String, Double> figures(ClassifierStats statistics) {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("correct", (double) statistics.correct());
    figures.put("vocabulary", (double) statistics.vocabulary());
    figures.put("evicted", (double) statistics.evicted());
    figures.put("ignored", (double) statistics.ignored());
    figures.put("refused", (double) statistics.refused());
    figures.put("drifts", (double) drift.drifts());
    figures.put(
        VersionProgress.NEXT_STEP_RECORDS,
        (double) config.loop().batchSize() * stepBatches(config.loop().stepBatches()));
    if (statistics.examples() > 0) {
      figures.put("prequentialAccuracy", statistics.accuracySince(ClassifierStats.NONE));
      figures.put("prequentialLoss", statistics.lossSince(ClassifierStats.NONE));
    }
    if (statistics.examples() > atLastStep.examples()) {
      figures.put("stepAccuracy", statistics.accuracySince(atLastStep));
      figures.put("stepLoss", statistics.lossSince(atLastStep));
    }
    return figures;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    metrics.bindTo(registry);
  }

  @Override
  public void close() {}
}
