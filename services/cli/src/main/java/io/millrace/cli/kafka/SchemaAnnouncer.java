package io.millrace.cli.kafka;

import io.millrace.runtime.kafka.SchemaTopic;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.PromisedBuild;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.jspecify.annotations.Nullable;

/**
 * Writes the schema of a command's records to the cluster before the first of them, unless every
 * build that may run there knows it by itself. Not thread-safe.
 */
final class SchemaAnnouncer implements AutoCloseable {

  private final SchemaTopic topic;
  private final Set<Long> announced = new HashSet<>();

  SchemaAnnouncer(Settings settings) {
    this.topic = new SchemaTopic(settings);
    for (Schema known : PromisedBuild.all().getFirst().schemas().values()) {
      announced.add(SchemaNormalization.parsingFingerprint64(known));
    }
  }

  /**
   * Returns when the schema of a value, if it is one in Avro, can be found by all readers.
   *
   * @throws IllegalStateException if the cluster does not take it
   */
  void beforeSending(byte @Nullable [] value) {
    if (value == null
        || !AvroCodec.isSingleObject(value)
        || !announced.add(AvroCodec.fingerprint(value))) {
      return;
    }
    List<Schema> own =
        SchemaTopic.own().stream()
            .filter(
                it -> SchemaNormalization.parsingFingerprint64(it) == AvroCodec.fingerprint(value))
            .toList();
    if (!own.isEmpty()) {
      topic.publish(own);
    }
  }

  @Override
  public void close() {
    topic.close();
  }
}
