package io.millrace.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.kafka.FailedCommits;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.TransactionFailure;
import io.millrace.runtime.lifecycle.LoopService;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.lifecycle.ServiceHost;
import io.millrace.runtime.lifecycle.StalledService;
import io.millrace.runtime.metrics.ClientMetrics;
import io.millrace.runtime.metrics.LoopMetrics;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.testing.InstalledProgram;
import io.millrace.runtime.testing.JavaProcess;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.runtime.training.TrainerStates;
import io.millrace.scoring.ScoringStates;
import io.millrace.scoring.promotion.BlockedPromotion;
import io.millrace.topics.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each alert fires on the metrics that the code exposes when what it tells of has happened, and is
 * silent before: a metric or a tag that is renamed, a counter that nobody increments, or a gauge
 * that ends with its process would leave an alert dead though its rule is right. Faults are made in
 * the classes that own the metrics; clocks are moved where an alert waits.
 */
final class AlertsOnFaultsTest {

  private static final YAMLMapper YAML = new YAMLMapper();
  private static final Topics TOPICS = new Topics("");
  private static final int BEFORE = 20;

  /** What an alert tells of. */
  private interface Fault {
    ScrapeHistory happens(TestKafka kafka) throws Exception;
  }

  /** By the name of the alert. */
  private final Map<String, Fault> faults = new LinkedHashMap<>();

  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  /** Meters hold their sources weakly. */
  private final List<Object> held = new ArrayList<>();

  AlertsOnFaultsTest() {
    faults.put("MillraceServiceMissing", _ -> aServiceThatIsGone());
    faults.put("MillraceServiceDown", _ -> aProcessThatDoesNotAnswer());
    faults.put("MillraceServiceFailed", _ -> aServiceThatFails());
    faults.put("MillraceServiceRestarts", _ -> aProcessThatStartsAgainAndAgain());
    faults.put("MillraceServiceStalled", _ -> aLoopThatStandsStill());
    faults.put("MillraceServiceNotReady", _ -> aServiceThatDoesNotGetReady());
    faults.put("MillraceNoActiveTrainer", _ -> aTrainerThatOnlyStandsBy());
    faults.put(
        "MillraceDeadLetters", _ -> loop("MillraceDeadLetters", 1, AlertsOnFaultsTest::reject));
    faults.put("MillraceRecordsHeldBack", _ -> recordsThatNobodyLearnsFrom());
    faults.put("MillraceBacklogGrows", this::aConsumerThatFallsBehind);
    faults.put("MillraceModelStale", this::aTrainerThatPublishesNothing);
    faults.put(
        "MillraceVersionPassedOver",
        _ -> scoring("MillraceVersionPassedOver", ScoringStates::passOver));
    faults.put("MillracePromotionBlocked", _ -> rulesThatCannotWork());
    faults.put(
        "MillraceShadowFails",
        _ ->
            scoring(
                "MillraceShadowFails",
                it -> {
                  for (int i = 0; i < 3; i++) {
                    it.shadowFails();
                  }
                }));
    faults.put(
        "MillraceTransactionsAborted",
        _ -> loop("MillraceTransactionsAborted", 8, failure(FailedCommits.refused())));
    faults.put(
        "MillraceTransactionsTimedOut",
        _ -> loop("MillraceTransactionsTimedOut", 3, failure(FailedCommits.timedOut())));
    faults.put(
        "MillraceInstancesFenced",
        _ -> loop("MillraceInstancesFenced", 8, failure(FailedCommits.fenced())));
    faults.put("MillraceDrift", _ -> scoring("MillraceDrift", ScoringStates::drift));
  }

  @Test
  void everyAlertHasAFault() throws IOException {
    assertThat(faults.keySet())
        .containsExactlyInAnyOrderElementsOf(rules().findValuesAsText("alert"));
  }

  @Test
  void eachFiresWhenWhatItTellsOfHappensAndNotBefore(@TempDir Path folder) throws Exception {
    InstalledProgram promtool = InstalledProgram.required("promtool");
    ObjectNode file = YAML.createObjectNode();
    file.putArray("rule_files")
        .add(RepositoryPaths.DEPLOY.resolve("prometheus/rules.yml").toString());
    file.put("evaluation_interval", "1m");
    ArrayNode tests = file.putArray("tests");
    Pattern wanted = metricsOfRules();
    try (var kafka = new TestKafka()) {
      for (Fault fault : faults.values()) {
        tests.add(fault.happens(kafka).test(YAML, wanted));
        held.clear();
        meters.clear();
      }
    }
    Path written = folder.resolve("faults.yml");
    YAML.writeValue(written.toFile(), file);

    assertThat(promtool.run("test", "rules", written.toString())).contains("SUCCESS");
  }

