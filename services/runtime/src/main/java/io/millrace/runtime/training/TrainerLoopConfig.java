package io.millrace.runtime.training;

import io.millrace.runtime.models.CheckpointWriter;
import io.millrace.runtime.settings.ModelFingerprint;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * How a trainer is fed and how its versions are kept.
 *
 * @param batchSize log records that make a batch
 * @param stepBatches batches that make a step: one transaction, one version
 * @param stepIdle a step with records is closed when none came for this long; zero: never
 * @param stepMaxWait a step is closed when its first record came this long ago and the rest is slow
 * @param mergeSlice records taken from one partition before the next has its turn
 * @param modelsRetain versions whose parts stay on the models topic; older ones are tombstoned
 * @param manifestsRetain versions whose manifests stay there; older ones are tombstoned
 * @param checkpoints which checkpoints of older versions are kept
 * @param decodeThreads threads that decode ahead of learning
 * @param bufferRecords records of one partition read ahead before it is paused
 * @param bufferBytes bytes of all partitions read ahead, as they came; whichever bound is met first
 * @param inputCopyOf the ids of cluster and topic of which the input is a copy with the same
 *     offsets; empty if it is none
 * @param sessionTimeout how long an instance may be silent before another takes over
 * @param maxPollInterval how long a batch, a restore or a commit may take before another takes over
 * @param transactionTimeout how long a transaction may stay open: sending one version
 */
