package io.millrace.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.ContainerNetwork;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.containers.wait.strategy.WaitStrategy;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.utility.DockerImageName;

/**
 * Each service in a container with the memory limit of its manifest, under {@link WorstInput}. By
 * command, after {@code mvn -DskipTests package} has laid out the images:
 *
 * <pre>
 * mvn -Dlint=off -pl deploy -am test -Dtest=MemoryCampaign -Dsurefire.failIfNoSpecifiedTests=false \
 *     -Dtest.flags="-Dmemory.minutes=60"
 * </pre>
 *
 * <p>Prints the memory of each container every minute: what the kernel counts of the processes, and
 * the heap in use. Fails if one was killed or ran out of heap, or if its memory still grows. {@code
 * memory.services} names some services, {@code memory.rate} the large records a second.
 */
final class MemoryCampaign {

  private static final int HTTP_PORT = 9404;
  private static final String KAFKA = "kafka:19092";
  private static final Pattern RSS = Pattern.compile("RssAnon:\\s+(\\d+) kB");
  private static final Pattern HEAP =
      Pattern.compile("(?m)^jvm_memory_used_bytes\\{[^}]*area=\"heap\"[^}]*} (\\S+)");

  /** Between two samples of the memory. */
  private static final Duration SAMPLE = Duration.ofSeconds(10);

  private static final WaitStrategy NO_WAIT =
      new AbstractWaitStrategy() {
        @Override
        protected void waitUntilReady() {}
      };

  private final HttpClient http = HttpClient.newHttpClient();

  /** A service's container, and its memory in MiB at each sample, and how it ended. */
  private record Confined(
      String service,
      long limitBytes,
      GenericContainer<?> container,
      List<Long> rss,
      List<Long> heap,
      List<Long> ends) {}

  @Test
  void noContainerIsKilledAndMemoryIsFlat() throws Exception {
    ContainerImages.assumePossible();
    int minutes = Integer.getInteger("memory.minutes", 10);
    double rate = Double.parseDouble(System.getProperty("memory.rate", "2"));
    List<String> services =
        List.of(
            System.getProperty("memory.services", String.join(",", RepositoryPaths.SERVICES))
                .split(","));
    Map<String, Confined> confined = new TreeMap<>();
    Map<Boolean, DockerImageName> images =
        Map.of(
            false,
            DockerImageName.parse(ContainerImages.services().get()),
            true,
            DockerImageName.parse(ContainerImages.vision().get()));
    try (var network = Network.newNetwork();
        var kafka = ContainerImages.kafkaContainer(network, KAFKA)) {
      kafka.start();
      try (var input = new WorstInput(kafka.getBootstrapServers(), rate);
          var topics = topics(images.get(false), network)) {
        topics.start();
        for (String service : services) {
          confined.put(service, confined(service, images, network));
        }
        Startables.deepStart(confined.values().stream().map(Confined::container)).get();
        input.start();
        sample(confined, minutes, input);
      } finally {
        confined.values().forEach(it -> it.container().stop());
      }
    }
    assertThat(confined.values()).allSatisfy(MemoryCampaign::assertFlat);
  }

  private void sample(Map<String, Confined> confined, int minutes, WorstInput input)
      throws Exception {
    long start = System.nanoTime();
    for (int minute = 1; minute <= minutes; ) {
      Thread.sleep(SAMPLE);
      for (Confined it : confined.values()) {
        requireNotKilled(it);
        it.rss().add(rssMebibytes(it.container()));
        it.heap().add(heapMebibytes(it.container()));
      }
      if (System.nanoTime() - start >= Duration.ofMinutes(minute).toNanos()) {
        System.out.printf("minute %d, %,d records%n", minute, input.sent());
        confined.values().forEach(MemoryCampaign::print);
        minute = (int) ((System.nanoTime() - start) / Duration.ofMinutes(1).toNanos()) + 1;
      }
    }
  }

  private static void print(Confined confined) {
    System.out.printf(
        "  %-10s limit %,6d MiB  process %,6d MiB  heap %,6d MiB  started again %d%n",
        confined.service(),
        confined.limitBytes() >> 20,
        confined.rss().getLast(),
        confined.heap().getLast(),
        confined.ends().size());
  }