  private static JsonNode rules() throws IOException {
    return YAML.readTree(RepositoryPaths.DEPLOY.resolve("prometheus/rules.yml").toFile());
  }

  private static Pattern metricsOfRules() throws IOException {
    String expressions = String.join(" ", rules().findValuesAsText("expr"));
    return Pattern.compile(
        Pattern.compile("\\b(?:millrace_|kafka_|process_)\\w+|\\bup\\b")
            .matcher(expressions)
            .results()
            .map(MatchResult::group)
            .distinct()
            .collect(Collectors.joining("|")));
  }

  private ScrapeHistory aServiceThatIsGone() throws Exception {
    try (var host = host(new LoopService("text", loop -> loop.setReady(true)))) {
      return history("MillraceServiceMissing", "service=\"text\"")
          .answers(scraped(host), BEFORE)
          .thenFails()
          .isGone(5);
    }
  }

  private ScrapeHistory aProcessThatDoesNotAnswer() throws Exception {
    var host = host(new LoopService("text", loop -> loop.setReady(true)));
    ScrapeHistory history =
        history("MillraceServiceDown", "").answers(scraped(host), BEFORE).thenFails();
    int port = host.httpPort();
    host.close();
    try {
      scraped(port);
    } catch (IOException e) {
      return history.isDown(5);
    }
    throw new AssertionError("a process that has ended answers");
  }

  private ScrapeHistory aServiceThatFails() throws Exception {
    var fail = new CountDownLatch(1);
    var service =
        new LoopService(
            "vision",
            loop -> {
              loop.setReady(true);
              await(fail);
              throw new StackOverflowError();
            });
    try (var host = host(service)) {
      ScrapeHistory history =
          history("MillraceServiceFailed", "").answers(scraped(host), BEFORE).thenFails();
      fail.countDown();
      TestKafka.await("the failure", () -> service.health() == Service.Health.FAILED);
      return history.answers(scraped(host), 1).isGone(2);
    }
  }

