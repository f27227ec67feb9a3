package io.millrace.tests.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** The program in a process of its own, from the class path of this build. */
public final class MillraceProcess implements AutoCloseable {

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Process process;
  private final URI readiness;
  private final Path log;

  private MillraceProcess(Process process, URI readiness, Path log) {
    this.process = process;
    this.readiness = readiness;
    this.log = log;
    // Also when a measurement fails before it could close this.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
  }

  /** Starts services; returns at once. */
  public static MillraceProcess up(Path folder, String... arguments) throws IOException {
    int port;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    List<String> command = command("up", "--http-port", Integer.toString(port));
    command.addAll(List.of(arguments));
    Path log = Files.createTempFile(folder, "up-", ".log");
    Process process = process(command, folder, log).start();
    return new MillraceProcess(
        process, URI.create("http://127.0.0.1:" + port + "/health/ready"), log);
  }

  /** Runs a command to its end; it must succeed. */
  public static void run(Path folder, String... arguments)
      throws IOException, InterruptedException {
    Path log = Files.createTempFile(folder, "run-", ".log");
    int status = process(command(arguments), folder, log).start().waitFor();
    assertThat(status).as(() -> List.of(arguments) + " says: " + said(log)).isZero();
  }

  /** Returns when all its services work. */
  public void awaitReady() throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(readiness).build();
    while (true) {
      assertThat(process.isAlive()).as(() -> "millrace runs; it said: " + said(log)).isTrue();
      try {
        if (HTTP.send(request, BodyHandlers.discarding()).statusCode() == 200) {
          return;
        }
      } catch (ConnectException e) {
        // It does not listen yet.
      }
      LockSupport.parkNanos(20_000_000);
    }
  }

  /** Kill -9. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private static ProcessBuilder process(List<String> command, Path folder, Path log) {
    var builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("CLASSPATH", classPath());
    return builder;
  }

  private static List<String> command(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(System.getProperty("jvm.flags").split(" ")));
    command.addAll(List.of("-Xmx1g", "io.millrace.cli.Main"));
    command.addAll(List.of(arguments));
    return command;
  }

  /** That of this JVM, without these tests and their settings of the log. */
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.endsWith("test-classes"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static String said(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return "nothing that can be read: " + e.getMessage();
    }
  }
}
