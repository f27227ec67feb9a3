package io.millrace.deploy;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Network;
import org.testcontainers.images.RemoteDockerImage;
import org.testcontainers.images.builder.ImageFromDockerfile;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * The container images under test, built from the output of {@code mvn package}, and the image of
 * Kafka. If {@code containers.base} names a local base image, nothing is downloaded: Kafka is then
 * built from the same artifacts as the embedded broker.
 */
final class ContainerImages {

  private static final Path CONTEXT = RepositoryPaths.DEPLOY.resolve("target/image");
  private static final Path KAFKA = RepositoryPaths.DEPLOY.resolve("src/test/docker/kafka");
  private static final String OFFICIAL_KAFKA = "apache/kafka:4.4.0";

  /** The Dockerfile's own base. */
  private static final String OFFICIAL_BASE = "eclipse-temurin:25-jdk";

  private ContainerImages() {}

  /** Skips the test if there is no Docker or no input for the images. */
  static void assumePossible() {
    assumeThat(DockerClientFactory.instance().isDockerAvailable())
        .as("Docker is not available, so containers are not tested")
        .isTrue();
    assumeThat(CONTEXT)
        .as("the input of the images is missing: `mvn package` creates it")
        .isDirectory();
    if (base().isEmpty()) {
      Stream.of(OFFICIAL_BASE, OFFICIAL_KAFKA).forEach(ContainerImages::assumeAvailable);
    }
  }

  private static void assumeAvailable(String image) {
    try {
      new RemoteDockerImage(DockerImageName.parse(image)).get();
    } catch (Exception e) {
      assumeThat(false)
          .as("the image %s is not available, so containers are not tested: %s", image, e)
          .isTrue();
    }
  }

  /** The image of the services without the network engine. */
  static Future<String> services() {
    return withBase(new ImageFromDockerfile("millrace-test-services", false))
        .withFileFromPath("Dockerfile", CONTEXT.resolve("Dockerfile"))
        .withFileFromPath("java.options", CONTEXT.resolve("java.options"))
        .withFileFromPath("lib", CONTEXT.resolve("lib"))
        .withTarget("services");
  }

  /** The image with the network engine. */
  static Future<String> vision() {
    return withBase(new ImageFromDockerfile("millrace-test-vision", false))
        .withFileFromPath(".", CONTEXT);
  }

  /**
   * A broker that accepts records as large as Millrace's topics may hold, and makes no topics.
   *
   * @param listener host and port for containers of the same network
   */
  static KafkaContainer kafkaContainer(Network network, String listener) throws Exception {
    return new KafkaContainer(kafka())
        .withNetwork(network)
        .withListener(listener)
        .withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
        .withEnv("KAFKA_MESSAGE_MAX_BYTES", "10485760")
        .withStartupTimeout(Duration.ofMinutes(3));
  }

  /** The image of Kafka, official or equivalent. */
  static DockerImageName kafka() throws Exception {
    if (base().isEmpty()) {
      return DockerImageName.parse(OFFICIAL_KAFKA);
    }
    String image =
        withBase(new ImageFromDockerfile("millrace-test-kafka", false))
            .withFileFromPath(".", KAFKA)
            .withFileFromPath("lib", CONTEXT.resolve("lib"))
            .get();
    return DockerImageName.parse(image).asCompatibleSubstituteFor("apache/kafka");
  }

  private static ImageFromDockerfile withBase(ImageFromDockerfile image) {
    return base().map(base -> image.withBuildArg("BASE", base)).orElse(image);
  }

  private static Optional<String> base() {
    @Nullable String base = System.getProperty("containers.base");
    return Optional.ofNullable(base).filter(name -> !name.isBlank());
  }
}