public record TrainerLoopConfig(
    int batchSize,
    int stepBatches,
    Duration stepIdle,
    Duration stepMaxWait,
    int mergeSlice,
    int modelsRetain,
    int manifestsRetain,
    CheckpointWriter.Policy checkpoints,
    int decodeThreads,
    int bufferRecords,
    int bufferBytes,
    String inputCopyOf,
    Duration sessionTimeout,
    Duration maxPollInterval,
    Duration transactionTimeout) {

  private static final int BUFFER_BYTES = 33_554_432;
  private static final String CHECKPOINTS_EVERY = "checkpoints.every";
  private static final String CHECKPOINTS_RETAIN = "checkpoints.retain";
  private static final String CHECKPOINTS_MAX_BYTES = "checkpoints.max.bytes";

  /**
   * The definitions, with defaults and documentation; a service adds its own to them.
   *
   * @param service stands before every name
   * @param batchSize the service's default
   * @param stepBatches the service's default
   */
  public static ConfigDef definition(String service, int batchSize, int stepBatches) {
    return definition(service, batchSize, stepBatches, BUFFER_BYTES);
  }

  /**
   * The same for a service whose records become much larger when they are decoded.
   *
   * @param bufferBytes the service's default
   */
  public static ConfigDef definition(
      String service, int batchSize, int stepBatches, int bufferBytes) {
    return definition(service, batchSize, stepBatches, bufferBytes, "");
  }

  /**
   * The same for a service whose steps grow, see {@link Trainer#stepBatches}.
   *
   * @param stepGrowth how they grow: a sentence for the documentation of the setting
   */
  public static ConfigDef definition(
      String service, int batchSize, int stepBatches, int bufferBytes, String stepGrowth) {
    var definition = new ConfigDef();
    defineSteps(definition, service + ".", batchSize, stepBatches, stepGrowth);
    defineReading(definition, service + ".", bufferBytes);
    defineTimes(definition, service + ".");
    return definition;
  }

  private static void defineSteps(
      ConfigDef definition, String prefix, int batch, int step, String growth) {
    var fingerprint = new ConfigDef();
    fingerprint
        .define(
            prefix + "batch.size",
            Type.INT,
            batch,
            Range.between(1, 100_000),
            Importance.HIGH,
            "Records of the log that make a batch.")
        .define(
            prefix + "step.batches",
            Type.INT,
            step,
            Range.between(1, 100_000),
            Importance.HIGH,
            "Batches that make a step, which is one transaction and one model version." + growth)
        .define(
            prefix + "merge.slice",
            Type.INT,
            16,
            Range.between(1, 100_000),
            Importance.LOW,
            "Records taken from one partition before the next has its turn, where the input has"
                + " several.");
    ModelFingerprint.define(definition, fingerprint);
    defineQuiet(definition, prefix);
    definition.define(
        prefix + "models.retain",
        Type.INT,
        5,
        Range.between(2, 10_000),
        Importance.MEDIUM,
        "The newest versions whose parts stay on the models topic. The parts of older versions"
            + " are deleted by tombstones.");
    definition.define(
        prefix + "manifests.retain",
        Type.INT,
        10_000,
        Range.between(2, 1_000_000),
        Importance.LOW,
        "The newest versions whose manifests stay on the models topic, which every service that"
            + " uses models reads at its start; at least those whose parts stay. Older ones are"
            + " deleted by tombstones, and with them what predictions of theirs were learned"
            + " from.");
  }

  /**
   * Adds the settings of kept checkpoints to those of a service whose models can be learned again
   * from the log.
   */
  public static void defineCheckpoints(ConfigDef definition, String service) {
    String prefix = service + ".";
    definition
        .define(
            prefix + CHECKPOINTS_EVERY,
            Type.INT,
            1_000,
            Range.between(0, 1_000_000),
            Importance.LOW,
            "The checkpoint of each version whose number this divides is kept whole on the"
                + " checkpoints topic, with the version's parts: models verify learns later"
                + " versions again from there, also where the log no longer has the beginning. Its"
                + " bytes are held in the heap besides; one of more than a sixteenth of the heap is"
                + " not kept. 0 keeps none, and deletes those that are there.")
        .define(
            prefix + CHECKPOINTS_RETAIN,
            Type.INT,
            2,
            Range.between(1, 1_000),
            Importance.LOW,
            "How many of them stay, the newest. Every start of a trainer reads past them.")
        .define(
            prefix + CHECKPOINTS_MAX_BYTES,
            Type.INT,
            67_108_864,
            Range.between(1, 1_073_741_824),
            Importance.LOW,
            "The most bytes that one of them may have, the parts of the version included. It is"
                + " written in the transaction of its version: a larger one may take longer than"
                + " transaction.timeout.ms allows. One that has more is not kept, and the log says"
                + " so.");
  }

  private static void defineQuiet(ConfigDef definition, String prefix) {
    definition
        .define(
            prefix + "step.idle.ms",
            Type.INT,
            2_000,
            Range.between(0, 86_400_000),
            Importance.HIGH,
            "When records do not fill a step and none has come for this long, the step is closed: a"
                + " marker is written into the input, and the records become a version. 0 holds"
                + " them back until the step is full.")
        .define(
            prefix + "step.max.wait.ms",
            Type.INT,
            30_000,
            Range.between(1, 86_400_000),
            Importance.MEDIUM,
            "The longest time for which records are held back while further ones come too slowly to"
                + " fill the step. Every closed step publishes a version: raise this where a slow"
                + " stream makes too many.");
  }

  private static void defineReading(ConfigDef definition, String prefix, int bufferBytes) {
    definition
        .define(
            prefix + "decode.threads",
            Type.INT,
            1,
            Range.between(1, 64),
            Importance.MEDIUM,
            "Threads that decode records before they are learned from.")
        .define(
            prefix + "buffer.records",
            Type.INT,
            1_000,
            Range.between(1, 1_000_000),
            Importance.LOW,
            "Records of one partition that are read ahead before it is paused.")
        .define(
            prefix + "buffer.bytes",
            Type.INT,
            bufferBytes,
            Range.between(1, Integer.MAX_VALUE),
            Importance.LOW,
            "Bytes of all partitions together that are read ahead before they are paused; only the"
                + " next record to learn from is still read.")
        .define(
            prefix + "input.copy.of",
            Type.STRING,
            "",
            Importance.LOW,
            "The ids CLUSTER/TOPIC that the model was trained on, if its input is now a copy with"
                + " the same offsets, such as on a restored cluster; needed for one start. Without"
                + " it, a trainer refuses an input of another id.");
  }

  private static void defineTimes(ConfigDef definition, String prefix) {
    definition
        .define(
            prefix + "session.timeout.ms",
            Type.INT,
            15_000,
            Range.between(100, 1_800_000),
            Importance.MEDIUM,
            "If the instance that trains is silent for this long, a standby takes over.")
        .define(
            prefix + "max.poll.interval.ms",
            Type.INT,
            300_000,
            Range.between(100, Integer.MAX_VALUE),
            Importance.MEDIUM,
            "If one batch, restore or commit takes this long, a standby takes over.")
        .define(
            prefix + "transaction.timeout.ms",
            Type.INT,
            60_000,
            Range.between(1_000, 900_000),
            Importance.LOW,
            "How long a transaction may stay open. It opens when a step's output is ready: this is"
                + " the time to send one version.");
  }

  /**
   * Reads what {@link #definition} defines.
   *
   * @param values the service's settings, read by a definition that includes this one
   */
  public static TrainerLoopConfig from(String service, AbstractConfig values) {
    String prefix = service + ".";
    return new TrainerLoopConfig(
        values.getInt(prefix + "batch.size"),
        values.getInt(prefix + "step.batches"),
        Duration.ofMillis(values.getInt(prefix + "step.idle.ms")),
        Duration.ofMillis(values.getInt(prefix + "step.max.wait.ms")),
        values.getInt(prefix + "merge.slice"),
        values.getInt(prefix + "models.retain"),
        values.getInt(prefix + "manifests.retain"),
        checkpoints(prefix, values),
        values.getInt(prefix + "decode.threads"),
        values.getInt(prefix + "buffer.records"),
        values.getInt(prefix + "buffer.bytes"),
        values.getString(prefix + "input.copy.of"),
        Duration.ofMillis(values.getInt(prefix + "session.timeout.ms")),
        Duration.ofMillis(values.getInt(prefix + "max.poll.interval.ms")),
        Duration.ofMillis(values.getInt(prefix + "transaction.timeout.ms")));
  }

  private static CheckpointWriter.Policy checkpoints(String prefix, AbstractConfig values) {
    return values.values().containsKey(prefix + CHECKPOINTS_EVERY)
        ? new CheckpointWriter.Policy(
            values.getInt(prefix + CHECKPOINTS_EVERY),
            values.getInt(prefix + CHECKPOINTS_RETAIN),
            values.getInt(prefix + CHECKPOINTS_MAX_BYTES))
        : CheckpointWriter.Policy.NONE;
  }

  /** Records of the log that make a step. */
  public long stepRecords() {
    return (long) batchSize * stepBatches;
  }

  /** Every setting, also of the trainer, that makes another model of the same log. */
  public Map<String, String> fingerprint(Trainer<?> trainer) {
    Map<String, String> all = new TreeMap<>(trainer.settings());
    all.put("batch.size", Integer.toString(batchSize));
    all.put("step.batches", Integer.toString(stepBatches));
    all.put("merge.slice", Integer.toString(mergeSlice));
    return all;
  }
}
