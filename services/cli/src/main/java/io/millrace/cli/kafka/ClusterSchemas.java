package io.millrace.cli.kafka;

import io.millrace.cli.settings.ProcessConfig;
import io.millrace.runtime.kafka.SchemaTopic;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.PromisedBuild;
import io.millrace.schemas.WriterSchemas;

/**
 * The schemas of a cluster's records, while a process works on it: where those of later builds are
 * found, and with which this process writes.
 */
public final class ClusterSchemas implements AutoCloseable {

  private final SchemaTopic topic;
  private final WriterSchemas.Registration registration;

  private ClusterSchemas(Settings settings) {
    this.topic = new SchemaTopic(settings);
    this.registration = WriterSchemas.lookIn(topic);
  }

  /** From now on schemas are looked for in the cluster; connects when the first one is. */
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
  }

  @Override
  public void close() {
    registration.close();
    topic.close();
    PromisedBuild.writeFor("");
  }
}
