package io.millrace.runtime.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.settings.Settings;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The program {@code millrace} in a process of its own, with the class path of this test. */
public final class MillraceProcess implements AutoCloseable {

  /** Settings with which a few records make a version. */
  public static final Map<String, String> SMALL_STEPS =
      Map.of(
          "vision.batch.size", "16",
          "vision.step.batches", "2",
          "vision.rehearsal.passes", "8",
          "classifier.batch.size", "8",
          "classifier.step.batches", "2",
          "embedding.batch.size", "8",
          "embedding.step.batches", "2",
          "embedding.merge.slice", "1",
          // As a cluster has them: an embedded broker on two processors would make one.
          "topics.partitions", "4");

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static final String MAIN_CLASS = "io.millrace.cli.Main";
  private static final List<String> SMALL_JVM = List.of("-Xmx640m", "-XX:+UseSerialGC");

  /** As the launcher starts commands that end soon. */
  private static final List<String> BRIEF_JVM =
      List.of("-Xmx640m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

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
   * Starts {@code millrace up} in a small JVM; returns at once.
   *
   * @param folder where it runs and writes its output
   * @param settings by name; the process gets them as environment variables
   * @param arguments of {@code up}
   */
  public static MillraceProcess up(Path folder, Map<String, String> settings, String... arguments)
      throws IOException {
    return up(folder, SMALL_JVM, settings, arguments);
  }

  /**
   * Starts {@code millrace up}; returns at once.
   *
   * @param folder where it runs and writes its output
   * @param jvmOptions besides those that every process needs
   * @param settings by name; the process gets them as environment variables
   * @param arguments of {@code up}
   */
  public static MillraceProcess up(
      Path folder, List<String> jvmOptions, Map<String, String> settings, String... arguments)
      throws IOException {
    return up(Optional.empty(), folder, jvmOptions, settings, arguments);
  }

  /**
   * Starts {@code millrace up} of another build; returns at once.
   *
   * @param classPath of that build; empty for the one of this test
   * @param folder where it runs and writes its output
   * @param jvmOptions besides those that every process needs
   * @param settings by name; the process gets them as environment variables
   * @param arguments of {@code up}
   */
  public static MillraceProcess up(
      Optional<String> classPath,
      Path folder,
      List<String> jvmOptions,
      Map<String, String> settings,
      String... arguments)
      throws IOException {
    int httpPort = freePort();
    List<String> all =
        Stream.concat(
                Stream.of("up", "--http-port", Integer.toString(httpPort)), Stream.of(arguments))
            .toList();
    Path log = Files.createTempFile(folder, "up-", ".log");
    Process process =
        process(classPath, all, jvmOptions, folder, settings)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    return new MillraceProcess(process, httpPort, log);
  }

  /** Runs a command, which must succeed; returns its output. */
  public static String run(Path folder, String... arguments)
      throws IOException, InterruptedException {
    return run(folder, BRIEF_JVM, arguments);
  }

  /**
   * Runs a command, which must succeed; returns its output.
   *
   * @param jvmOptions besides those that every process needs
   */
  public static String run(Path folder, List<String> jvmOptions, String... arguments)
      throws IOException, InterruptedException {
    Path errors = Files.createTempFile(folder, "run-", ".log");
    Process process =
        process(Optional.empty(), List.of(arguments), jvmOptions, folder, Map.of())
            .redirectError(errors.toFile())
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor())
        .as("millrace %s: %s %s", List.of(arguments), output, Files.readString(errors))
        .isZero();
    return output;
  }

  /** The address of its HTTP routes, with a slash at the end. */
  public String url() {
    return "http://127.0.0.1:" + httpPort + "/";
  }

  /** Waits until all its services are ready. */
  public MillraceProcess awaitReady() {
    Await.until(
        "readiness, see " + log,
        () -> {
          assertAlive();
          return get("/health/ready") == 200;
        });
    return this;
  }

  /** Fails with its last output if it has ended. */
  public void assertAlive() {
    assertThat(process.isAlive())
        .as(() -> "millrace runs; its last output:\n" + lastOutput())
        .isTrue();
  }

  /** Kill -9. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** SIGTERM; returns the exit code. */
  public int terminate() throws InterruptedException {
    process.destroy();
    return process.waitFor();
  }

  /** Waits until it ends by itself; returns the exit code. */
  public int awaitEnd() {
    Await.until("an end, see " + log, () -> !process.isAlive());
    return process.exitValue();
  }

  /** SIGSTOP. */
  public void suspend() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** SIGCONT. */
  public void resume() throws IOException, InterruptedException {
    signal("CONT");
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /** The environment variables that give settings to a process. */
  public static Map<String, String> variables(Map<String, String> settings) {
    return settings.entrySet().stream()
        .collect(Collectors.toMap(it -> Settings.variable(it.getKey()), Map.Entry::getValue));
  }

  /** A free port. */
  public static int freePort() throws IOException {
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

  /** What an HTTP route of it answers, if its status is 200. */
  public Optional<String> answer(String path) {
    try {
      var uri = URI.create("http://127.0.0.1:" + httpPort + path);
      HttpResponse<String> answer =
          HTTP.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
      return answer.statusCode() == 200 ? Optional.of(answer.body()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /**
   * Sends a body to an HTTP route of it, which must take it.
   *
   * @param headers names and values in turn
   */
  public String post(String path, byte[] body, String... headers) {
    try {
      HttpResponse<String> answer =
          HTTP.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort + path))
                  .headers(headers)
                  .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                  .build(),
              BodyHandlers.ofString());
      assertThat(answer.statusCode() / 100).as(path + ": " + answer.body()).isEqualTo(2);
      return answer.body();
    } catch (IOException e) {
      throw new AssertionError(path + " does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** The last lines of its output. */
  public String lastOutput() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 50), lines.size()));
    } catch (IOException e) {
      return "its output cannot be read: " + e.getMessage();
    }
  }

  private static ProcessBuilder process(
      Optional<String> classPath,
      List<String> arguments,
      List<String> jvmOptions,
      Path folder,
      Map<String, String> settings) {
    List<String> options =
        Stream.concat(Stream.of(System.getProperty("jvm.flags").split(" ")), jvmOptions.stream())
            .toList();
    ProcessBuilder builder =
        classPath
            .map(path -> JavaProcess.withClassPath(path, MAIN_CLASS, options, arguments))
            .orElseGet(() -> JavaProcess.withoutTests(MAIN_CLASS, options, arguments))
            .directory(folder.toFile());
    builder.environment().putAll(variables(settings));
    return builder;
  }
}
