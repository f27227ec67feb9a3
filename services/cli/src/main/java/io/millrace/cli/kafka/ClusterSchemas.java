package io.millrace.cli.kafka;

import io.millrace.cli.settings.ProcessConfig;
import io.millrace.runtime.kafka.SchemaTopic;
import io.millrace.runtime.kafka.ValueSerializer;
import io.millrace.runtime.registry.HttpSchemaRegistry;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import io.millrace.schemas.CompatibleBuild;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.WireFormat;
import io.millrace.schemas.WriterSchemas;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The schemas of a cluster's records, while a process works on it: where those of later builds are
 * found, and with which this process writes.
 */
public final class ClusterSchemas implements AutoCloseable {

  private final SchemaTopic topic;
  private final SchemaAnnouncer announcer;
  private final Optional<WireFormatWriter> wireFormat;
  private final List<Runnable> ends = new ArrayList<>();

  private ClusterSchemas(Settings settings, Optional<HttpSchemaRegistry> registry) {
    wireFormat = WireFormatWriter.of(settings, registry);
    topic = new SchemaTopic(settings);
    announcer = new SchemaAnnouncer(topic, SchemaAnnouncer.knownToAll());
    ends.add(topic::close);
    ends.add(WriterSchemas.lookIn(topic)::close);
    ends.add(ValueSerializer.add(announcer)::close);
    registry.ifPresent(it -> ends.add(WireFormat.lookIn(id -> avro(it, id))::close));
    wireFormat.ifPresent(it -> ends.add(ValueSerializer.add(it)::close));
  }

  /**
   * From now on schemas are looked for in the cluster, and in the schema registry if there is one,
   * and the schema of whatever is sent is written there first. Connects when the first one is.
   *
   * @throws SettingsException if a setting is bad
   */
  public static ClusterSchemas use(Settings settings) {
    String upgradeFrom = ProcessConfig.from(settings).upgradeFrom();
    var schemas = new ClusterSchemas(settings, settings.schemaRegistry());
    CompatibleBuild.writeFor(upgradeFrom);
    return schemas;
  }

  /**
   * Writes this build's schemas to the cluster, and those of topics in the wire format to the
   * registry, as far as they are not there.
   *
   * @throws IllegalStateException if that is not possible
   */
  public void publishOwn() {
    topic.publish(SchemaTopic.own());
    announcer.markAnnounced(SchemaTopic.own());
    wireFormat.ifPresent(WireFormatWriter::registerAll);
  }

  private static Decoded<String> avro(HttpSchemaRegistry registry, int id) {
    return registry
        .find(id)
        .flatMap(it ->
            it.type().equals("AVRO")
                ? Decoded.valid(it.text())
                : Decoded.invalid("the schema id %d is %s, not Avro".formatted(id, it.type())));
  }

  @Override
  public void close() {
    ends.reversed().forEach(Runnable::run);
    CompatibleBuild.writeFor("");
  }
}
