package io.millrace.runtime.settings;

import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.topics.Topics;
import java.nio.file.Path;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * The settings that all services share.
 *
 * @param bootstrapServers where the Kafka cluster is found: host:port, several with commas
 * @param topics the topics, the prefix applied
 * @param httpHost the address on which metrics, health and what services answer are served
 * @param httpPort its port; 0 takes a free one
 * @param stateDirectory where what can be rebuilt from the topics is kept
 * @param deadLettersMaxBytes the longest value that a dead letter keeps whole
 * @param instance a name of this process that no other has and that it keeps over restarts; empty
 *     for none
 * @param engine what computes networks
 */
public record CommonConfig(
    String bootstrapServers,
    Topics topics,
    String httpHost,
    int httpPort,
    Path stateDirectory,
    int deadLettersMaxBytes,
    String instance,
    EngineConfig engine) {

  /** The name of the setting that gives a process its lasting name. */
  public static final String INSTANCE = "instance.id";

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
            "Where the Kafka cluster is found: host:port, several with commas.")
        .define(
            "topics.prefix",
            Type.STRING,
            "",
            Importance.MEDIUM,
            "Stands before the name of every topic, consumer group and transactional id.")
        .define(
            "http.host",
            Type.STRING,
            "0.0.0.0",
            new ConfigDef.NonEmptyString(),
            Importance.LOW,
            "The address on which /metrics, /health/live, /health/ready and what services answer"
                + " are served.")
        .define(
            "http.port",
            Type.INT,
            9404,
            ConfigDef.Range.between(0, 65535),
            Importance.MEDIUM,
            "The port of /metrics, /health/live, /health/ready and what services answer; 0 takes a"
                + " free one.")
        .define(
            "state.directory",
            Type.STRING,
            "var/streams",
            new ConfigDef.NonEmptyString(),
            Importance.MEDIUM,
            "Where Kafka Streams keeps its stores and search its index; both can be rebuilt from"
                + " the topics.")
        .define(
            "dead.letters.max.bytes",
            Type.INT,
            33_554_432,
            ConfigDef.Range.between(DeadLetters.PREFIX_BYTES, 67_108_864),
            Importance.LOW,
            "The longest value that a dead letter keeps whole; of a longer one, which only a"
                + " compressed batch can bring, it keeps the first 9 MiB, size and SHA-256. The"
                + " topic dead-letters must take batches 4 MiB larger.")
        .define(
            INSTANCE,
            Type.STRING,
            "",
            Importance.LOW,
            "A name of this process that no other has and that it keeps over restarts, such as that"
                + " of a pod of a StatefulSet. If it dies and starts again, it goes on at once;"
                + " without a name it waits until its last session has ended. A second process of"
                + " the same name ends the first.");
    EngineConfig.define(definition);
    return definition;
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
          values.getString("http.host"),
          values.getInt("http.port"),
          Path.of(values.getString("state.directory")),
          values.getInt("dead.letters.max.bytes"),
          values.getString(INSTANCE),
          EngineConfig.from(values));
    } catch (IllegalArgumentException e) {
      throw new SettingsException(String.valueOf(e.getMessage()));
    }
  }

  /** The consumer group or application id of a service: {@code PREFIXmillrace-SERVICE}. */
  public String group(String service) {
    return topics.prefix() + "millrace-" + service;
  }

  /** The transactional id of the one trainer of a model: the model's name, prefixed. */
  public String transactionalId(String model) {
    return topics.prefix() + model;
  }
}
