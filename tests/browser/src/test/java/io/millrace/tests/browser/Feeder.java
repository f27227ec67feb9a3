package io.millrace.tests.browser;

import io.millrace.cli.dataset.LabelledImages;
import io.millrace.cli.demo.data.DemoData;
import io.millrace.cli.demo.data.Mail;
import io.millrace.runtime.testing.KafkaTestClient;
import io.millrace.topics.Topic;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.kafka.common.errors.InterruptException;

/** Sends handwritten digits with their labels one by one, and some mails, until it is closed. */
final class Feeder implements AutoCloseable {

  private static final Path DATA = Path.of("../../data");
  private static final int MAILS = 60;

  /** A stream comes bit by bit: versions are made while it flows, and the page shows them. */
  private static final Duration PAUSE = Duration.ofMillis(25);

  private final KafkaTestClient client;
  private final Thread thread = new Thread(this::feed, "feeder");
  private final LabelledImages digits;
  private final List<Mail> mails;

  Feeder(String bootstrap) throws IOException {
    DemoData all = DemoData.read(DATA);
    digits = all.training();
    mails = Mail.everyNth(100, all.mails()).subList(0, MAILS);
    client = new KafkaTestClient(bootstrap);
    thread.start();
  }

  /** Sends a record. */
  void send(Topic<?, ?> topic, String key, String value) {
    client.send(topic, key, value);
  }

  private void feed() {
    try {
      for (int i = 0; i < digits.count(); i++) {
        client.send(KafkaTestClient.TOPICS.images(), "digit-" + i, png(i));
        client.send(KafkaTestClient.TOPICS.labels(), "image/digit-" + i, digits.label(i));
        if (i < mails.size()) {
          Mail mail = mails.get(i);
          client.send(KafkaTestClient.TOPICS.documents(), mail.id(), mail.text());
          client.send(KafkaTestClient.TOPICS.labels(), "document/" + mail.id(), mail.label());
        }
        Thread.sleep(PAUSE);
      }
    } catch (InterruptedException | InterruptException e) {
      Thread.currentThread().interrupt();
    }
  }

  private byte[] png(int index) {
    int width = digits.width();
    int height = digits.height();
    var image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setDataElements(0, 0, width, height, digits.image(index));
    var file = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file.toByteArray();
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    client.close();
  }
}
