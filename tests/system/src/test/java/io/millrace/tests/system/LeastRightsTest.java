package io.millrace.tests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * On a cluster that grants each service, and those who send and watch, exactly the rights that the
 * catalogue says, everything works; one right less is named.
 */
final class LeastRightsTest {

  private static final List<String> SERVICES =
      ServiceRegistry.ALL.stream().map(ServiceType::name).toList();

  @TempDir private Path folder;
  private final Rights rights = new Rights(Catalogue.load(), "");
  private final List<AllInOne> running = new ArrayList<>();
  private AuthorizingBroker kafka;

  @BeforeEach
  void grantWhatTheCatalogueSays() throws Exception {
    kafka = AuthorizingBroker.start(folder.resolve("broker"), rights.everyone());
    new Provisioner(kafka.admin(), "").createMissing(Catalogue.load());
    for (String who : rights.everyone()) {
      kafka.grant(who, rights.of(who));
    }
  }

  @AfterEach
  void stop() {
    running.forEach(AllInOne::close);
    kafka.close();
  }

  @Test
  void everythingWorksWithExactlyTheRightsOfTheCatalogue() throws Exception {
    SERVICES.forEach(service -> running.add(start(service)));
    running.forEach(one -> Await.until("readiness", () -> ready(one)));

    sendLabelled("first");
    assertThat(first("predictions", 2)).contains("image/first", "document/first");
    assertThat(first("reconstructions", 1)).contains("first");
    sendGarbage();
    assertThat(first("dead-letters", 1)).contains("garbage");
    assertThat(running).allMatch(LeastRightsTest::ready);
    assertThat(running).allSatisfy(one -> assertThat(one.missingRights()).isEmpty());
  }

  @Test
  void oneRightLessIsNamed() throws Exception {
    // Kafka Streams has made these once a service is ready.
    kafka
        .admin()
        .createTopics(
            Catalogue.load().streams().stream()
                .map(topic -> new NewTopic(topic.name(), 1, (short) 1))
                .toList())
        .all()
        .get();
    for (String service : SERVICES) {
      awaitMissing(service);
      for (Right right : rights.of(service)) {
        kafka.revoke(service, right);
        awaitMissing(service, right);
        kafka.grant(service, List.of(right));
      }
    }
  }

  @Test
  void aServiceThatLacksARightDoesNotStartAndSaysWhatGrantsIt() throws Exception {
    Right read = right("labelling", "READ on the topic images");
    kafka.revoke("labelling", read);
    awaitMissing("labelling", read);

    assertThatThrownBy(() -> start("labelling"))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("User:labelling lacks rights")
        .hasMessageContaining("READ on the topic images, for labelling")
        .hasMessageContaining(
            "--add --allow-principal 'User:labelling' --operation Read --topic 'images'");
  }

  @Test
  void whatIsForAdviceAloneStopsNoService() throws Exception {
    for (Right right : rights.of("search")) {
      if (right.need() == Need.ADVICE) {
        kafka.revoke("search", right);
      }
    }

    AllInOne search = start("search");
    running.add(search);

    Await.until("readiness", () -> ready(search));
  }

  /** The controller answers before the broker obeys. */
  private void awaitMissing(String service, Right... expected) {
    try (Admin admin = Admin.create(settings(service).kafkaClient())) {
      var review = new RightsReview(admin);
      Await.until(
          service + " lacks exactly " + List.of(expected),
          () -> review.missing(rights.of(service)).equals(List.of(expected)));
    }
  }

  private Right right(String service, String text) {
    return rights.of(service).stream()
        .filter(right -> right.toString().equals(text))
        .findFirst()
        .orElseThrow();
  }

  private AllInOne start(String service) {
    return AllInOne.start(
        settings(service), ServiceRegistry.byName(List.of(service)), Optional.empty());
  }

  private static boolean ready(AllInOne one) {
    assertThat(one.host().failure()).isEmpty();
    return one.host().ready();
  }

  private Settings settings(String user) {
    Map<String, String> all = new HashMap<>(kafka.settings(user));
    all.put("http.port", "0");
    all.put("state.directory", folder.resolve("state-" + user).toString());
    for (String trainer : List.of("vision", "classifier", "embedding")) {
      all.put(trainer + ".step.idle.ms", "200");
    }
    return Settings.of(all);
  }

  private String first(String topic, int records) {
    return command(
        "watchers", "watch", topic, "--no-bytes", "--from", "earliest", "--limit", records + "");
  }

  private String command(String user, String... command) {
    var out = new StringWriter();
    var err = new StringWriter();
    List<String> settings =
        kafka.settings(user).entrySet().stream()
            .flatMap(it -> Stream.of("--set", it.getKey() + "=" + it.getValue()))
            .toList();
    String[] all = Stream.concat(Stream.of(command), settings.stream()).toArray(String[]::new);
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
