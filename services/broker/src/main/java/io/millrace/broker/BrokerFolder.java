package io.millrace.broker;

import io.millrace.broker.BrokerStartException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Properties;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.internals.AppInfoParser;

/** The folder of an embedded broker's data: its lock, its properties, and why it cannot be used. */
final class BrokerFolder implements AutoCloseable {

  /** A broker of no records writes less than one; all services on it write some twenty at once. */
  private static final long LEAST_FREE_BYTES = 64L << 20;

  private final Path folder;
  private final FileChannel lockFile;

  private BrokerFolder(Path folder, FileChannel lockFile) {
    this.folder = folder;
    this.lockFile = lockFile;
  }

  /**
   * Makes the folder if it is not there, and locks it against other processes.
   *
   * @throws BrokerStartException if it cannot be written or is in use
   */
  static BrokerFolder open(Path directory) {
    Path folder = directory.toAbsolutePath();
    try {
      Files.createDirectories(folder);
      long free = Files.getFileStore(folder).getUsableSpace();
      if (free < LEAST_FREE_BYTES) {
        throw new BrokerStartException(
            Kind.FOLDER,
            String.format(
                Locale.ROOT,
                "cannot start a broker in %s: only %,d MiB are free on its disk, and it needs %,d",
                folder,
                free >> 20,
                LEAST_FREE_BYTES >> 20),
            null);
      }
      return new BrokerFolder(folder, locked(folder));
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  Path path() {
    return folder;
  }

  /** The file with the broker's properties. */
  Path properties() {
    return folder.resolve("server.properties");
  }

  /** Writes the broker's properties, and formats the folder if it is new. */
  void prepare(Properties properties) {
    try {
      try (Writer writer = Files.newBufferedWriter(properties(), StandardCharsets.UTF_8)) {
        properties.store(writer, "Written at every start");
      }
      if (!Files.exists(folder.resolve("log").resolve("meta.properties"))) {
        format();
      }
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  private void format() {
    var output = new ByteArrayOutputStream();
    String[] arguments = {
      "format", "--cluster-id", Uuid.randomUuid().toString(), "-c", properties().toString()
    };
    if (StorageTool.execute(arguments, new PrintStream(output, true, StandardCharsets.UTF_8))
        != 0) {
      throw new BrokerStartException(
          Kind.FOLDER,
          "cannot format "
              + folder
              + " for Kafka: "
              + output.toString(StandardCharsets.UTF_8).strip().replaceAll("\\s*\\R\\s*", " "),
          null);
    }
  }

  /** The port of the last run; empty if there was none or it is not known. */
  OptionalInt lastPort() {
    if (!Files.exists(properties())) {
      return OptionalInt.empty();
    }
    var last = new Properties();
    try (var reader = Files.newBufferedReader(properties(), StandardCharsets.UTF_8)) {
      last.load(reader);
    } catch (IOException e) {
      throw unusable(folder, e);
    }
    String listener = last.getProperty("advertised.listeners", "");
    String port = listener.substring(listener.lastIndexOf(':') + 1);
    return port.matches("[1-9]\\d{0,4}")
        ? OptionalInt.of(Integer.parseInt(port))
        : OptionalInt.empty();
  }

  /** The failure of a broker that Kafka itself did not start on the data in the folder. */
  BrokerStartException refusedByKafka(RuntimeException problem) {
    Throwable cause = problem;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return new BrokerStartException(
        Kind.FOLDER,
        "cannot start a broker in "
            + folder
            + ": Kafka "
            + AppInfoParser.getVersion()
            + " cannot use the data there, which are damaged or of another version of Kafka: "
            + cause.getMessage(),
        problem);
  }

  @Override
  public void close() {
    try {
      lockFile.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FileChannel locked(Path folder) throws IOException {
    Path file = folder.resolve("lock");
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        channel.truncate(0);
        channel.write(
            ByteBuffer.wrap(
                Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // This process holds the lock: the error below is the same as for another process.
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    String holder = Files.readString(file, StandardCharsets.ISO_8859_1);
    throw new BrokerStartException(
        Kind.FOLDER,
        "another process runs a broker in "
            + folder
            + (holder.matches("\\d+") ? " (process " + holder + ")" : "")
            + ": stop it first",
        null);
  }

  private static BrokerStartException unusable(Path folder, IOException problem) {
    return new BrokerStartException(
        Kind.FOLDER,
        "cannot start a broker in " + folder + ": " + FolderProblem.reason(folder, problem),
        problem);
  }
}
