package io.millrace.tests.system;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.images.RemoteDockerImage;
import org.testcontainers.images.builder.ImageFromDockerfile;
import org.testcontainers.utility.DockerImageName;

/**
 * The images under test, built here and now from what {@code mvn package} laid out, and Kafka's.
 * Where {@code containers.base} names a base image that is there already, nothing is fetched: Kafka
 * is then assembled from the same artifacts as the embedded broker.
 */
final class ContainerImages {

  private static final Path CONTEXT = TestFolders.ROOT.resolve("deploy/target/image");
  private static final Path KAFKA = TestFolders.ROOT.resolve("tests/system/src/test/docker/kafka");
  private static final String OFFICIAL_KAFKA = "apache/kafka:4.4.0";

  /** The Dockerfile's own base. */
  private static final String OFFICIAL_BASE = "eclipse-temurin:25-jdk";

  private ContainerImages() {}

  /** Skips the test, and says why, where there is no engine, or nothing to make images of. */
  static void assumePossible() {
    assumeThat(DockerClientFactory.instance().isDockerAvailable())
        .as("there is no Docker here, so containers are not tested")
        .isTrue();
    assumeThat(CONTEXT)
        .as("run `mvn verify` to test containers: `mvn package` lays out their images")
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
          .as("%s is neither here nor to be had, so containers are not tested: %s", image, e)
          .isTrue();
    }
  }

  /** The services without the network engine. */
  static Future<String> services() {
    return withBase(new ImageFromDockerfile("millrace-test-services", false))
        .withFileFromPath("Dockerfile", CONTEXT.resolve("Dockerfile"))
        .withFileFromPath("java.options", CONTEXT.resolve("java.options"))
        .withFileFromPath("lib", CONTEXT.resolve("lib"))
        .withTarget("services");
  }

  /** Those with it. */
  static Future<String> vision() {
    return withBase(new ImageFromDockerfile("millrace-test-vision", false))
        .withFileFromPath(".", CONTEXT);
  }

  /** Kafka, the official image or one like it. */
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
