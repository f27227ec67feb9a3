package io.millrace.broker;

import io.millrace.broker.BrokerStartException.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import kafka.server.KafkaConfig;

/**
 * A Kafka broker and KRaft controller (KIP-500) inside this process, on the loopback address, with
 * its data in one folder that survives restarts and crashes. One node: replication factors are 1.
 */
public final class EmbeddedBroker implements AutoCloseable {

  private static final int NODE = 1;

  private static final int MAX_PORT = 65_535;

  private final BrokerFolder folder;
  private final int port;
  private final SingleNode node;

  private EmbeddedBroker(BrokerFolder folder, int port, SingleNode node) {
    this.folder = folder;
    this.port = port;
    this.node = node;
  }

  /**
   * Starts a broker; returns when it can be reached.
   *
   * @param directory the folder of its data; created and formatted if it does not exist or is empty
   * @param port the port for clients; 0 picks the port of the last run if that is free, else any
   *     free one
   * @throws BrokerStartException if the folder or the port cannot be used
   */
  public static EmbeddedBroker start(Path directory, int port) {
    return start(directory, port, Map.of());
  }

  /**
   * Starts a broker with other values of Kafka's broker properties.
   *
   * @param overrides broker properties that win over those of this class
   */
  public static EmbeddedBroker start(Path directory, int port, Map<String, String> overrides) {
    if (port < 0 || port > MAX_PORT) {
      throw new BrokerStartException(
          Kind.PORT, "the port must be 0 to " + MAX_PORT + ", was " + port, null);
    }
    BrokerFolder folder = BrokerFolder.open(directory);
    try {
      int clientPort = port == 0 ? lastOrFreePort(folder) : port;
      requireFree(clientPort);
      Properties properties = properties(folder.path(), clientPort, freePort(), overrides);
      folder.prepare(properties);
      FatalExit.install(folder.path());
      KafkaConfig config = KafkaConfig.fromProps(properties);
      return new EmbeddedBroker(folder, clientPort, started(config, folder));
    } catch (RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  private static SingleNode started(KafkaConfig config, BrokerFolder folder) {
    try {
      return SingleNode.start(config);
    } catch (IllegalStateException e) {
      throw e; // Says itself what did not happen.
    } catch (RuntimeException e) {
      throw folder.refusedByKafka(e);
    }
  }

  /** Where clients connect: {@code 127.0.0.1:port}. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  /** The folder that holds the data. */
  public Path directory() {
    return folder.path();
  }

  /** Stops the broker cleanly; returns when its files are closed. */
  @Override
  public void close() {
    node.close();
    folder.close();
  }

  private static Properties properties(
      Path folder, int clientPort, int controllerPort, Map<String, String> overrides) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", Integer.toString(NODE));
    settings.put("controller.quorum.voters", NODE + "@127.0.0.1:" + controllerPort);
    settings.put(
        "listeners",
        "CLIENTS://127.0.0.1:" + clientPort + ",CONTROLLER://127.0.0.1:" + controllerPort);
    settings.put("advertised.listeners", "CLIENTS://127.0.0.1:" + clientPort);
    settings.put("listener.security.protocol.map", "CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT");
    settings.put("inter.broker.listener.name", "CLIENTS");
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put("log.dirs", folder.resolve("log").toString());
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("offsets.topic.num.partitions", "1");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("transaction.state.log.num.partitions", "1");
    settings.put("share.coordinator.state.topic.replication.factor", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
    settings.put("group.initial.rebalance.delay.ms", "0");
    settings.put("auto.create.topics.enable", "false");
    settings.put("num.partitions", "4");
    // How often timed-out transactions are aborted; the default is ten seconds.
    settings.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
    // No other broker could take over. If the session of the only broker ended, under load or after
    // the process was suspended, or if it gave up its partitions before it stops, they would have
    // no
    // leader for a moment; SingleNode says what that may cost.
    settings.put("broker.session.timeout.ms", Integer.toString(Integer.MAX_VALUE));
    settings.put("controlled.shutdown.enable", "false");
    // Its clients are the services of one process: the defaults are for hundreds of connections.
    settings.put("num.network.threads", "1");
    settings.put("num.io.threads", "2");
    settings.put("background.threads", "2");
    settings.put("group.coordinator.threads", "1");
    // The default of 128 MiB is for logs of five million keys; with less, a log that has more is
    // cleaned in several passes.
    settings.put("log.cleaner.dedupe.buffer.size", "16777216");
    settings.put("message.max.bytes", "10485760");
    settings.put("replica.fetch.max.bytes", "10485760");
    settings.put("log.message.timestamp.before.max.ms", Long.toString(Long.MAX_VALUE));
    settings.putAll(overrides);
    var properties = new Properties();
    properties.putAll(settings);
    return properties;
  }

  private static int lastOrFreePort(BrokerFolder folder) {
    int last = folder.lastPort().orElse(0);
    return last != 0 && problemOfPort(last).isEmpty() ? last : freePort();
  }

  private static void requireFree(int port) {
    Optional<String> problem = problemOfPort(port);
    if (problem.isPresent()) {
      throw new BrokerStartException(Kind.PORT, "port " + port + " " + problem.get(), null);
    }
  }

  /** Why a port cannot be had. */
  private static Optional<String> problemOfPort(int port) {
    try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound() ? Optional.empty() : Optional.of("cannot be had");
    } catch (IOException e) {
      String reason = String.valueOf(e.getMessage());
      return Optional.of(
          reason.contains("in use")
              ? "is in use: choose another one, or 0 for a free one"
              : "cannot be had ("
                  + reason
                  + "): choose another one, above 1023 if the user is not root, or 0 for a free"
                  + " one");
    }
  }

  private static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new BrokerStartException(Kind.PORT, "no port is free: " + e.getMessage(), e);
    }
  }
}
