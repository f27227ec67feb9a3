package io.millrace.tests.system.earlier;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.runtime.testing.Await;
import io.millrace.runtime.testing.KafkaTestClient;
import io.millrace.runtime.testing.MillraceProcess;
import io.millrace.runtime.testing.SampleImages;
import io.millrace.schemas.avro.DocumentExample;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.schemas.avro.ImageExample;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.Prediction;
import io.millrace.topics.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** All services, in processes that are each of one of two builds, and a load on them. */
final class MixedCluster implements AutoCloseable {

  private static final List<String> SERVICES =
      List.of("text", "embedding", "labelling", "vision", "classifier", "scoring", "evaluation");

  /**
   * The services of each process. By default each has one of its own; on a small machine the system
   * property {@code upgrade.processes} puts several together: {@code text,labelling;vision}.
   */
  static final List<String> PROCESSES =
      List.of(System.getProperty("upgrade.processes", String.join(";", SERVICES)).split(";"));

  private static final List<String> SMALL_JVM =
      List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  private static final int STARTS = 20;

  /** Between two images, documents and their labels. */
  private static final long PAUSE_MILLIS = Long.getLong("upgrade.pause.ms", 200);

  /** Between two looks at how far a trainer is, each of which reads all versions. */
  private static final long LOOK_MILLIS = 1000;

  private final EarlierBuild build;
  private final String bootstrap;
  private final Path folder;
  private final Topics topics;
  private final KafkaTestClient client;
  private final Map<String, MillraceProcess> running = new HashMap<>();
  private final Thread load = Thread.ofPlatform().name("load").unstarted(this::send);
  private volatile boolean loaded = true;
  private volatile int sent;

  /**
   * Services of an earlier build.
   *
   * @param prefix of all topics and groups
   */
  MixedCluster(EarlierBuild build, String bootstrap, String prefix, Path folder)
      throws IOException {
    this.build = build;
    this.bootstrap = bootstrap;
    this.folder = Files.createDirectories(folder.resolve(prefix));
    this.topics = new Topics(prefix);
    this.client = new KafkaTestClient(bootstrap);
  }

  /** Starts all services in the earlier build. */
  void start() throws Exception {
    for (String services : PROCESSES) {
      running.put(services, started(() -> earlier(services)));
    }
  }

  /** A ready process. Like a platform, starts it again if a busy broker did not answer in time. */
  private static MillraceProcess started(Callable<MillraceProcess> starter) throws Exception {
    for (int attempt = 1; ; attempt++) {
      MillraceProcess process = starter.call();
      try {
        return process.awaitReady();
      } catch (AssertionError e) {
        process.close();
        if (attempt == STARTS || !process.lastOutput().contains("does not answer in time")) {
          throw e;
        }
      }
    }
  }

  /** Sends until {@link #outcome}. */
  void beginLoad() {
    load.start();
  }

  /** An instance of this build takes over from the earlier one. */
  void upgrade(String service) throws Exception {
    replace(service, () -> today(service));
  }

  /** And the other way round. */
  void rollBack(String service) throws Exception {
    replace(service, () -> earlier(service));
  }

  private void replace(String service, Callable<MillraceProcess> starter) throws Exception {
    MillraceProcess next = started(starter);
    Thread.sleep(1000); // Both work for a while.
    MillraceProcess before = running.put(service, next);
    before.assertAlive();
    int status = before.terminate();
    if (status != 0) {
      throw new AssertionError(service + " ended with " + status + ":\n" + before.lastOutput());
    }
    System.out.println(service + " is replaced");
  }

  private MillraceProcess earlier(String service) throws IOException {
    return process(Optional.of(build.classPath()), service, Map.of());
  }

  private MillraceProcess today(String service) throws IOException {
    return process(Optional.empty(), service, Map.of("upgrade.from", build.commit()));
  }

  private MillraceProcess process(
      Optional<String> classPath, String service, Map<String, String> more) throws IOException {
    Map<String, String> settings = new TreeMap<>(EarlierState.SETTINGS);
    settings.putAll(
        Map.of(
            "topics.prefix", topics.prefix(),
            "vision.rehearsal.passes", "0",
            "vision.step.batches", "8",
            "classifier.rehearsal.passes", "0",
            "classifier.step.batches", "8",
            "embedding.step.batches", "8"));
    settings.putAll(more);
    Path state = Files.createTempDirectory(folder, service);
    settings.put("state.directory", state.toString());
    settings.keySet().removeIf(it -> foreign(it, service));
    return MillraceProcess.up(
        classPath, state, SMALL_JVM, settings, "--services", service, "--bootstrap", bootstrap);
  }

