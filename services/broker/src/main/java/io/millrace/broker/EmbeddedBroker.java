package io.millrace.broker;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import kafka.server.KafkaConfig;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;

/**
 * A Kafka broker and KRaft controller (KIP-500) inside this process, on the loopback address, with
 * its data in one folder that survives restarts and crashes. One node: replication factors are 1.
 */
public final class EmbeddedBroker implements AutoCloseable {

  private static final int NODE = 1;

  private final Path directory;
  private final int port;
  private final FileChannel lockFile;
  private final SingleNode node;

  private EmbeddedBroker(Path directory, int port, FileChannel lockFile, SingleNode node) {
    this.directory = directory;
    this.port = port;
    this.lockFile = lockFile;
    this.node = node;
  }

  /**
   * Starts a broker; returns when it can be reached.
   *
   * @param directory the folder of its data; created and formatted if it does not exist or is empty
   * @param port the port for clients; 0 picks the port of the last run if that is free, else any
   *     free one
   * @throws IllegalStateException if another process uses the folder, or the port is in use
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
    try {
      Path folder = Files.createDirectories(directory.toAbsolutePath());
      FileChannel lockFile = locked(folder);
      try {
        Path file = folder.resolve("server.properties");
        int clientPort = port == 0 ? lastOrFreePort(file) : port;
        requireFree(clientPort);
        Properties properties = properties(folder, clientPort, freePort(), overrides);
        write(properties, file);
        format(folder, file);
        var node = SingleNode.start(KafkaConfig.fromProps(properties));
        return new EmbeddedBroker(folder, clientPort, lockFile, node);
      } catch (IOException | RuntimeException e) {
        lockFile.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start a broker in " + directory, e);
    }
  }

  /** Where clients connect: {@code 127.0.0.1:port}. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  /** The folder that holds the data. */
  public Path directory() {
    return directory;
  }

  /** Stops the broker cleanly; returns when its files are closed. */
  @Override
  public void close() {
    node.close();
    try {
      lockFile.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
    settings.put("offsets.topic.num.partitions", "4");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("transaction.state.log.num.partitions", "4");
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
    settings.put("message.max.bytes", "10485760");
    settings.put("replica.fetch.max.bytes", "10485760");
    settings.put("log.message.timestamp.before.max.ms", Long.toString(Long.MAX_VALUE));
    settings.putAll(overrides);
    var properties = new Properties();
    properties.putAll(settings);
    return properties;
  }

  private static void write(Properties properties, Path file) throws IOException {
    try (Writer writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
      properties.store(writer, "Written at every start");
    }
  }

  private static void format(Path folder, Path file) throws IOException {
    if (Files.exists(folder.resolve("log").resolve("meta.properties"))) {
      return;
    }
    String[] arguments = {"format", "--cluster-id", Uuid.randomUuid().toString(), "-c", "" + file};
    int status = StorageTool.execute(arguments, new PrintStream(PrintStream.nullOutputStream()));
    if (status != 0) {
      throw new IllegalStateException("cannot format " + folder + " for Kafka");
    }
  }

  private static FileChannel locked(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // This process holds the lock: the error below is the same as for another process.
    }
    channel.close();
    throw new IllegalStateException("another process runs a broker in " + folder);
  }

  private static int lastOrFreePort(Path file) throws IOException {
    if (Files.exists(file)) {
      var last = new Properties();
      try (var reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
        last.load(reader);
      }
      String listener = last.getProperty("advertised.listeners", ":0");
      int port = Integer.parseInt(listener.substring(listener.lastIndexOf(':') + 1));
      if (port != 0 && isFree(port)) {
        return port;
      }
    }
    return freePort();
  }

  private static void requireFree(int port) {
    if (!isFree(port)) {
      throw new IllegalStateException(
          "port " + port + " is in use: choose another one, or 0 for a free one");
    }
  }

  private static boolean isFree(int port) {
    try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
