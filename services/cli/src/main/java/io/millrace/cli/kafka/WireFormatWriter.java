package io.millrace.cli.kafka;

import io.millrace.cli.settings.ProcessConfig;
import io.millrace.runtime.kafka.ValueSerializer;
import io.millrace.runtime.registry.HttpSchemaRegistry;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.WireFormat;
import io.millrace.schemas.WriterSchemas;
import io.millrace.schemas.avro.Command;
import io.millrace.schemas.avro.Comparison;
import io.millrace.schemas.avro.DocumentExample;
import io.millrace.schemas.avro.DocumentFrequencies;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.schemas.avro.Evaluation;
import io.millrace.schemas.avro.ImageExample;
import io.millrace.schemas.avro.Prediction;
import io.millrace.schemas.avro.ServingDecision;
import io.millrace.schemas.avro.WordVector;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * Writes the records of some topics in Confluent's wire format. Their schemas are registered under
 * {@code TOPIC-value}, as Confluent's serializers do by default ({@code TopicNameStrategy}). What
 * is not an Avro record, such as a step marker or a tombstone, stays as it is. Safe for several
 * threads.
 */
final class WireFormatWriter implements ValueSerializer.Step {

  private static final String ALL = "*";

  /**
   * The topics that can be written so, by their names without prefix: only Millrace writes them,
   * and all their records are of one schema.
   */
  static final Map<String, Class<? extends SpecificRecordBase>> RECORDS =
      Map.ofEntries(
          Map.entry("commands", Command.class),
          Map.entry("comparisons", Comparison.class),
          Map.entry("document-examples", DocumentExample.class),
          Map.entry("document-frequencies", DocumentFrequencies.class),
          Map.entry("document-vectors", DocumentVector.class),
          Map.entry("evaluations", Evaluation.class),
          Map.entry("image-examples", ImageExample.class),
          Map.entry("predictions", Prediction.class),
          Map.entry("serving-events", ServingDecision.class),
          Map.entry("shadow-evaluations", Evaluation.class),
          Map.entry("shadow-predictions", Prediction.class),
          Map.entry("word-vectors", WordVector.class));

  /** A schema under the subject of a topic. */
  private record Registered(String topic, long fingerprint) {}

  private final HttpSchemaRegistry registry;
  private final Map<String, Schema> topics;
  private final Map<Registered, Integer> ids = new ConcurrentHashMap<>();

  /**
   * A writer.
   *
   * @param topics full names of topics, and the schemas that this build writes there
   */
  private WireFormatWriter(HttpSchemaRegistry registry, Map<String, Schema> topics) {
    this.registry = registry;
    this.topics = topics;
  }

  /**
   * The writer for the topics that the settings name; empty if they name no registry. Sends no
   * request yet.
   *
   * @throws SettingsException if a setting is bad
   */
  static Optional<WireFormatWriter> of(Settings settings, Optional<HttpSchemaRegistry> registry) {
    List<String> wanted = settings.registeredTopics();
    Collection<String> names = wanted.equals(List.of(ALL)) ? RECORDS.keySet() : wanted;
    String upgradeFrom = ProcessConfig.from(settings).upgradeFrom();
    if (!names.isEmpty() && !upgradeFrom.isEmpty()) {
      throw new SettingsException(
          "schema.registry.topics must be empty while upgrade.from=%s, whose instances cannot read"
                  .formatted(upgradeFrom)
              + " Confluent's wire format there");
    }
    Map<String, Schema> topics = new TreeMap<>();
    for (String name : names) {
      Class<? extends SpecificRecordBase> type = RECORDS.get(name);
      if (type == null) {
        throw new SettingsException(
            ("schema.registry.topics: %s cannot be written in Confluent's wire format; those that"
                    + " can are %s")
                .formatted(name, new TreeSet<>(RECORDS.keySet())));
      }
      topics.put(settings.topics().prefix() + name, AvroCodec.of(type).schema());
    }
    return registry.map(it -> new WireFormatWriter(it, topics));
  }

  /**
   * Registers the schemas of all topics, so that a registry that refuses one is told of before
   * anything is processed.
   *
   * @throws IllegalStateException if it refuses one or does not answer
   */
  void registerAll() {
    topics.forEach((topic, schema) -> {
      long fingerprint = SchemaNormalization.parsingFingerprint64(schema);
      ids.computeIfAbsent(new Registered(topic, fingerprint), it -> register(it, schema));
    });
  }

  @Override
  public byte[] beforeSending(String topic, byte[] value) {
    if (!topics.containsKey(topic) || !AvroCodec.isSingleObject(value)) {
      return value;
    }
    var wanted = new Registered(topic, AvroCodec.fingerprint(value));
    Integer id = ids.get(wanted);
    if (id == null) {
      id = ids.computeIfAbsent(wanted, it -> register(it, schema(it)));
    }
    return WireFormat.of(id, value);
  }

  private int register(Registered wanted, Schema schema) {
    return registry.register(wanted.topic() + "-value", schema);
  }

  private static Schema schema(Registered wanted) {
    return WriterSchemas.find(wanted.fingerprint())
        .orElseThrow(() ->
            new IllegalStateException(
                "a record for %s has the unknown schema %s"
                    .formatted(wanted.topic(), WriterSchemas.hex(wanted.fingerprint()))));
  }
}