  /** Scoring needs the settings of the vision; the others only their own. */
  private static boolean foreign(String setting, String services) {
    List<String> own = List.of(services.split(","));
    return SERVICES.stream().anyMatch(it -> setting.startsWith(it + "."))
        && own.stream().noneMatch(it -> setting.startsWith(it + ".") || it.equals("scoring"));
  }

  private void send() {
    try {
      for (int i = 0; loaded; i++) {
        client.send(topics.images(), "i" + i, SampleImages.png(i));
        client.send(topics.labels(), "image/i" + i, SampleImages.label(i));
        client.send(topics.documents(), "d" + i, EarlierStateRecording.text(i));
        client.send(topics.labels(), "document/d" + i, i % 2 == 0 ? "fox" : "hen");
        sent = i + 1;
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the load and waits until all is done; says what is lost, there twice, or refused. */
  String outcome() throws Exception {
    loaded = false;
    load.join();
    client.flush();
    List<String> images = IntStream.range(0, sent).mapToObj(i -> "image/i" + i).toList();
    List<String> documents = IntStream.range(0, sent).mapToObj(i -> "document/d" + i).toList();
    List<String> both = Stream.concat(images.stream(), documents.stream()).toList();
    client.awaitValues(topics.predictions(), "answers", all -> all.size() >= both.size());
    client.awaitValues(topics.imageExamples(), "examples", all -> all.size() >= sent);
    client.awaitValues(topics.documentExamples(), "examples", all -> all.size() >= sent);
    awaitLearned("vision");
    awaitLearned("classifier");
    var counts = new Counts();
    counts.compare(both, client.values(topics.predictions()).stream().map(Prediction::getSubject));
    counts.compare(
        images, client.values(topics.imageExamples()).stream().map(ImageExample::getSubject));
    counts.compare(
        documents,
        client.values(topics.documentExamples()).stream().map(DocumentExample::getSubject));
    counts.compare(
        documents,
        client.read(topics.documentVectors()).stream()
            .filter(it -> it.value() != null)
            .filter(it -> !vector(it.value()).getRefresh())
            .map(it -> "document/" + new String(it.key(), UTF_8)));
    counts.learned(sent, records("vision"));
    counts.learned(sent, records("classifier"));
    return "%d images, %d documents: %d lost, %d twice, %d refused"
        .formatted(sent, sent, counts.lost, counts.twice, client.read(topics.deadLetters()).size());
  }

  private DocumentVector vector(byte[] value) {
    return topics.documentVectors().values().deserializer().deserialize("", value);
  }

  /** Waits as long as the trainer goes on, however slow a busy machine makes it. */
  private void awaitLearned(String model) {
    try {
      for (long learned = records(model); learned < sent; learned = records(model)) {
        long before = learned;
        Await.until(model + " goes on from " + before, () -> looked(model) > before);
      }
    } catch (AssertionError e) {
      running.values().forEach(MillraceProcess::assertAlive);
      throw new AssertionError(
          "%s has learned from %d of %d:\n%s".formatted(model, records(model), sent, output(model)),
          e);
    }
  }

  /** What the process with a service has said. */
  private String output(String service) {
    return running.entrySet().stream()
        .filter(it -> List.of(it.getKey().split(",")).contains(service))
        .map(it -> it.getValue().lastOutput())
        .collect(Collectors.joining("\n"));
  }

  private long looked(String model) {
    try {
      Thread.sleep(LOOK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return records(model);
  }

  private long records(String model) {
    return EarlierState.newest(client, topics, model).map(ModelManifest::getRecords).orElse(0L);
  }

  /** What a topic lacks or has more than once. */
  private static final class Counts {
    private int lost;
    private int twice;

    void compare(List<String> wanted, Stream<String> found) {
      List<String> all = found.toList();
      Set<String> different = new HashSet<>(all);
      twice += all.size() - different.size();
      var missing = new ArrayList<>(wanted);
      missing.removeAll(different);
      lost += missing.size();
      if (!missing.isEmpty()) {
        System.out.println("lost: " + Arrays.toString(missing.toArray()));
      }
    }

    void learned(long wanted, long found) {
      lost += (int) Math.max(0, wanted - found);
      twice += (int) Math.max(0, found - wanted);
    }
  }

  @Override
  public void close() {
    loaded = false;
    running.values().forEach(MillraceProcess::close);
    client.close();
  }
}
