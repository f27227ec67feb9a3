package io.millrace.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import io.millrace.runtime.testing.KafkaTestClient;
import io.millrace.runtime.testing.MillraceProcess;
import io.millrace.runtime.testing.SampleImages;
import io.millrace.schemas.avro.Prediction;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** The container images and Kafka on one network, used by a plain client outside. */
final class ContainersTest {

  private static final int HTTP_PORT = 9404;
  private static final String KAFKA = "kafka:19092";
  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final int IMAGES = 96;
  private static final int DOCUMENTS = 48;

  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void containersPredictImagesAndDocuments() throws Exception {
    ContainerImages.assumePossible();
    DockerImageName services = DockerImageName.parse(ContainerImages.services().get());
    DockerImageName vision = DockerImageName.parse(ContainerImages.vision().get());
    try (var network = Network.newNetwork();
        var kafka = ContainerImages.kafkaContainer(network, KAFKA);
        var topics = topics(services, network);
        var perRecord =
            up(services, network, "text,embedding,labelling,classifier,evaluation,search,console");
        var engine = up(vision, network, "vision,scoring")) {
      kafka.start();
      topics.start();
      perRecord.start();
      engine.start();

      try (var client = new KafkaTestClient(kafka.getBootstrapServers())) {
        send(client);
        predictionsAreCorrect(client);
      }
      exposesItsMetrics(
          perRecord,
          "text",
          "embedding",
          "labelling",
          "classifier",
          "evaluation",
          "search",
          "console");
      exposesItsMetrics(engine, "vision", "scoring");
      stopsGracefully(engine);
      stopsGracefully(perRecord);
    }
  }

  private static void send(KafkaTestClient client) {
    for (int i = 0; i < IMAGES; i++) {
      client.send(KafkaTestClient.TOPICS.images(), "i" + i, SampleImages.png(i));
      client.send(KafkaTestClient.TOPICS.labels(), "image/i" + i, SampleImages.label(i));
    }
    for (int i = 0; i < DOCUMENTS; i++) {
      String text = i % 2 == 0 ? "the miller grinds corn" : "the stream drives a wheel";
      String label = i % 2 == 0 ? "corn" : "wheel";
      client.send(
          KafkaTestClient.TOPICS.documents(),
          "d" + i,
          "{\"text\": \"%s\", \"label\": \"%s\"}".formatted(text, label));
    }
    client.flush();
  }

  private static void predictionsAreCorrect(KafkaTestClient client) {
    List<String> subjects = new ArrayList<>();
    IntStream.range(0, IMAGES).forEach(i -> subjects.add("image/i" + i));
    IntStream.range(0, DOCUMENTS).forEach(i -> subjects.add("document/d" + i));

    assertThat(client.awaitPredictions(subjects))
        .map(Prediction::getSubject)
        .containsExactlyInAnyOrderElementsOf(subjects);
    assertThat(client.read(KafkaTestClient.TOPICS.reconstructions()))
        .hasSize(IMAGES)
        .allSatisfy(it -> assertThat(Arrays.copyOf(it.value(), PNG.length)).isEqualTo(PNG));
    assertThat(client.values(KafkaTestClient.TOPICS.documentVectors()))
        .filteredOn(vector -> !vector.getRefresh())
        .hasSize(DOCUMENTS)
        .allSatisfy(vector -> assertThat(vector.getTerms()).isNotEmpty());
  }

  private void exposesItsMetrics(GenericContainer<?> container, String... services)
      throws IOException, InterruptedException {
    HttpResponse<String> ready = get(container, "/health/ready");
    HttpResponse<String> metrics = get(container, "/metrics");

    assertThat(ready.statusCode()).as(ready.body()).isEqualTo(200);
    assertThat(services)
        .allSatisfy(service ->
            assertThat(metrics.body())
                .contains(
                    "millrace_service_health{health=\"ready\",service=\"" + service + "\"} 1.0"));
  }

  /** Stops a container as Kubernetes and compose do. */
  private static void stopsGracefully(GenericContainer<?> container) {
    var docker = container.getDockerClient();

    docker.stopContainerCmd(container.getContainerId()).withTimeout(30).exec();

    // Killed after the time-out it would be 137.
    assertThat(container.getCurrentContainerInfo().getState().getExitCodeLong())
        .as(container::getLogs)
        .isZero();
  }

  private static GenericContainer<?> topics(DockerImageName image, Network network) {
    return confined(image, network)
        .withCommand("topics", "apply", "--bootstrap", KAFKA)
        .withStartupCheckStrategy(
            new OneShotStartupCheckStrategy().withTimeout(Duration.ofMinutes(3)));
  }

  private static GenericContainer<?> up(DockerImageName image, Network network, String services) {
    return confined(image, network)
        .withEnv(MillraceProcess.variables(MillraceProcess.SMALL_STEPS))
        .withCommand("up", "--bootstrap", KAFKA, "--services", services, "--http-port", "9404")
        .withExposedPorts(HTTP_PORT)
        .waitingFor(
            Wait.forHttp("/health/ready")
                .forPort(HTTP_PORT)
                .withStartupTimeout(Duration.ofMinutes(3)));
  }

  /** As in the compose file: without privileges, on a read-only file system. */
  private static GenericContainer<?> confined(DockerImageName image, Network network) {
    return new GenericContainer<>(image)
        .withNetwork(network)
        .withTmpFs(
            Map.of(
                "/tmp", "rw,exec,uid=10001,gid=10001",
                "/var/lib/millrace", "rw,uid=10001,gid=10001"))
        .withCreateContainerCmdModifier(command -> {
          HostConfig host = command.getHostConfig();
          host.withReadonlyRootfs(true)
              .withCapDrop(Capability.ALL)
              .withSecurityOpts(List.of("no-new-privileges"))
              .withMemory(2L << 30);
        });
  }

  private HttpResponse<String> get(GenericContainer<?> container, String path)
      throws IOException, InterruptedException {
    String address = container.getHost() + ":" + container.getMappedPort(HTTP_PORT);
    var request = HttpRequest.newBuilder(URI.create("http://" + address + path)).build();
    return http.send(request, BodyHandlers.ofString());
  }
}
