package io.millrace.vision;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.learning.core.CheckpointParts;
import io.millrace.learning.core.DriftMonitor;
import io.millrace.learning.core.PrequentialStats;
import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.vision.NetworkOutput;
import io.millrace.learning.vision.VisionEngine;
import io.millrace.learning.vision.VisionModel;
import io.millrace.runtime.training.Trainer;
import io.millrace.runtime.training.TrainerSnapshot;
import io.millrace.runtime.training.TrainerState;
import io.millrace.vision.ImageExampleReader.DecodedExample;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Trains the network on batches of examples. A batch goes through these steps ({@link #learn}):
 *
 * <ol>
 *   <li>Images of the replay memory are appended to the new ones.
 *   <li>The network learns from all of them in one optimizer update, at the learning rate that the
 *       drift monitor asks for, and returns its output before the update.
 *   <li>The statistics and the drift monitor ({@link DriftMonitor}) take that output for the new
 *       images: so each image is predicted before it is learned from. While fewer than two classes
 *       are known, scoring answers without a label; the drift monitor counts no errors then.
 *   <li>The new images are offered to the replay memory.
 *   <li>If the drift monitor demands it, the network begins anew, with an empty memory.
 * </ol>
 *
 * <p>A rehearsal ({@link #rehearse}) is an update from images of the memory alone; the statistics
 * count them as replayed.
 *
 * <p>The published weights are the model. The checkpoint has the rest: the optimizer's state, the
 * replay memory, the statistics and the drift monitor.
 */
final class VisionTrainer implements Trainer<DecodedExample> {

  private static final String STATISTICS = "statistics";

  /** With fewer classes nothing can be told apart. */
  private static final int CLASSES_TO_ANSWER = 2;

  private final String name;
  private final VisionConfig settings;
  private final VisionEngine engine;
  private final ImageExampleReader reader;
  private final VisionMetrics metrics;
  private KeptImages kept;
  private @Nullable VisionModel model;
  private VisionStats statistics = VisionStats.NONE;
  private VisionStats atLastStep = VisionStats.NONE;
  private DriftMonitor drift;
  private CheckpointParts written = CheckpointParts.none();
  private Optional<WeightSource> origin = Optional.empty();

  /** A trainer whose model starts from weights that were trained elsewhere. */
  VisionTrainer(String name, VisionConfig settings, VisionEngine engine, WeightSource origin) {
    this(name, settings, engine);
    this.origin = Optional.of(origin);
  }

  /**
   * A trainer that has learned nothing.
   *
   * @param name the model's name
   */
  VisionTrainer(String name, VisionConfig settings, VisionEngine engine) {
    this.name = name;
    this.settings = settings;
    this.engine = engine;
    this.reader = new ImageExampleReader(settings.network().shape(), settings.limit());
    this.metrics = new VisionMetrics(name, engine::offHeapBytes);
    this.kept = KeptImages.none(settings);
    this.drift = new DriftMonitor(settings.drift());
  }

  @Override
  public String model() {
    return name;
  }

  @Override
  public Map<String, String> settings() {
    return settings.fingerprint();
  }

  @Override
  public Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>(engine.environment());
    environment.put(settings.limit().setting(), Long.toString(settings.limit().pixels()));
    origin.ifPresent(it -> environment.put("origin", it.sha256()));
    return environment;
  }

  @Override
  public void initialise() {
    origin = origin.filter(it -> it.weights().isPresent());
    begin(
        created(), VisionStats.NONE, new DriftMonitor(settings.drift()), KeptImages.none(settings));
    written = CheckpointParts.none();
  }

  private VisionModel created() {
    return origin
        .flatMap(WeightSource::weights)
        .map(weights -> engine.createFrom(settings.network(), settings.seed(), weights))
        .orElseGet(() -> engine.create(settings.network(), settings.seed()));
  }

  @Override
  public void restore(TrainerState state) {
    byte[] figures = part(state, STATISTICS);
    part(state, DriftMonitor.PART);
    SafeTensors weights = SafeTensors.read(state.model());
    SafeTensors optimizer = OptimizerCheckpoint.read(state.checkpoint());
    origin = WeightSource.read(state.checkpoint());
    begin(
        engine.restore(settings.network(), settings.seed(), weights, optimizer),
        VisionStats.read(figures),
        DriftMonitor.restore(settings.drift(), state.checkpoint()),
        KeptImages.restore(settings, state.checkpoint()));
    written = CheckpointParts.of(state.checkpoint().keySet());
  }

  private static byte[] part(TrainerState state, String name) {
    byte[] part = state.checkpoint().get(name);
    if (part == null) {
      throw new IllegalArgumentException("the checkpoint of the vision model has no part " + name);
    }
    return part;
  }

  private void begin(
      VisionModel another, VisionStats itsStatistics, DriftMonitor itsDrift, KeptImages itsImages) {
    close();
    model = another;
    kept = itsImages;
    statistics = itsStatistics;
    atLastStep = itsStatistics;
    drift = itsDrift;
    metrics.update(statistics, another.classes().size(), kept.size(), drift.drifts());
  }

  @Override
  public Optional<DecodedExample> decode(ConsumerRecord<byte[], byte[]> record) {
    return reader.read(record.value());
  }

  @Override
  public void learn(List<DecodedExample> examples) {
    VisionModel learner = learner();
    KeptImages.Labelled batch = kept.withReplayed(examples);
    int known = learner.classes().size();
    learner.scaleLearningRate(drift.learningRateFactor());
    NetworkOutput answers = learner.learn(batch.images(), batch.labels());
    PrequentialStats before = statistics.prequential();
    statistics =
        statistics.plus(
            batch.images(), batch.labels(), answers, learner.classes(), known, examples.size());
    PrequentialStats now = statistics.prequential();
    boolean anew =
        known >= CLASSES_TO_ANSWER
            && drift.update(now.labelledSince(before), now.wrongSince(before));
    if (anew) {
      beginAnew();
    } else {
      kept.remember(examples, learner.classes());
    }
    metrics.update(statistics, learner().classes().size(), kept.size(), drift.drifts());
  }

  /**
   * What was learned before the drift goes, imported weights too; what was counted stays. Imported
   * weights are not kept after a restart, so they could not be begun from again in the same way.
   */
  private void beginAnew() {
    close();
    model = engine.create(settings.network(), settings.seed());
    origin = Optional.empty();
    kept = KeptImages.none(settings);
    written.beginAnew();
  }

  @Override
  public void rehearse(int updates) {
    VisionModel learner = learner();
    if (kept.size() == 0) {
      return;
    }
    learner.scaleLearningRate(drift.learningRateFactor());
    for (int i = 0; i < updates; i++) {
      KeptImages.Labelled batch = kept.rehearsal();
      learner.learn(batch.images(), batch.labels());
      statistics = statistics.plusReplayed(batch.images().count());
    }
    metrics.update(statistics, learner.classes().size(), kept.size(), drift.drifts());
  }

  @Override
  public long usefulUpdates() {
    return kept.rehearsals();
  }

  @Override
  public TrainerSnapshot snapshot() {
    VisionModel learner = learner();
    Map<String, Optional<byte[]>> checkpoint = new LinkedHashMap<>();
    checkpoint.put(STATISTICS, Optional.of(statistics.toBytes()));
    checkpoint.putAll(drift.parts());
    OptimizerCheckpoint.put(learner.optimizer(), checkpoint);
    origin.filter(it -> it.weights().isPresent()).ifPresent(it -> it.put(checkpoint));
    kept.put(checkpoint);
    written.complete(checkpoint);
    boolean decodes = settings.network().decoderWeight() > 0;
    Map<String, Double> figures = statistics.figures(atLastStep, drift.drifts(), decodes);
    atLastStep = statistics;
    return new TrainerSnapshot(
        learner.weights().toBytes(),
        learner.classes(),
        statistics.images(),
        figures,
        checkpoint,
        List.of());
  }

  private VisionModel learner() {
    if (model == null) {
      throw new IllegalStateException("the trainer was neither initialised nor restored");
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
