package io.millrace.console.inference;

import static java.util.Objects.requireNonNull;

import io.millrace.console.parts.ConsoleConfig;
import io.millrace.console.parts.ConsolePart;
import io.millrace.learning.classifier.ClassifierPredictor;
import io.millrace.learning.classifier.TermVector;
import io.millrace.learning.text.weighting.SparseVector;
import io.millrace.learning.vision.PredictorLoader;
import io.millrace.learning.vision.VisionPredictor;
import io.millrace.learning.vision.images.ImageDecoder.PixelLimit;
import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.http.HttpStatusException;
import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.TopicIdWatch;
import io.millrace.runtime.lifecycle.LoopService;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.lifecycle.UnsupportedMachineException;
import io.millrace.runtime.metrics.ClientMetrics;
import io.millrace.runtime.models.ModelFollower;
import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.models.ServingPolicy;
import io.millrace.runtime.models.VersionId;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.InputLimits;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.scoring.ScoringService;
import io.millrace.scoring.answers.DocumentAnswers;
import io.millrace.scoring.answers.NetworkLoader;
import io.millrace.scoring.answers.ServingLog;
import io.millrace.search.documents.QueryCorpus;
import io.millrace.search.documents.TextQueryException;
import io.millrace.search.documents.TextVectorizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Answers images and texts over HTTP by the versions of the models topic, in this process. Its
 * worker follows that topic, and reads the document frequencies that texts are weighed with. It
 * also ends the console when one of the topics that any of its parts reads was made again.
 */
public final class Inference implements ConsolePart {

  private static final String VISION = "vision";
  private static final String CLASSIFIER = "classifier";
  private static final Duration POLL = Duration.ofMillis(100);

  private final Settings settings;
  private final TextVectorizer vectorizer;
  private final QueryCorpus corpus;
  private final InferenceMetrics metrics = new InferenceMetrics();
  private final ServedModels models;
  private final LoopService worker;
  private final List<HttpRoute> routes;
  private volatile @Nullable TopicIdWatch watch;

  /** The versions that are on the models topic, without their parts. */
  public interface PublishedVersions {

    /** Whether the parts of a version are there. */
    boolean has(VersionId version);

    /** The versions of a model whose parts are there, in ascending order. */
    List<Long> versions(String model);

    /** What the trainer says of a version; empty if that is not in memory. */
    Optional<ModelManifest> manifest(VersionId version);
  }

  /**
   * Inference by the models of a cluster.
   *
   * @param vectorizer weighs texts as the text service does
   */
  public Inference(
      Settings settings,
      ConsoleConfig config,
      TextVectorizer vectorizer,
      PublishedVersions published) {
    this(
        settings,
        config,
        vectorizer,
        new ReadOnlyServingLog(settings),
        new TopicStore(settings, published));
  }

  /** The versions on the models topic. */
  private record TopicStore(Settings settings, PublishedVersions published)
      implements ServedModels.Store {

    @Override
    public boolean has(VersionId version) {
      return published.has(version);
    }

    @Override
    public List<Long> versions(String model) {
      return published.versions(model);
    }

    @Override
    public Optional<ModelManifest> manifest(VersionId version) {
      return published.manifest(version);
    }

    @Override
    public Optional<ModelVersion> load(VersionId version) {
      return ModelReader.load(settings, version.model(), OptionalLong.of(version.number()));
    }
  }

  Inference(
      Settings settings,
      ConsoleConfig config,
      TextVectorizer vectorizer,
      ServingLog log,
      ServedModels.Store store) {
    this.settings = settings;
    this.vectorizer = vectorizer;
    this.corpus = new QueryCorpus(vectorizer.analysis());
    var limits = new InferenceLimits(config.maxBatch(), config.maxQueued(), config.maxBodyBytes());
    this.models = models(limits, config.maxNamedVersions(), log, store);
    this.worker = new LoopService("console-models", this::run);
    this.routes =
        new InferenceRoutes(models, () -> worker.health() == Service.Health.READY, metrics, limits)
            .all();
  }

  @Override
  public List<HttpRoute> routes() {
    return routes;
  }

