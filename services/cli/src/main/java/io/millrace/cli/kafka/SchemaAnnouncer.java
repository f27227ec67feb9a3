package io.millrace.cli.kafka;

import io.millrace.runtime.kafka.SchemaTopic;
import io.millrace.runtime.kafka.ValueSerializer;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.CompatibleBuild;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;

/**
 * Writes the schema of a command's records to the cluster before the first of them, unless every
 * build that may run there knows it by itself. Safe for several threads.
 */
final class SchemaAnnouncer implements ValueSerializer.Step {

  private final SchemaTopic topic;
  private final Set<Long> announced = ConcurrentHashMap.newKeySet();

  /**
   * An announcer.
   *
   * @param known need not be written
   */
  SchemaAnnouncer(SchemaTopic topic, Collection<Schema> known) {
    this.topic = topic;
    markAnnounced(known);
  }

  /** Notes schemas that the cluster has. */
  void markAnnounced(Collection<Schema> schemas) {
    schemas.forEach(it -> announced.add(SchemaNormalization.parsingFingerprint64(it)));
  }

  /** The schemas that all builds know which can be beside this one. */
  static Collection<Schema> knownToAll() {
    return CompatibleBuild.all().getFirst().schemas().values();
  }

  /**
   * Returns when the schema of a value, if it is one in Avro, can be found by all readers.
   *
   * @throws IllegalStateException if the cluster does not take it
   */
  @Override
  public byte[] beforeSending(String to, byte[] value) {
    if (AvroCodec.isSingleObject(value) && !announced.contains(AvroCodec.fingerprint(value))) {
      List<Schema> own =
          SchemaTopic.own().stream()
              .filter(it ->
                  SchemaNormalization.parsingFingerprint64(it) == AvroCodec.fingerprint(value))
              .toList();
      topic.publish(own);
      markAnnounced(own);
    }
    return value;
  }
}
