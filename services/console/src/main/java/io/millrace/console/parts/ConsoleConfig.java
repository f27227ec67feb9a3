package io.millrace.console.parts;

import io.millrace.console.live.LiveConfig;
import io.millrace.runtime.settings.Settings;
import java.time.Duration;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * The settings of the console.
 *
 * @param maxBodyBytes the largest body of a request; at least 1024
 * @param predictionWait how long a request may wait for a prediction; positive
 * @param maxWaiting requests that may wait for a prediction at the same time; at least 1
 * @param live what is kept of the topics, and who may listen
 * @param maxNamedVersions versions of all models that are kept because requests name them; at least
 *     1
 * @param maxBatch the most images or texts that a model answers at once; at least 1
 * @param maxQueued the most images and texts that wait for a version of a model; at least 1
 */
public record ConsoleConfig(
    int maxBodyBytes,
    Duration predictionWait,
    int maxWaiting,
    LiveConfig live,
    int maxNamedVersions,
    int maxBatch,
    int maxQueued) {

  /** The service's name. */
  public static final String NAME = "console";

  private static final String MAX_BODY_BYTES = "console.body.max.bytes";
  private static final String WAIT = "console.wait.ms";
  private static final String MAX_WAITING = "console.wait.requests";
  private static final String MAX_NAMED_VERSIONS = "console.inference.versions.max";
  private static final String MAX_BATCH = "console.inference.batch.max";
  private static final String MAX_QUEUED = "console.inference.queue.max";

  /** The definitions, with defaults and documentation. */
  public static ConfigDef definition() {
    return LiveConfig.define(new ConfigDef())
        .define(
            MAX_BODY_BYTES,
            Type.INT,
            16_777_216,
            Range.between(1024, 268_435_456),
            Importance.LOW,
            "The largest body of a request. A larger one is answered with status 413. All bodies"
                + " that are held at the same time take at most an eighth of the heap.")
        .define(
            WAIT,
            Type.INT,
            10_000,
            Range.between(1, 25_000),
            Importance.LOW,
            "How long a request with ?wait=prediction waits for it; then the status is 504.")
        .define(
            MAX_WAITING,
            Type.INT,
            1000,
            Range.between(1, 100_000),
            Importance.LOW,
            "Requests that may wait for a prediction at the same time; one more is answered with"
                + " status 503.")
        .define(
            MAX_NAMED_VERSIONS,
            Type.INT,
            2,
            Range.between(1, 64),
            Importance.LOW,
            "How many versions of models are kept in memory because a request names them, beside"
                + " those that serve. The least recently asked one makes room for another.")
        .define(
            MAX_BATCH,
            Type.INT,
            64,
            Range.between(1, 4096),
            Importance.LOW,
            "The most images or texts that a model answers at once. What comes at the same time is"
                + " answered together; nothing waits for more to come.")
        .define(
            MAX_QUEUED,
            Type.INT,
            2048,
            Range.between(1, 1_000_000),
            Importance.LOW,
            "The most images and texts that wait for one version of a model; more are answered with"
                + " status 503. One request may have this many.");
  }

  /** Reads the settings. */
  public static ConsoleConfig from(Settings settings) {
    var values = settings.read(definition());
    return new ConsoleConfig(
        values.getInt(MAX_BODY_BYTES),
        Duration.ofMillis(values.getInt(WAIT)),
        values.getInt(MAX_WAITING),
        LiveConfig.from(values),
        values.getInt(MAX_NAMED_VERSIONS),
        values.getInt(MAX_BATCH),
        values.getInt(MAX_QUEUED));
  }
}