  /** Begins to watch the topics of all parts, before any of them reads. */
  @Override
  public void prepare() {
    watch = TopicIdWatch.start(settings, ConsoleConfig.NAME, List.of());
  }

  @Override
  public Optional<Service> worker() {
    return Optional.of(worker);
  }

  /** The models, which the worker has follow the models topic. */
  ServedModels models() {
    return models;
  }

  /** The documents that texts are weighed against, which the worker reads. */
  QueryCorpus corpus() {
    return corpus;
  }

  private ServedModels models(
      InferenceLimits limits, int maxNamed, ServingLog log, ServedModels.Store store) {
    List<ModelKind<?>> kinds = new ArrayList<>();
    Map<String, String> unavailable = new HashMap<>();
    kinds.add(classifier(limits));
    try {
      kinds.add(vision(limits, NetworkLoader.of(settings.common().engine())));
    } catch (UnsupportedMachineException e) {
      unavailable.put(VISION, String.valueOf(e.getMessage()));
    }
    return new ServedModels(kinds, unavailable, log, store, maxNamed);
  }

  private ModelKind<VisionPredictor> vision(InferenceLimits limits, PredictorLoader loader) {
    var limit = new PixelLimit(settings.common().inputs().imagePixels(), InputLimits.IMAGE_PIXELS);
    var input = new ImageInput(limit, limits);
    return new ModelKind<>(
        VISION,
        policy(VISION),
        loader::load,
        VisionPredictor::close,
        VisionInferenceModel::described,
        (name, source, newest) ->
            new VisionInferenceModel(name, input, source, newest, limits, metrics.model(VISION)));
  }

  private ModelKind<ClassifierPredictor> classifier(InferenceLimits limits) {
    return new ModelKind<>(
        CLASSIFIER,
        policy(CLASSIFIER),
        ClassifierPredictor::load,
        _ -> {},
        manifest -> Optional.of(ClassifierInferenceModel.described(manifest)),
        (name, source, newest) ->
            new ClassifierInferenceModel(
                name, this::vectorize, source, newest, limits, metrics.model(CLASSIFIER)));
  }

  private ServingPolicy policy(String kind) {
    return ScoringService.servingPolicy(settings, kind).orElseThrow();
  }

  private TermVector vectorize(String text) {
    try {
      SparseVector vector = vectorizer.vectorize(text, corpus.corpus());
      TermVector terms = TermVector.of(vector.terms(), vector.weights());
      if (!terms.isWithin(DocumentAnswers.MAX_WEIGHT)) {
        throw HttpStatusException.badRequest(
            "the weights of the terms must be numbers of at most " + DocumentAnswers.MAX_WEIGHT);
      }
      return terms;
    } catch (TextQueryException e) {
      throw HttpStatusException.conflict(String.valueOf(e.getMessage()));
    }
  }

  private void run(LoopService loop) {
    metrics.bindTo(loop.meters());
    String topic = settings.topics().documentFrequencies().name();
    try (models;
        var ids = requireNonNull(watch, "prepared before the worker starts");
        var consumer = KafkaClients.reader(settings);
        var client = ClientMetrics.of(consumer, ConsoleConfig.NAME, loop.meters());
        var follower = ModelFollower.start(settings, models.kinds(), models)) {
      loop.setWakeup(consumer::wakeup);
      List<TopicPartition> partitions = CommittedReader.partitions(consumer, topic);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      try {
        follow(loop, consumer, ends, ids, follower);
      } catch (IncompatibleStateException | InvalidOffsetException e) {
        throw ids.cause(e);
      }
    }
  }

  private void follow(
      LoopService loop,
      Consumer<byte[], byte[]> consumer,
      Map<TopicPartition, Long> ends,
      TopicIdWatch ids,
      ModelFollower follower) {
    boolean isCounted = false;
    while (!loop.stopping()) {
      loop.progressed();
      ids.requireSame();
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        corpus.update(record.key(), record.value());
      }
      follower
          .failure()
          .ifPresent(reason -> {
            throw new IncompatibleStateException(
                "the models topic is no longer followed: " + reason);
          });
      isCounted = isCounted || CommittedReader.reached(consumer, ends);
      loop.setReady(isCounted && models.isCaughtUp());
    }
  }
}
