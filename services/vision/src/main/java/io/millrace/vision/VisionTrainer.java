package io.millrace.vision;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.vision.Answers;
import io.millrace.learning.vision.ImageBatch;
import io.millrace.learning.vision.VisionEngine;
import io.millrace.learning.vision.VisionModel;
import io.millrace.runtime.Snapshot;
import io.millrace.runtime.Trainer;
import io.millrace.runtime.TrainerState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Learns from images, with their labels where they have one. The weights are the model; the
 * optimizer's state and the figures are the checkpoint.
 */
final class VisionTrainer implements Trainer<Example> {

  private static final String STATISTICS = "statistics";

  private final VisionSettings settings;
  private final VisionEngine engine;
  private final ExampleReader reader;
  private final VisionMetrics metrics;
  private @Nullable VisionModel model;
  private Statistics statistics = Statistics.NONE;
  private Statistics atLastStep = Statistics.NONE;

  VisionTrainer(VisionSettings settings, VisionEngine engine) {
    this.settings = settings;
    this.engine = engine;
    this.reader = new ExampleReader(settings.network().shape(), settings.maxPixels());
    this.metrics = new VisionMetrics(engine::offHeapBytes);
  }

  @Override
  public String model() {
    return VisionSettings.NAME;
  }

  @Override
  public Map<String, String> settings() {
    return settings.fingerprint();
  }

  @Override
  public Map<String, String> environment() {
    return engine.environment();
  }

  @Override
  public void initialise() {
    begin(engine.create(settings.network(), settings.seed()), Statistics.NONE);
  }

  @Override
  public void restore(TrainerState state) {
    byte[] figures = state.checkpoint().get(STATISTICS);
    if (figures == null) {
      throw new IllegalArgumentException("the checkpoint has no part " + STATISTICS);
    }
    SafeTensors weights = SafeTensors.read(state.model());
    SafeTensors optimizer = OptimizerParts.read(state.checkpoint());
    begin(
        engine.restore(settings.network(), settings.seed(), weights, optimizer),
        Statistics.read(figures));
  }

  private void begin(VisionModel another, Statistics itsStatistics) {
    close();
    model = another;
    statistics = itsStatistics;
    atLastStep = itsStatistics;
    metrics.update(statistics, another.classes().size());
  }

  @Override
  public Optional<Example> decode(ConsumerRecord<byte[], byte[]> record) {
    return reader.read(record.value());
  }

  @Override
  public void learn(List<Example> examples) {
    VisionModel learner = learner();
    ImageBatch batch = batch(examples);
    List<Optional<String>> labels = examples.stream().map(Example::label).toList();
    int known = learner.classes().size();
    Answers answers = learner.learn(batch, labels);
    statistics = statistics.plus(batch, labels, answers, learner.classes(), known);
    metrics.update(statistics, learner.classes().size());
  }

  private ImageBatch batch(List<Example> examples) {
    int size = reader.shape().size();
    float[] pixels = new float[examples.size() * size];
    for (int i = 0; i < examples.size(); i++) {
      System.arraycopy(examples.get(i).pixels(), 0, pixels, i * size, size);
    }
    return new ImageBatch(reader.shape(), examples.size(), pixels);
  }

  @Override
  public Snapshot snapshot() {
    VisionModel learner = learner();
    Map<String, Optional<byte[]>> checkpoint = new LinkedHashMap<>();
    checkpoint.put(STATISTICS, Optional.of(statistics.toBytes()));
    OptimizerParts.put(learner.optimizer(), checkpoint);
    Map<String, Double> figures = figures();
    atLastStep = statistics;
    return new Snapshot(
        learner.weights().toBytes(),
        learner.classes(),
        statistics.images(),
        figures,
        checkpoint,
        List.of());
  }

  /** Figures of the whole life and of the step, those that there are. */
  private Map<String, Double> figures() {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("labelled", (double) statistics.labelled());
    figures.put("correct", (double) statistics.correct());
    figures.put("refused", (double) statistics.refused());
    if (statistics.labelled() > 0) {
      figures.put("prequentialAccuracy", statistics.accuracySince(Statistics.NONE));
      figures.put("prequentialLoss", statistics.lossSince(Statistics.NONE));
    }
    if (statistics.labelledSince(atLastStep) > 0) {
      figures.put("stepAccuracy", statistics.accuracySince(atLastStep));
      figures.put("stepLoss", statistics.lossSince(atLastStep));
    }
    if (statistics.images() > 0 && decodes()) {
      figures.put("reconstructionError", statistics.errorSince(Statistics.NONE));
    }
    if (statistics.imagesSince(atLastStep) > 0 && decodes()) {
      figures.put("stepReconstructionError", statistics.errorSince(atLastStep));
    }
    return figures;
  }

  private boolean decodes() {
    return settings.network().decoderWeight() > 0;
  }

  private VisionModel learner() {
    if (model == null) {
      throw new IllegalStateException("neither initialised nor restored");
    }
    return model;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    metrics.bindTo(registry);
  }

  @Override
  public void close() {
    if (model != null) {
      model.close();
      model = null;
    }
  }
}
