package io.millrace.scoring;

import io.millrace.learning.vision.images.ImageDecoder.PixelLimit;
import io.millrace.runtime.batch.BatchLoopConfig;
import io.millrace.runtime.models.ServingPolicy;
import io.millrace.runtime.settings.EngineConfig;
import io.millrace.runtime.settings.HeapRequirement;
import io.millrace.runtime.settings.InputLimits;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import io.millrace.schemas.input.InputDecoder;
import io.millrace.scoring.promotion.PromotionConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.LambdaValidator;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;

/**
 * The settings of scoring.
 *
 * @param loop of the batch loop
 * @param images whether images are scored
 * @param documents whether document vectors are scored
 * @param predictions whether predictions are sent; if not, documents are not scored
 * @param reconstructions whether the reconstruction of every image is sent
 * @param topClasses the most classes of a prediction
 * @param visionServing who decides which version of vision answers
 * @param classifierServing who decides which version of the classifier answers
 * @param shadow who answers in the shadow of what is served
 * @param engine that computes networks
 * @param visionBatchSize the most images that a network predicts together
 * @param threads that score images
 * @param limit how large an image may be
 * @param anomalyWindow how many reconstruction errors an error is compared with
 * @param drift when the images or documents have changed
 * @param inputs decodes images
 * @param carriedHeaders the headers of a record that its predictions have too
 */
