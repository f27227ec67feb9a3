package io.millrace.runtime.settings;

import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.topics.Replication;
import io.millrace.topics.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.LambdaValidator;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;

/**
 * The settings that all services share.
 *
 * @param bootstrapServers through which the Kafka cluster is found: host:port, separated by commas
 * @param topics the topics, with the prefix
 * @param topicPartitions the partitions of new topics that may have several; 0 for the catalogue's
 * @param replication how many copies of a topic brokers keep; what is 0 is chosen by their number
 * @param http where and for whom metrics, health and the services' routes are served
 * @param stateDirectory the directory of state that can be rebuilt from the topics
 * @param deadLettersMaxBytes the longest value that a dead letter keeps whole
 * @param instance a unique name that this process keeps over restarts; empty for none
 * @param watchdogTimeout how long a service may make no progress before it has failed; zero for
 *     ever
 * @param failureLinger how long a process with a failed service waits for a scrape of its metrics
 * @param inputs how large inputs may be
 * @param carriedHeaders the headers of inputs that vectors and predictions have too
 * @param engine the library that computes networks
 */
public record CommonConfig(
    String bootstrapServers,
    Topics topics,
    int topicPartitions,
    Replication replication,
    HttpConfig http,
    Path stateDirectory,
    int deadLettersMaxBytes,
    String instance,
    Duration watchdogTimeout,
    Duration failureLinger,
    InputLimits inputs,
    List<String> carriedHeaders,
    EngineConfig engine) {

  /** The setting of the bytes outside the heap that all stores of the process share. */
  public static final String STORE_MEMORY = "stores.memory.bytes";

  /** The setting that gives a process its static name. */
  public static final String INSTANCE = "instance.id";

  /** The setting of the partitions of new topics. */
  public static final String TOPIC_PARTITIONS = "topics.partitions";

  /** The setting of {@link #carriedHeaders}. */
  public static final String CARRIED_HEADERS = "carried.headers";

  private static final int MOST_CARRIED = 8;
  private static final String WATCHDOG = "watchdog.timeout.ms";
  private static final String LINGER = "failure.linger.ms";

  public CommonConfig {
    carriedHeaders = List.copyOf(carriedHeaders);
  }

  /** The definitions, with defaults and documentation. */
  public static ConfigDef definition() {
    ConfigDef definition = new ConfigDef();
    definition
        .define(
            "bootstrap.servers",
            Type.STRING,
            "localhost:9092",
            new ConfigDef.NonEmptyString(),
            Importance.HIGH,
            "The brokers through which the Kafka cluster is found: host:port, several separated by"
                + " commas.")
        .define(
            "topics.prefix",
            Type.STRING,
            "",
            Importance.MEDIUM,
            "A prefix of the names of all topics, consumer groups and transactional ids.")
        .define(
            TOPIC_PARTITIONS,
            Type.INT,
            0,
            ConfigDef.Range.between(0, 1_000),
            Importance.MEDIUM,
            "The partitions of each new topic that several instances can read together; 0 for"
                + " 4. With an embedded broker, which serves one process, the default is one for"
                + " every two processors, at most 4: each partition costs every transaction"
                + " something.")
        .define(
            Replication.FACTOR,
            Type.INT,
            0,
            ConfigDef.Range.between(0, 32),
            Importance.MEDIUM,
            "The copies of each new topic, those of Kafka Streams included; 0 for 3 from three"
                + " brokers on, and one for each of fewer.")
        .define(
            Replication.MIN_INSYNC,
            Type.INT,
            0,
            ConfigDef.Range.between(0, 32),
            Importance.MEDIUM,
            "The copies of a new topic that must have a record before it counts as written"
                + " (min.insync.replicas); 0 for one less than there are, so that one broker may be"
                + " down.")
        .define(
            "state.directory",
            Type.STRING,
            "var/streams",
            new ConfigDef.NonEmptyString(),
            Importance.MEDIUM,
            "The directory of Kafka Streams' stores and of search's index; both can be rebuilt from"
                + " the topics.")
        .define(
            "dead.letters.max.bytes",
            Type.INT,
            33_554_432,
            ConfigDef.Range.between(DeadLetters.PREFIX_BYTES, 67_108_864),
            Importance.LOW,
            "The longest value that a dead letter keeps whole. Of a longer one, which only a"
                + " compressed record batch can contain, it keeps the first 9 MiB, the size and the"
                + " SHA-256. The topic dead-letters must accept record batches 4 MiB larger.")
        .define(
            INSTANCE,
            Type.STRING,
            "",
            Importance.LOW,
            "A unique name that this process keeps over restarts, such as that of a StatefulSet's"
                + " pod. With a name, a process that dies and starts again continues at once"
                + " (static membership, KIP-345); without one, it waits until its last session has"
                + " ended. A second process with the same name fences the first.");
    HttpConfig.define(definition);
    definition
        .define(
            WATCHDOG,
            Type.INT,
            900_000,
            ConfigDef.Range.between(0, Integer.MAX_VALUE),
            Importance.LOW,
            "When a thread of a service has neither polled nor finished what it polled for this"
                + " long, the service has failed and its process ends; 0 never ends it. The wait is"
                + " at least twice the service's max.poll.interval.ms, which bounds the longest"
                + " legal step.")
        .define(
            LINGER,
            Type.INT,
            20_000,
            ConfigDef.Range.between(0, 600_000),
            Importance.LOW,
            "After a service has failed, its process ends when its metrics were scraped once more,"
                + " so that the failure is seen, or after this time; at once if they were never"
                + " scraped. Set it longer than the scrape interval.");
    definition.define(
        STORE_MEMORY,
        Type.LONG,
        134_217_728L,
        ConfigDef.Range.between(8L << 20, 1L << 40),
        Importance.MEDIUM,
        "Memory outside the heap that the stores of Kafka Streams in this process share, for blocks"
            + " that were read and for what is not on disk yet. The container needs it beside the"
            + " heap.");
    InputLimits.define(definition);
    definition.define(
        CARRIED_HEADERS,
        Type.LIST,
        "",
        LambdaValidator.with(
            CommonConfig::checkCarried,
            () -> "at most 8 names, not those of headers that Millrace sets"),
        Importance.LOW,
        "The names of headers of images and documents that vectors and predictions have too, such"
            + " as a site. Values of more than 512 bytes are left out. With"
            + " evaluation.slice.header, answers are judged by such a header. Give text and"
            + " scoring the same value.");
    EngineConfig.define(definition);
    InputSettings.define(definition);
    RegistrySettings.define(definition);
    TraceSettings.define(definition);
    return definition;
  }

  private static void checkCarried(String setting, Object value) {
    List<?> names = (List<?>) value;
    if (names.size() > MOST_CARRIED
        || names.stream().map(String::valueOf).anyMatch(EventHeaders::isOwn)) {
      throw new ConfigException(
          setting,
          value,
          "must be at most 8 names, and none of a header that Millrace sets itself, such as"
              + " content-type or ce_id");
    }
  }

  /**
   * Reads the shared settings.
   *
   * @throws SettingsException if one is bad
   */
  public static CommonConfig from(Settings settings) {
    var values = settings.read(definition());
    try {
      return new CommonConfig(
          values.getString("bootstrap.servers"),
          new Topics(values.getString("topics.prefix")),
          values.getInt(TOPIC_PARTITIONS),
          new Replication(values.getInt(Replication.FACTOR), values.getInt(Replication.MIN_INSYNC)),
          HttpConfig.from(values),
          Path.of(values.getString("state.directory")),
          values.getInt("dead.letters.max.bytes"),
          values.getString(INSTANCE),
          Duration.ofMillis(values.getInt(WATCHDOG)),
          Duration.ofMillis(values.getInt(LINGER)),
          InputLimits.from(values),
          values.getList(CARRIED_HEADERS),
          EngineConfig.from(values));
    } catch (IllegalArgumentException e) {
      throw new SettingsException(String.valueOf(e.getMessage()));
    }
  }

  /** The consumer group or application id of a service: {@code PREFIXmillrace-SERVICE}. */
  public String group(String service) {
    return topics.prefix() + "millrace-" + service;
  }

  /** The transactional id of a model's trainer: the model's name, with the prefix. */
  public String transactionalId(String model) {
    return topics.prefix() + model;
  }
}
