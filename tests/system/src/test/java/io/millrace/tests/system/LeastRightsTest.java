package io.millrace.tests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.millrace.cli.Main;
import io.millrace.cli.command.CommandException;
import io.millrace.cli.settings.ServiceRegistry;
import io.millrace.cli.up.AllInOne;
import io.millrace.runtime.lifecycle.ServiceType;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.testing.Await;
import io.millrace.runtime.testing.KafkaTestClient;
import io.millrace.runtime.testing.SampleImages;
import io.millrace.topics.Catalogue;
import io.millrace.topics.Provisioner;
import io.millrace.topics.access.Right;
import io.millrace.topics.access.Right.Need;
import io.millrace.topics.access.Rights;
import io.millrace.topics.access.RightsReview;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * On a cluster that demands TLS and a password, and grants each service, and those who send, watch
 * and operate, exactly the rights that the catalogue says, everything works; one right less is
 * named. Each test leaves the rights as they were.
 */
@TestMethodOrder(OrderAnnotation.class)
final class LeastRightsTest {

  private static final List<String> SERVICES =
      ServiceRegistry.ALL.stream().map(ServiceType::name).toList();

  @TempDir private static Path folder;
  private static final Rights RIGHTS = new Rights(Catalogue.load(), "");
  private static SecuredBroker kafka;
  private final List<AllInOne> running = new ArrayList<>();

  @BeforeAll
  static void grantWhatTheCatalogueSays() throws Exception {
    kafka = SecuredBroker.start(folder, RIGHTS.everyone());
    new Provisioner(kafka.admin(), "").createMissing(Catalogue.load());
    kafka.grant(
        RIGHTS.everyone().stream().collect(Collectors.toMap(Function.identity(), RIGHTS::of)));
  }

  @AfterAll
  static void stopBroker() {
    kafka.close();
  }

  @AfterEach
  void stop() {
    running.forEach(AllInOne::close);
  }

  @Test
  @Order(1)
  void everythingWorksWithExactlyTheRightsOfTheCatalogue() throws Exception {
    ListAppender<ILoggingEvent> logged = logAll();
    SERVICES.forEach(service -> awaitMissing(service));
    SERVICES.forEach(service -> running.add(start(service)));
    running.forEach(one -> Await.until("readiness", () -> ready(one)));

    sendLabelled("first");
    assertThat(first("predictions", 2)).contains("image/first", "document/first");
    assertThat(first("reconstructions", 1)).contains("first");
    assertThat(first("document-vectors", 1)).contains("miller");
    sendGarbage();
    assertThat(first("dead-letters", 1)).contains("garbage");
    operate();
    assertThat(running).allMatch(LeastRightsTest::ready);
    assertThat(running).allSatisfy(one -> assertThat(one.missingRights()).isEmpty());
    for (AllInOne one : running) {
      String metrics = one.host().metrics().scrape();
      assertThat(metrics).contains("kafka_").doesNotContain(SecuredBroker.SECRET);
    }
    stopLogging(logged);
    assertThat(List.copyOf(logged.list))
        .anySatisfy(event -> assertThat(event.getFormattedMessage()).contains("sasl.jaas.config"))
        .allSatisfy(
            event -> assertThat(event.getFormattedMessage()).doesNotContain(SecuredBroker.SECRET));
  }

  /** What is logged from now on, at a level at which Kafka's clients log their settings. */
  private static ListAppender<ILoggingEvent> logAll() {
    var root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    var logged = new ListAppender<ILoggingEvent>();
    logged.start();
    root.addAppender(logged);
    root.setLevel(Level.INFO);
    return logged;
  }

  private static void stopLogging(ListAppender<ILoggingEvent> logged) {
    var root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    root.detachAppender(logged);
    root.setLevel(Level.WARN);
  }

  private void operate() throws Exception {
    assertThat(command("operators", "topics", "apply")).isNotEmpty();
    assertThat(command("operators", "models", "list")).contains("vision");
    command("operators", "models", "close-step", "vision");
    assertThat(command("operators", "replay", "vision", "--as", "same")).contains("replayed");
    command("operators", "forget", "document/nobody", "--dry-run");
    command("operators", "forget", "document/nobody", "image/nobody", "--all-models");
    command("operators", "documents", "refresh");
    assertThat(command("operators", "dead-letters", "list")).contains("garbage");
    assertThat(command("operators", "dead-letters", "replay", "--again")).contains("1");
  }