record ScoringConfig(
    BatchLoopConfig loop,
    boolean images,
    boolean documents,
    boolean predictions,
    boolean reconstructions,
    int topClasses,
    ServingPolicy visionServing,
    ServingPolicy classifierServing,
    ShadowConfig shadow,
    EngineConfig engine,
    int visionBatchSize,
    int threads,
    PixelLimit limit,
    int anomalyWindow,
    DriftDetection drift,
    InputDecoder inputs,
    List<String> carriedHeaders) {

  static final String NAME = "scoring";

  private static final int SHADOW_MAX_RECORDS = 100;
  private static final Duration SHADOW_COMMIT_INTERVAL = Duration.ofMillis(500);

  private static final String IMAGES = "scoring.images";
  private static final String DOCUMENTS = "scoring.documents";
  private static final String PREDICTIONS = "scoring.predictions";
  private static final String RECONSTRUCTIONS = "scoring.reconstructions";
  private static final String TOP_CLASSES = "scoring.top.classes";
  private static final String VISION_SERVING = "scoring.vision.serving";
  private static final String CLASSIFIER_SERVING = "scoring.classifier.serving";
  private static final String VISION_BATCH_SIZE = "scoring.vision.batch.size";
  private static final String THREADS = "scoring.threads";
  private static final String ANOMALY_WINDOW = "scoring.anomaly.window";
  private static final String DRIFT_WINDOW = "scoring.drift.window";
  private static final String DRIFT_THRESHOLD = "scoring.drift.threshold";
  private static final String DRIFT_TERMS_THRESHOLD = "scoring.drift.terms.threshold";
  private static final String VISION_DRIFT_ACTION = "scoring.vision.drift.action";
  private static final String CLASSIFIER_DRIFT_ACTION = "scoring.classifier.drift.action";
  private static final String REPORT = "report";
  private static final String ROLL_BACK = "roll-back";

  /**
   * When what is scored has drifted.
   *
   * @param window records of a window; 0 looks for no drift
   * @param threshold the population stability index that is a drift
   * @param termsThreshold the same of the terms of documents
   * @param rollBack the models that a drift of their input rolls back
   */
  record DriftDetection(int window, double threshold, double termsThreshold, Set<String> rollBack) {

    DriftDetection {
      rollBack = Set.copyOf(rollBack);
    }

    /** Whether a drift of its input rolls a model back. */
    boolean rollsBack(String model) {
      return rollBack.contains(model);
    }

    /** The index that is a drift of a model's input. */
    double inputThreshold(String model) {
      return model.equals(DocumentScorer.MODEL) ? termsThreshold : threshold;
    }
  }

  ScoringConfig {
    carriedHeaders = List.copyOf(carriedHeaders);
    if (!images && !documents) {
      throw new IllegalArgumentException(
          IMAGES + " and " + DOCUMENTS + " must not both be false: nothing would be scored");
    }
    if (!predictions && !(images && reconstructions)) {
      throw new IllegalArgumentException(
          PREDICTIONS
              + " may be false only where "
              + IMAGES
              + " and "
              + RECONSTRUCTIONS
              + " are true");
    }
    documents &= predictions;
    requirePointer(VISION_DRIFT_ACTION, ImageScorer.MODEL, drift, VISION_SERVING, visionServing);
    requirePointer(
        CLASSIFIER_DRIFT_ACTION,
        DocumentScorer.MODEL,
        drift,
        CLASSIFIER_SERVING,
        classifierServing);
  }

  /** Only where the pointer counts, and drifts are looked for, can a drift move it. */
  private static void requirePointer(
      String setting,
      String model,
      DriftDetection drift,
      String servingSetting,
      ServingPolicy serving) {
    if (!drift.rollsBack(model)) {
      return;
    }
    if (serving == ServingPolicy.NEWEST) {
      throw new IllegalArgumentException(
          ("%s=%s needs %s=gated or manual: by newest the newest version answers, whatever is"
                  + " decided; `millrace models follow %s` has the newest answer until a drift")
              .formatted(setting, ROLL_BACK, servingSetting, model));
    }
    if (drift.window() == 0) {
      throw new IllegalArgumentException(
          "%s=%s needs %s to be at least 10, was 0: no drift would be found"
              .formatted(setting, ROLL_BACK, DRIFT_WINDOW));
    }
  }

  /** The definitions, with defaults and documentation. */
  static ConfigDef definition() {
    ConfigDef definition = BatchLoopConfig.definition(NAME);
    defineAnswers(definition);
    defineServing(definition, VISION_SERVING, ImageScorer.MODEL);
    defineServing(definition, CLASSIFIER_SERVING, DocumentScorer.MODEL);
    ShadowConfig.define(definition);
    defineWork(definition);
    defineDrift(definition);
    PromotionConfig.define(definition);
    return definition;
  }

  private static void defineAnswers(ConfigDef definition) {
    definition
        .define(
            IMAGES,
            Type.BOOLEAN,
            true,
            Importance.MEDIUM,
            "Whether images are scored. If not, no vision engine is loaded, and nobody reports"
                + " images that cannot be used to dead-letters.")
        .define(
            DOCUMENTS,
            Type.BOOLEAN,
            true,
            Importance.MEDIUM,
            "Whether document vectors are scored.")
        .define(
            PREDICTIONS,
            Type.BOOLEAN,
            true,
            Importance.MEDIUM,
            "Whether predictions are sent. If not, documents are not read, and for images only"
                + " reconstructions are sent.")
        .define(
            RECONSTRUCTIONS,
            Type.BOOLEAN,
            true,
            Importance.MEDIUM,
            "Whether the reconstruction of every image is sent. Its error is part of the prediction"
                + " either way.")
        .define(
            TOP_CLASSES,
            Type.INT,
            20,
            Range.between(1, 1_000),
            Importance.MEDIUM,
            "The most classes of a prediction, best first. The evaluation gives a label that is not"
                + " among them the probability 1e-12.");
  }

  private static void defineServing(ConfigDef definition, String name, String model) {
    definition.define(
        name,
        Type.STRING,
        ServingPolicy.NEWEST.text(),
        ConfigDef.ValidString.in(ServingPolicy.texts().toArray(String[]::new)),
        Importance.HIGH,
        ("Which version of %s answers. newest: the newest, as soon as it is loaded. gated: the one"
                + " that was promoted; the first that scoring meets where none was. manual: the"
                + " one that a person has promoted, and none before. `millrace models promote`,"
                + " rollback, hold and follow decide.")
            .formatted(model));
  }

  private static void defineWork(ConfigDef definition) {
    definition
        .define(
            VISION_BATCH_SIZE,
            Type.INT,
            64,
            Range.between(1, 10_000),
            Importance.LOW,
            "The most images that a network predicts together. It bounds the off-heap memory.")
        .define(
            THREADS,
            Type.INT,
            2,
            Range.between(1, 64),
            Importance.MEDIUM,
            "Threads that score images, each with a copy of the network. One for each core is"
                + " best.")
        .define(
            ANOMALY_WINDOW,
            Type.INT,
            10_000,
            Range.between(2, 100_000_000),
            Importance.LOW,
            "How many recent reconstruction errors an image's error is compared with: its anomaly"
                + " is the share of them that are not larger. Half as many are needed for the first"
                + " anomaly, counted from the start of the process.");
  }

  /** Who decides which version of a model answers. */
  ServingPolicy serving(String model) {
    return model.equals(ImageScorer.MODEL) ? visionServing : classifierServing;
  }

  /** Whether a kind may have challengers that answer in the shadow of what is served. */
  boolean hasShadow(String kind) {
    boolean answered = kind.equals(ImageScorer.MODEL) ? images && predictions : documents;
    return answered && shadow.of(kind).isAny(serving(kind));
  }

  /** How the loop of the shadow is fed: nobody waits for its answers, so that it commits rarely. */
  BatchLoopConfig shadowLoop() {
    return new BatchLoopConfig(
        Math.min(loop.maxRecords(), SHADOW_MAX_RECORDS),
        loop.sessionTimeout(),
        loop.maxPollInterval(),
        loop.transactionTimeout(),
        loop.guarantee(),
        loop.commitInterval().compareTo(SHADOW_COMMIT_INTERVAL) < 0
            ? SHADOW_COMMIT_INTERVAL
            : loop.commitInterval());
  }

  private static void defineDrift(ConfigDef definition) {
    definition
        .define(
            DRIFT_WINDOW,
            Type.INT,
            1_000,
            LambdaValidator.with(ScoringConfig::checkWindow, () -> "0 or 10 to 100000"),
            Importance.LOW,
            "Images or documents of a window. To find drifts without labels, each window is"
                + " compared with a reference: the first one since the process began or since the"
                + " last drift; for confidence and reconstruction error also since the version"
                + " began to answer. 0 looks for none.")
        .define(
            DRIFT_THRESHOLD,
            Type.DOUBLE,
            0.5,
            Range.between(0.01, 100),
            Importance.LOW,
            "The population stability index of a window that is a drift. By convention 0.25 is a"
                + " large change, but of independent records; those of a real stream come in"
                + " clumps, and unchanged ones differ by 0.2.")
        .define(
            DRIFT_TERMS_THRESHOLD,
            Type.DOUBLE,
            0.25,
            Range.between(0.001, 100),
            Importance.LOW,
            "The same for the terms of documents. Windows of one distribution differ by less than"
                + " 0.01, mails of several weeks by 0.1 to 0.2, news about sports from news about"
                + " cars by 0.19. Terms that fewer than 20 documents of a window have do not"
                + " count: let a window have some hundreds.");
    defineDriftAction(definition, VISION_DRIFT_ACTION, ImageScorer.MODEL, "images");
    defineDriftAction(definition, CLASSIFIER_DRIFT_ACTION, DocumentScorer.MODEL, "terms");
  }

  private static void defineDriftAction(
      ConfigDef definition, String name, String model, String input) {
    definition.define(
        name,
        Type.STRING,
        REPORT,
        ConfigDef.ValidString.in(REPORT, ROLL_BACK),
        Importance.MEDIUM,
        ("What follows when the %s of %s have drifted, found without labels. report: it is counted."
             + " roll-back: the newest version that cannot have learned from the records in which"
             + " an instance has found it answers, and stays until a person decides (`millrace"
             + " models follow` or promote): for inputs that break. Not with the policy newest.")
            .formatted(input, model));
  }

  private static Set<String> rollBack(AbstractConfig values) {
    return Stream.of(
            Map.entry(ImageScorer.MODEL, values.getString(VISION_DRIFT_ACTION)),
            Map.entry(DocumentScorer.MODEL, values.getString(CLASSIFIER_DRIFT_ACTION)))
        .filter(it -> it.getValue().equals(ROLL_BACK))
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  private static void checkWindow(String name, Object value) {
    int window = (Integer) value;
    if (window != 0 && (window < 10 || window > 100_000)) {
      throw new ConfigException(name, value, "must be 0 or from 10 to 100000");
    }
  }

  /**
   * What may fill the heap: images of which each thread decodes one, that of the shadow too, and
   * windows of them.
   */
  List<HeapRequirement> heap() {
    return images
        ? List.of(
            HeapRequirement.of(
                InputLimits.IMAGE_PIXELS,
                limit.pixels(),
                (long) PixelLimit.DECODED_BYTES
                    * (threads + (hasShadow(ImageScorer.MODEL) ? 1 : 0))),
            HeapRequirement.of(DRIFT_WINDOW, drift.window(), ImageDrift.BYTES))
        : List.of();
  }

  /**
   * Reads the settings.
   *
   * @throws SettingsException if one is bad
   */
  static ScoringConfig from(Settings settings) {
    AbstractConfig values = settings.read(definition());
    try {
      return new ScoringConfig(
          BatchLoopConfig.from(NAME, values),
          values.getBoolean(IMAGES),
          values.getBoolean(DOCUMENTS),
          values.getBoolean(PREDICTIONS),
          values.getBoolean(RECONSTRUCTIONS),
          values.getInt(TOP_CLASSES),
          ServingPolicy.of(values.getString(VISION_SERVING)),
          ServingPolicy.of(values.getString(CLASSIFIER_SERVING)),
          ShadowConfig.from(values),
          settings.common().engine(),
          values.getInt(VISION_BATCH_SIZE),
          values.getInt(THREADS),
          new PixelLimit(settings.common().inputs().imagePixels(), InputLimits.IMAGE_PIXELS),
          values.getInt(ANOMALY_WINDOW),
          new DriftDetection(
              values.getInt(DRIFT_WINDOW),
              values.getDouble(DRIFT_THRESHOLD),
              values.getDouble(DRIFT_TERMS_THRESHOLD),
              rollBack(values)),
          settings.inputs(),
          settings.common().carriedHeaders());
    } catch (IllegalArgumentException e) {
      throw new SettingsException(String.valueOf(e.getMessage()));
    }
  }
}