  private ScrapeHistory aProcessThatStartsAgainAndAgain() throws Exception {
    List<String> scrapes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      // One after the other, so that no two start in the same millisecond.
      Process process =
          JavaProcess.withTests(
                  RestartedProcess.class.getName(),
                  List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
                  List.of())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      scrapes.add(new String(process.getInputStream().readAllBytes(), UTF_8));
    }
    ScrapeHistory history =
        history("MillraceServiceRestarts", "").answers(scrapes.getFirst(), BEFORE).thenFails();
    scrapes.subList(1, 4).forEach(it -> history.answers(it, 3));
    return history;
  }

  private ScrapeHistory aLoopThatStandsStill() {
    var service = keep(new StalledService("labelling", meters));
    return history("MillraceServiceStalled", 1, () -> service.standStill(Duration.ofSeconds(301)));
  }

  private ScrapeHistory aServiceThatDoesNotGetReady() throws Exception {
    var again = new CountDownLatch(1);
    var service =
        new LoopService(
            "search",
            loop -> {
              loop.setReady(true);
              await(again);
              var stop = new CountDownLatch(1);
              loop.setWakeup(stop::countDown);
              loop.setReady(false);
              await(stop);
            });
    try (var host = host(service)) {
      ScrapeHistory history =
          history("MillraceServiceNotReady", "").answers(scraped(host), BEFORE).thenFails();
      again.countDown();
      TestKafka.await("not ready", () -> service.health() == Service.Health.STARTING);
      return history.answers(scraped(host), 17);
    }
  }

  private ScrapeHistory aTrainerThatOnlyStandsBy() {
    var trainer = keep(new TrainerStates("vision", meters));
    trainer.active(true);
    return history("MillraceNoActiveTrainer", 7, () -> trainer.active(false));
  }

  private ScrapeHistory recordsThatNobodyLearnsFrom() {
    var trainer = keep(new TrainerStates("vision", meters));
    trainer.active(true);
    return history("MillraceRecordsHeldBack", 245, () -> trainer.heldBack(40));
  }

  private ScrapeHistory aConsumerThatFallsBehind(TestKafka kafka) {
    try (var behind = new SlowConsumer(kafka, "scoring", kafka.topics().images().name())) {
      ScrapeHistory history =
          history("MillraceBacklogGrows", "").answers(meters.scrape(), BEFORE).thenFails();
      for (int i = 0; i < 3; i++) {
        behind.fall();
        history.answers(meters.scrape(), 10);
      }
      return history;
    }
  }

  private ScrapeHistory aTrainerThatPublishesNothing(TestKafka kafka) {
    var trainer = keep(new TrainerStates("vision", meters));
    trainer.active(true);
    trainer.published(Instant.now());
    try (var behind = new SlowConsumer(kafka, "vision", kafka.topics().imageExamples().name())) {
      behind.fall();
      return history(
          "MillraceModelStale",
          12,
          () -> trainer.published(Instant.now().minus(Duration.ofHours(2))));
    }
  }

  private ScrapeHistory rulesThatCannotWork() {
    var rules = keep(new BlockedPromotion(meters));
    return history("MillracePromotionBlocked", 1, () -> rules.fail(Duration.ofMinutes(11)));
  }

  private ScrapeHistory scoring(String alert, Consumer<ScoringStates> fault) {
    var scoring = keep(new ScoringStates(meters));
    return history(alert, 2, () -> fault.accept(scoring));
  }

  private ScrapeHistory loop(String alert, int times, Consumer<LoopMetrics> fault) {
    var loop = keep(LoopMetrics.ofBatches(meters, "scoring", TOPICS.deadLetters().name()));
    return history(
        alert, 3, () -> Collections.nCopies(times, fault).forEach(it -> it.accept(loop)));
  }

  private static Consumer<LoopMetrics> failure(RuntimeException exception) {
    return loop -> TransactionFailure.of(exception).count(loop);
  }

  private static void reject(LoopMetrics loop) {
    var record = new ConsumerRecord<>("images", 0, 17, new byte[] {1}, new byte[] {2});
    loop.committed(
        new long[] {1},
        0,
        List.of(DeadLetters.of(TOPICS, "scoring", record, "", "not an image")),
        Duration.ofMillis(1));
  }

  private ScrapeHistory history(String alert, int minutesAfter, Runnable fault) {
    ScrapeHistory history = history(alert, "").answers(meters.scrape(), BEFORE).thenFails();
    fault.run();
    return history.answers(meters.scrape(), minutesAfter);
  }

  private static ScrapeHistory history(String alert, String only) {
    return new ScrapeHistory(alert, only);
  }

  private <T> T keep(T source) {
    held.add(source);
    return source;
  }

  private static ServiceHost host(Service service) {
    return ServiceHost.start(
        Settings.of(
            Map.of("bootstrap.servers", "localhost:1", "http.port", "0", "failure.linger.ms", "0")),
        List.of(service));
  }

  private static String scraped(ServiceHost host) throws IOException, InterruptedException {
    return scraped(host.httpPort());
  }

  private static String scraped(int port) throws IOException, InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"));
      return http.send(request.build(), BodyHandlers.ofString()).body();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A consumer of a real topic that takes one record of many thousand. */
  private final class SlowConsumer implements AutoCloseable {

    private static final int MORE = 12_000;

    private final TestKafka kafka;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final ClientMetrics metrics;
    private final TopicPartition partition;

    SlowConsumer(TestKafka kafka, String service, String topic) {
      this.kafka = kafka;
      this.partition = new TopicPartition(topic, 0);
      this.consumer = KafkaClients.reader(kafka.settings(Map.of("kafka.max.poll.records", "1")));
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      // The metrics of a partition exist from its first fetch on; later ones show within a minute.
      fall(2);
      metrics = ClientMetrics.of(consumer, service, meters);
    }

    void fall() {
      fall(MORE);
    }

    private void fall(int records) {
      kafka.sendAll(
          Collections.nCopies(
              records, new ProducerRecord<>(partition.topic(), 0, new byte[] {1}, new byte[] {2})));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      TestKafka.await(
          "the lag",
          () -> {
            boolean polled = !consumer.poll(Duration.ofMillis(100)).isEmpty();
            return polled
                && consumer.currentLag(partition).orElse(0) == end - consumer.position(partition);
          });
    }

    @Override
    public void close() {
      metrics.close();
      consumer.close();
    }
  }
}