  @Test
  @Order(2)
  void oneRightLessIsNamed() throws Exception {
    int most = SERVICES.stream().mapToInt(service -> RIGHTS.of(service).size()).max().orElseThrow();
    for (int i = 0; i < most; i++) {
      Map<String, Right> revoked = new HashMap<>();
      for (String service : SERVICES) {
        if (i < RIGHTS.of(service).size()) {
          revoked.put(service, RIGHTS.of(service).get(i));
        }
      }
      kafka.revoke(revoked);
      revoked.forEach(this::awaitMissing);
      kafka.grant(
          revoked.entrySet().stream()
              .collect(Collectors.toMap(Map.Entry::getKey, it -> List.of(it.getValue()))));
      revoked.keySet().forEach(service -> awaitMissing(service));
    }
  }

  @Test
  @Order(3)
  void aServiceThatLacksARightDoesNotStartAndSaysWhatGrantsIt() throws Exception {
    Right read = right("labelling", "READ on the topic images");
    kafka.revoke(Map.of("labelling", read));
    awaitMissing("labelling", read);

    assertThatThrownBy(() -> start("labelling"))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("User:labelling lacks rights")
        .hasMessageContaining("READ on the topic images, for labelling")
        .hasMessageContaining(
            "--add --allow-principal 'User:labelling' --operation Read --topic 'images'");
    kafka.grant(Map.of("labelling", List.of(read)));
  }

  @Test
  @Order(4)
  void whatIsForAdviceAloneStopsNoService() throws Exception {
    List<Right> advice =
        RIGHTS.of("search").stream().filter(right -> right.need() == Need.ADVICE).toList();
    for (Right right : advice) {
      kafka.revoke(Map.of("search", right));
    }

    AllInOne search = start("search");
    running.add(search);

    Await.until("readiness", () -> ready(search));
    kafka.grant(Map.of("search", advice));
  }

  @Test
  void aWrongPasswordIsSaidAndNotShown() throws Exception {
    Path settings = kafka.file(kafka.settings("text", "guessed"));
    var out = new StringWriter();
    var err = new StringWriter();

    int status =
        Main.run(
            new PrintWriter(out),
            new PrintWriter(err),
            "up",
            "--services",
            "text",
            "--http-port",
            "0",
            "--bootstrap",
            kafka.settings("text").get("bootstrap.servers"),
            "--config",
            settings.toString());

    assertThat(status).isEqualTo(1);
    assertThat(out.toString() + err).contains("Authentication failed").doesNotContain("guessed");
  }

  /** The controller answers before the broker obeys. */
  private void awaitMissing(String service, Right... expected) {
    try (Admin admin = Admin.create(settings(service).kafkaClient())) {
      var review = new RightsReview(admin);
      Await.until(
          service + " lacks exactly " + List.of(expected),
          () -> review.missing(RIGHTS.of(service)).equals(List.of(expected)));
    }
  }

  private Right right(String service, String text) {
    return RIGHTS.of(service).stream()
        .filter(right -> right.toString().equals(text))
        .findFirst()
        .orElseThrow();
  }

  private static AllInOne start(String service) {
    return AllInOne.start(
        settings(service), ServiceRegistry.byName(List.of(service)), Optional.empty());
  }

  private static boolean ready(AllInOne one) {
    assertThat(one.host().failure()).isEmpty();
    return one.host().ready();
  }

  private static Settings settings(String user) {
    Map<String, String> all = new HashMap<>(kafka.settings(user));
    all.put("http.port", "0");
    all.put("state.directory", folder.resolve("state-" + user).toString());
    for (String trainer : List.of("vision", "classifier", "embedding")) {
      all.put(trainer + ".step.idle.ms", "200");
    }
    return Settings.of(all);
  }

  private String first(String topic, int records) throws Exception {
    return command(
        "watchers", "watch", topic, "--no-bytes", "--from", "earliest", "--limit", records + "");
  }

  private String command(String user, String... command) throws Exception {
    var out = new StringWriter();
    var err = new StringWriter();
    String[] all =
        Stream.concat(
                Stream.of(command),
                Stream.of("--config", kafka.file(kafka.settings(user)).toString()))
            .toArray(String[]::new);
    int status = Main.run(new PrintWriter(out), new PrintWriter(err), all);
    assertThat(status).as("%s: %s", List.of(command), err).isZero();
    return out.toString();
  }

  private void sendLabelled(String id) throws Exception {
    Path image = Files.write(folder.resolve(id + ".png"), SampleImages.png(id.length()));
    Path mail = Files.writeString(folder.resolve(id + ".txt"), "the miller grinds the corn");
    Path labels =
        Files.writeString(
            folder.resolve(id + ".csv"),
            "subject,label\nimage/%s,upright\ndocument/%s,ham\n".formatted(id, id));
    command("producers", "send", "images", image.toString());
    command("producers", "send", "documents", mail.toString());
    command("producers", "send", "labels", labels.toString());
  }

  private void sendGarbage() throws Exception {
    try (var client = new KafkaTestClient(kafka.internalServers())) {
      client.send(KafkaTestClient.TOPICS.images(), "garbage", "no image at all").get();
    }
  }
}
