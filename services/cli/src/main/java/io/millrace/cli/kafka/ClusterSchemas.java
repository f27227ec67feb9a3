package io.millrace.cli.kafka;

import io.millrace.cli.settings.ProcessConfig;
import io.millrace.runtime.kafka.SchemaTopic;
import io.millrace.runtime.kafka.ValueSerializer;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.PromisedBuild;
import io.millrace.schemas.WriterSchemas;

/**
 * The schemas of a cluster's records, while a process works on it: where those of later builds are
 * found, and with which this process writes.
 */
public final class ClusterSchemas implements AutoCloseable {

  private final SchemaTopic topic;
  private final SchemaAnnouncer announcer;
  private final WriterSchemas.Registration reading;
  private final ValueSerializer.Registration writing;

  private ClusterSchemas(Settings settings) {
    this.topic = new SchemaTopic(settings);
    this.announcer = new SchemaAnnouncer(topic, SchemaAnnouncer.knownToAll());
    this.reading = WriterSchemas.lookIn(topic);
    this.writing = ValueSerializer.add(announcer);
  }

  /**
   * From now on schemas are looked for in the cluster, and the schema of whatever is sent is
   * written there first. Connects when the first one is.
   */
  public static ClusterSchemas use(Settings settings) {
    PromisedBuild.writeFor(ProcessConfig.from(settings).upgradeFrom());
    return new ClusterSchemas(settings);
  }

  /**
   * Writes this build's schemas to the cluster, as far as they are not there.
   *
   * @throws IllegalStateException if that is not possible
   */
  public void publishOwn() {
    topic.publish(SchemaTopic.own());
    announcer.markAnnounced(SchemaTopic.own());
  }

  @Override
  public void close() {
    writing.close();
    reading.close();
    topic.close();
    PromisedBuild.writeFor("");
  }
}
