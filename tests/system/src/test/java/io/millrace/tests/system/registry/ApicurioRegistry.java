package io.millrace.tests.system.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.testing.Await;
import io.millrace.runtime.testing.MillraceProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Apicurio Registry in a process of its own, with schemas in memory; Maven fetches it. */
final class ApicurioRegistry implements AutoCloseable {

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Process process;
  private final String url;

  private ApicurioRegistry(Process process, String url) {
    this.process = process;
    this.url = url;
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
  }

  /** Starts a version; returns when it answers. */
  static ApicurioRegistry start(String version, Path folder) throws Exception {
    String artifact = "io.apicurio:apicurio-registry-app:" + version + ":tar.gz:all";
    run(
        folder,
        "mvn",
        "-q",
        "-B",
        "dependency:get",
        "-Dartifact=" + artifact,
        "-Dtransitive=false");
    run(
        folder,
        "mvn",
        "-q",
        "-B",
        "dependency:copy",
        "-Dartifact=" + artifact,
        "-DoutputDirectory=" + folder);
    run(folder, "tar", "xzf", "apicurio-registry-app-" + version + "-all.tar.gz");
    int port = MillraceProcess.freePort();
    var builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx384m",
                "-jar",
                "quarkus-run.jar")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("registry.log").toFile());
    builder.environment().put("QUARKUS_HTTP_HOST", "127.0.0.1");
    builder.environment().put("QUARKUS_HTTP_PORT", Integer.toString(port));
    builder.environment().put("QUARKUS_MANAGEMENT_HOST", "127.0.0.1");
    builder
        .environment()
        .put("QUARKUS_MANAGEMENT_PORT", Integer.toString(MillraceProcess.freePort()));
    var registry =
        new ApicurioRegistry(builder.start(), "http://127.0.0.1:" + port + "/apis/ccompat/v7");
    Await.until("a registry, see " + folder.resolve("registry.log"), registry::answers);
    return registry;
  }

  private static void run(Path folder, String... command) throws Exception {
    Files.createDirectories(folder);
    Process process = new ProcessBuilder(command).directory(folder.toFile()).inheritIO().start();
    assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
  }

  /** The address of its API like Confluent's. */
  String url() {
    return url;
  }

  /** Its subjects, as JSON. */
  String subjects() {
    return answer(HttpRequest.newBuilder(URI.create(url + "/subjects")));
  }

  /** How the schemas of a subject must fit each other; its default is not at all. */
  void setCompatibility(String subject, String level) {
    String body = "{\"compatibility\": \"" + level + "\"}";
    answer(
        HttpRequest.newBuilder(URI.create(url + "/config/" + subject))
            .header("Content-Type", "application/vnd.schemaregistry.v1+json")
            .PUT(BodyPublishers.ofString(body)));
  }

  private static String answer(HttpRequest.Builder request) {
    try {
      return HTTP.send(request.timeout(Duration.ofSeconds(10)).build(), BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  private boolean answers() {
    assertThat(process.isAlive()).isTrue();
    return subjects().startsWith("[");
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
