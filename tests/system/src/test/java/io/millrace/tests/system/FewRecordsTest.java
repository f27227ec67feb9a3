package io.millrace.tests.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.dataset.LabelledImages;
import io.millrace.cli.demo.data.DemoData;
import io.millrace.cli.demo.data.GrayscaleImages;
import io.millrace.cli.demo.data.Mail;
import io.millrace.runtime.testing.Await;
import io.millrace.runtime.testing.KafkaTestClient;
import io.millrace.runtime.testing.MillraceProcess;
import io.millrace.schemas.avro.Prediction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A user's first records: twenty of each class, sent by a plain client to {@code millrace up} with
 * its own settings, are enough to be answered.
 */
final class FewRecordsTest {

  private static final int FEW = 20;
  private static final int FRESH = 100;

  @TempDir private static Path folder;

  private static MillraceProcess millrace;
  private static KafkaTestClient client;

  @BeforeAll
  static void start() throws Exception {
    int port = MillraceProcess.freePort();
    millrace =
        MillraceProcess.up(
            folder,
            List.of("-Xmx1g"),
            Map.of(),
            "--dir",
            folder.resolve("var").toString(),
            "--port",
            Integer.toString(port));
    millrace.awaitReady();
    client = new KafkaTestClient("127.0.0.1:" + port);
  }

  @AfterAll
  static void stop() throws Exception {
    client.close();
    millrace.kill();
  }

  @Test
  void zerosAndOnesAreToldApart() throws Exception {
    DemoData data = DemoData.read(Path.of("..", "..", "data"));
    for (int i : first(data.training(), FEW, digit -> digit <= 1)) {
      client.send(KafkaTestClient.TOPICS.images(), "few-" + i, png(data.training(), i));
      client.send(KafkaTestClient.TOPICS.labels(), "image/few-" + i, data.training().label(i));
    }
    client.flush();
    Map<String, String> truth = new HashMap<>();
    for (int i : first(data.heldOut(), FRESH / 2, digit -> digit <= 1)) {
      truth.put("image/" + i, data.heldOut().label(i));
    }

    awaitShareOfRight(
        truth,
        0.95,
        (round, id) -> {
          int number = Integer.parseInt(id.substring("image/".length()));
          client.send(
              KafkaTestClient.TOPICS.images(), round + "-" + number, png(data.heldOut(), number));
          return "image/" + round + "-" + number;
        });
  }

  @Test
  void mailsAreToldApart() throws Exception {
    List<Mail> mails = DemoData.read(Path.of("..", "..", "data")).mails();
    List<Mail> few = new ArrayList<>();
    for (String label : List.of("spam", "ham")) {
      mails.stream().filter(it -> it.label().equals(label)).limit(FEW).forEach(few::add);
    }
    for (Mail mail : few) {
      client.send(KafkaTestClient.TOPICS.documents(), mail.id(), mail.text());
      client.send(KafkaTestClient.TOPICS.labels(), "document/" + mail.id(), mail.label());
    }
    client.flush();
    Map<String, String> truth = new HashMap<>();
    Map<String, String> texts = new HashMap<>();
    mails.stream()
        .filter(it -> !few.contains(it))
        .limit(2L * FRESH)
        .forEach(it -> {
          truth.put(it.id(), it.label());
          texts.put(it.id(), it.text());
        });

    awaitShareOfRight(
        truth,
        0.85,
        (round, id) -> {
          client.send(KafkaTestClient.TOPICS.documents(), round + "-" + id, texts.get(id));
          return "document/" + round + "-" + id;
        });
  }

  /** Sends a fresh record without its label; returns its subject. */
  private interface Sender {
    String send(int round, String id);
  }

  /** Asks again and again, each time under new names, until enough answers are right. */
  private void awaitShareOfRight(Map<String, String> truth, double share, Sender sender) {
    int[] round = {0};
    Await.until(
        share + " of the answers right",
        () -> {
          round[0]++;
          Map<String, String> subjects = new HashMap<>();
          truth.forEach((id, label) -> subjects.put(sender.send(round[0], id), label));
          client.flush();
          Map<String, Prediction> answers = answers(subjects);
          long right =
              subjects.entrySet().stream()
                  .filter(it -> it.getValue().equals(answers.get(it.getKey()).getLabel()))
                  .count();
          assertThat(answers.values())
              .allSatisfy(
                  it -> assertThat(it.getLabel() == null).isEqualTo(it.getReason() != null));
          return right >= share * truth.size();
        });
  }

  private Map<String, Prediction> answers(Map<String, String> subjects) {
    Map<String, Prediction> answers = new HashMap<>();
    client.awaitValues(
        KafkaTestClient.TOPICS.predictions(),
        "answers",
        all -> {
          all.forEach(it -> answers.put(it.getSubject(), it));
          return answers.keySet().containsAll(subjects.keySet());
        });
    return answers;
  }

  private static byte[] png(LabelledImages images, int number) {
    return GrayscaleImages.png(
        GrayscaleImages.grey(images.width(), images.height(), images.image(number)));
  }

  /** The first images of each wanted digit, in the order of the set. */
  private static List<Integer> first(LabelledImages images, int ofEach, IntPredicate wanted) {
    int[] taken = new int[10];
    return IntStream.range(0, images.count())
        .filter(i -> {
          int digit = Integer.parseInt(images.label(i));
          return wanted.test(digit) && taken[digit]++ < ofEach;
        })
        .boxed()
        .toList();
  }
}
