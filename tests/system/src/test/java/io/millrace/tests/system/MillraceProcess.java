package io.millrace.tests.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.settings.Settings;
import java.io.File;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The program in a process of its own, from the class path of this build: {@code millrace up}. */
final class MillraceProcess implements AutoCloseable {

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Process process;
  private final int httpPort;
  private final Path log;

  private MillraceProcess(Process process, int httpPort, Path log) {
    this.process = process;
    this.httpPort = httpPort;
    this.log = log;
    // Also when a test fails before it could close this.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
  }

  /**
   * Starts services; returns at once.
   *
   * @param folder where it runs and where its output goes
   * @param settings by name; the process is given them as variables
   * @param arguments of {@code up}
   */
  static MillraceProcess up(Path folder, Map<String, String> settings, String... arguments)
      throws IOException {
    int httpPort = freePort();
    List<String> command = command("up", "--http-port", Integer.toString(httpPort));
    command.addAll(List.of(arguments));
    Path log = Files.createTempFile(folder, "up-", ".log");
    Process process =
        process(command, folder, settings)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    return new MillraceProcess(process, httpPort, log);
  }

  /** Runs another command to its end and returns what it prints. It must succeed. */
  static String run(Path folder, String... arguments) throws IOException, InterruptedException {
    Path errors = Files.createTempFile(folder, "run-", ".log");
    Process process =
        process(command(arguments), folder, Map.of()).redirectError(errors.toFile()).start();
    String output =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(process.waitFor())
        .as("millrace %s says: %s %s", List.of(arguments), output, Files.readString(errors))
        .isZero();
    return output;
  }

  /** Returns when all its services work. */
  MillraceProcess awaitReady() {
    Await.until(
        "readiness, see " + log,
        () -> {
          assertAlive();
          return get("/health/ready") == 200;
        });
    return this;
  }

  /** Fails, with the last of what it said, if it has ended. */
  void assertAlive() {
    assertThat(process.isAlive()).as(() -> "millrace runs; it said:\n" + lastOutput()).isTrue();
  }

  /** Kill -9. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** SIGTERM; returns the exit code. */
  int terminate() throws InterruptedException {
    process.destroy();
    return process.waitFor();
  }

  /** Waits until it has ended by itself; returns the exit code. */
  int awaitEnd() {
    Await.until("an end, see " + log, () -> !process.isAlive());
    return process.exitValue();
  }

  /** SIGSTOP. */
  void suspend() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** SIGCONT. */
  void resume() throws IOException, InterruptedException {
    signal("CONT");
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /** Settings as the variables that give them to a process. */
  static Map<String, String> variables(Map<String, String> settings) {
    return settings.entrySet().stream()
        .collect(Collectors.toMap(it -> Settings.variable(it.getKey()), Map.Entry::getValue));
  }

  /** A port that nobody listens on. */
  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void signal(String name) throws IOException, InterruptedException {
    String pid = Long.toString(process.pid());
    assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor()).isZero();
  }

  private int get(String path) {
    var uri = URI.create("http://127.0.0.1:" + httpPort + path);
    try {
      HttpResponse<Void> answer =
          HTTP.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding());
      return answer.statusCode();
    } catch (ConnectException e) {
      return 0;
    } catch (IOException e) {
      throw new AssertionError(uri + " does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** The last of what it said. */
  String lastOutput() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 50), lines.size()));
    } catch (IOException e) {
      return "nothing that can be read: " + e.getMessage();
    }
  }

  private static ProcessBuilder process(
      List<String> command, Path folder, Map<String, String> settings) {
    var builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("CLASSPATH", classPath());
    builder.environment().putAll(variables(settings));
    return builder;
  }

  private static List<String> command(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(System.getProperty("jvm.flags").split(" ")));
    command.addAll(List.of("-Xmx640m", "-XX:+UseSerialGC", "io.millrace.cli.Main"));
    command.addAll(List.of(arguments));
    return command;
  }

  /** That of this JVM, without these tests and their settings of the log. */
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.endsWith("test-classes"))
        .collect(Collectors.joining(File.pathSeparator));
  }
}
