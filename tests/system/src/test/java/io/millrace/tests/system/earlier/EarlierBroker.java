package io.millrace.tests.system.earlier;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.testing.JavaProcess;
import io.millrace.runtime.testing.MillraceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.Uuid;

/** A broker of another version of Kafka, in a process of its own; Maven fetches its libraries. */
final class EarlierBroker implements AutoCloseable {

  private static final String POM =
      """
      <project xmlns="http://maven.apache.org/POM/4.0.0">
        <modelVersion>4.0.0</modelVersion>
        <groupId>broker</groupId><artifactId>broker</artifactId><version>1</version>
        <dependencies>
          <dependency>
            <groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId>
            <version>%s</version>
          </dependency>
        </dependencies>
      </project>
      """;

  private static final String PROPERTIES =
      """
      process.roles=broker,controller
      node.id=1
      controller.quorum.voters=1@127.0.0.1:%2$d
      listeners=CLIENTS://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
      advertised.listeners=CLIENTS://127.0.0.1:%1$d
      listener.security.protocol.map=CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT
      inter.broker.listener.name=CLIENTS
      controller.listener.names=CONTROLLER
      log.dirs=%3$s
      offsets.topic.replication.factor=1
      offsets.topic.num.partitions=4
      transaction.state.log.replication.factor=1
      transaction.state.log.min.isr=1
      transaction.state.log.num.partitions=4
      group.initial.rebalance.delay.ms=0
      message.max.bytes=10485760
      """;

  private final Process process;
  private final int port;

  private EarlierBroker(Process process, int port) {
    this.process = process;
    this.port = port;
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
  }

  /** Starts a broker; returns at once. */
  static EarlierBroker start(String version, Path folder) throws Exception {
    String classPath = classPath(version, folder);
    int port = MillraceProcess.freePort();
    Path properties = folder.resolve("server.properties");
    Files.writeString(
        properties, PROPERTIES.formatted(port, MillraceProcess.freePort(), folder.resolve("log")));
    String cluster = Uuid.randomUuid().toString();
    List<String> format = List.of("format", "--cluster-id", cluster, "-c", properties.toString());
    assertThat(java(classPath, "kafka.tools.StorageTool", format, folder).waitFor()).isZero();
    return new EarlierBroker(
        java(classPath, "kafka.Kafka", List.of(properties.toString()), folder), port);
  }

  private static Process java(String classPath, String main, List<String> arguments, Path folder)
      throws IOException {
    List<String> options = List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    return JavaProcess.withClassPath(classPath, main, options, arguments)
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve(main + ".log").toFile())
        .start();
  }

  private static String classPath(String version, Path folder) throws Exception {
    Files.writeString(folder.resolve("pom.xml"), POM.formatted(version));
    Process maven =
        new ProcessBuilder(
                "mvn", "-q", "-B", "dependency:build-classpath", "-Dmdep.outputFile=classpath")
            .directory(folder.toFile())
            .inheritIO()
            .start();
    assertThat(maven.waitFor()).as("libraries of Kafka %s", version).isZero();
    return Files.readString(folder.resolve("classpath")).strip();
  }

  String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
