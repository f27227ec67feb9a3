package io.millrace.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.millrace.runtime.testing.InstalledProgram;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.assertj.core.api.Assertions;

/** A real Prometheus with the project's configuration, for one port and with short intervals. */
final class PrometheusServer implements AutoCloseable {

  private static final YAMLMapper YAML = new YAMLMapper();
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final Instant started = Instant.now();
  private final int port;
  private final Process process;

  private PrometheusServer(int port, Process process) {
    this.port = port;
    this.process = process;
  }

  /** Starts a Prometheus that scrapes a local port every second; its files are in the folder. */
  static PrometheusServer start(InstalledProgram prometheus, int scraped, Path folder)
      throws IOException {
    Path configuration = folder.resolve("prometheus.yml");
    YAML.writeValue(configuration.toFile(), adapted(scraped));
    int port = freePort();
    Process process =
        new ProcessBuilder(
                prometheus.path().toString(),
                "--config.file=" + configuration,
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("prometheus.log").toFile())
            .start();
    return new PrometheusServer(port, process);
  }

  /** Whether it is ready. */
  boolean ready() {
    Assertions.assertThat(process.isAlive()).as("prometheus runs").isTrue();
    try {
      return http.send(request("/-/ready"), BodyHandlers.discarding()).statusCode() == 200;
    } catch (ConnectException e) {
      return false;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError("prometheus cannot be asked", e);
    }
  }

  /** The samples of an instant query. */
  JsonNode query(String expression) {
    return get("/api/v1/query", Map.of("query", expression)).at("/data/result");
  }

  /** The series of a range query from the start until now, by seconds. */
  JsonNode queryRange(String expression) {
    return get(
            "/api/v1/query_range",
            Map.of(
                "query",
                expression,
                "start",
                started.toString(),
                "end",
                Instant.now().toString(),
                "step",
                "1"))
        .at("/data/result");
  }

  /** All values of a label among the selected series. */
  List<String> labelValues(String label, String selector) {
    return get("/api/v1/label/" + label + "/values", Map.of("match[]", selector))
        .get("data")
        .valueStream()
        .map(JsonNode::asText)
        .toList();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private JsonNode get(String path, Map<String, String> parameters) {
    String query =
        parameters.entrySet().stream()
            .map(it -> encode(it.getKey()) + "=" + encode(it.getValue()))
            .collect(Collectors.joining("&"));
    try {
      var answer = http.send(request(path + "?" + query), BodyHandlers.ofString());
      Assertions.assertThat(answer.statusCode()).as("%s", answer.body()).isEqualTo(200);
      return JSON.readTree(answer.body());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError("prometheus cannot be asked", e);
    }
  }

  private HttpRequest request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
  }

  private static JsonNode adapted(int scraped) throws IOException {
    Path folder = RepositoryPaths.DEPLOY.resolve("prometheus");
    var configuration = (ObjectNode) YAML.readTree(folder.resolve("prometheus.yml").toFile());
    configuration
        .withObjectProperty("global")
        .put("scrape_interval", "1s")
        .put("evaluation_interval", "1s");
    configuration.putArray("rule_files").add(folder.resolve("rules.yml").toString());
    var job = (ObjectNode) configuration.at("/scrape_configs/0/static_configs/0");
    job.putArray("targets").add("127.0.0.1:" + scraped);
    return configuration;
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