  /**
   * Starts a container again that ended by an error, as Kubernetes does; but none may be killed by
   * the kernel (137) or end for lack of heap (3, {@code ExitOnOutOfMemoryError}).
   */
  private static void requireNotKilled(Confined confined) {
    var state = confined.container().getCurrentContainerInfo().getState();
    if (Boolean.TRUE.equals(state.getRunning())) {
      return;
    }
    assertThat(state.getExitCodeLong())
        .as(() -> confined.service() + " was killed: " + logs(confined))
        .isNotIn(137L, 3L);
    assertThat(state.getOOMKilled()).as(() -> confined.service() + ": " + logs(confined)).isFalse();
    confined.ends().add(state.getExitCodeLong());
    confined
        .container()
        .getDockerClient()
        .startContainerCmd(confined.container().getContainerId())
        .exec();
  }

  /** The mean of the last third exceeds that of the second by less than a tenth of the limit. */
  private static void assertFlat(Confined confined) {
    List<Long> rss = confined.rss();
    double second = mean(rss.subList(rss.size() / 3, 2 * rss.size() / 3));
    double last = mean(rss.subList(2 * rss.size() / 3, rss.size()));
    System.out.printf(
        "%-10s limit %,6d MiB  most %,6d MiB  second third %,.0f MiB  last third %,.0f MiB  most"
            + " heap %,d MiB%n",
        confined.service(),
        confined.limitBytes() >> 20,
        rss.stream().mapToLong(Long::longValue).max().orElse(0),
        second,
        last,
        confined.heap().stream().mapToLong(Long::longValue).max().orElse(0));
    assertThat(last - second)
        .as("growth of " + confined.service() + " in MiB")
        .isLessThan((confined.limitBytes() >> 20) / 10.0);
  }

  private static double mean(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).average().orElse(0);
  }

  private static String logs(Confined confined) {
    String logs = confined.container().getLogs();
    return logs.substring(Math.max(0, logs.length() - 6_000));
  }

  private static long rssMebibytes(GenericContainer<?> container) throws Exception {
    try {
      String status = container.execInContainer("cat", "/proc/1/status").getStdout();
      Matcher found = RSS.matcher(status);
      return found.find() ? Long.parseLong(found.group(1)) >> 10 : 0;
    } catch (RuntimeException e) {
      return 0; // It is starting again.
    }
  }

  private long heapMebibytes(GenericContainer<?> container) throws InterruptedException {
    // By its own address: the engine maps another port when it starts a container again.
    String address =
        container.getCurrentContainerInfo().getNetworkSettings().getNetworks().values().stream()
                .map(ContainerNetwork::getIpAddress)
                .findFirst()
                .orElse("")
            + ":"
            + HTTP_PORT;
    var request =
        HttpRequest.newBuilder(URI.create("http://" + address + "/metrics"))
            .timeout(Duration.ofSeconds(10))
            .build();
    try {
      String metrics = http.send(request, BodyHandlers.ofString()).body();
      return (long)
              HEAP.matcher(metrics)
                  .results()
                  .map(MatchResult::group)
                  .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                  .sum()
          >> 20;
    } catch (IOException | IllegalArgumentException e) {
      return 0; // It is busy, or has just ended, which the next sample finds.
    }
  }

  private static Confined confined(
      String service, Map<Boolean, DockerImageName> images, Network network) throws Exception {
    long limit = Manifests.memoryBytes(service);
    boolean withEngine = Manifests.container(service).getImage().equals("millrace-vision");
    DockerImageName image = images.get(withEngine);
    var container =
        new GenericContainer<>(image)
            .withNetwork(network)
            .withCommand("up", "--bootstrap", KAFKA, "--services", service, "--http-port", "9404")
            .withEnv("MILLRACE_TOPICS_CREATE", "false")
            // All services share a machine here; their transactions may take longer.
            .withEnv("MILLRACE_KAFKA_TRANSACTION_TIMEOUT_MS", "120000")
            // Not a tmpfs, which would count as memory.
            .withEnv("MILLRACE_STATE_DIRECTORY", "/tmp/streams")
            .withExposedPorts(HTTP_PORT)
            .withCreateContainerCmdModifier(
                command -> command.getHostConfig().withMemory(limit).withMemorySwap(limit))
            // A service that waits for the broker longer than it may ends, and is started again.
            .waitingFor(NO_WAIT);
    return new Confined(
        service, limit, container, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
  }

  private static GenericContainer<?> topics(DockerImageName image, Network network) {
    return new GenericContainer<>(image)
        .withNetwork(network)
        .withCommand("topics", "apply", "--bootstrap", KAFKA)
        .withStartupCheckStrategy(
            new OneShotStartupCheckStrategy().withTimeout(Duration.ofMinutes(3)));
  }
}
