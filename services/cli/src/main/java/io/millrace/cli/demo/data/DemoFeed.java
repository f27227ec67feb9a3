package io.millrace.cli.demo.data;

import io.millrace.cli.dataset.LabelledImages;
import io.millrace.cli.kafka.RecordSender;
import io.millrace.cli.training.TrainedModel;
import io.millrace.runtime.administration.CloseStep;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.Document;
import io.millrace.schemas.avro.Image;
import io.millrace.schemas.avro.Pixels;
import io.millrace.schemas.input.ContentType;
import io.millrace.topics.Topic;
import io.millrace.topics.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Sends the data as any producer would: training images as Avro {@code Image} with their label,
 * mails as Avro {@code Document} with theirs, held-out images as PNG files without a label.
 */
public final class DemoFeed implements AutoCloseable {

  private static final Pattern IMAGE_ID = Pattern.compile("(train|held-out)-\\d{5}");
  private static final Pattern MAIL_ID = Pattern.compile("[a-z-]+-\\d+/\\d+");

  private static final AvroCodec<Image> IMAGE = AvroCodec.of(Image.class);
  private static final AvroCodec<Document> DOCUMENT = AvroCodec.of(Document.class);

  private final Settings settings;

  /** Kept, since settings are parsed anew each time that they are asked for. */
  private final Topics topics;

  private final RecordSender sender;

  public DemoFeed(Settings settings) {
    this.settings = settings;
    this.topics = settings.topics();
    this.sender = new RecordSender(settings);
  }

  /** The id of the training image of that index. */
  static String trainingId(int index) {
    return String.format(Locale.ROOT, "train-%05d", index);
  }

  /** The id of the held-out image of that index. */
  public static String heldOutId(int index) {
    return String.format(Locale.ROOT, "held-out-%05d", index);
  }

  /** Whether an id is one of an image of the demonstration, not of one that somebody else sends. */
  public static boolean isImage(String id) {
    return IMAGE_ID.matcher(id).matches();
  }

  /** Likewise of a mail: group and number in the corpus. */
  public static boolean isMail(String id) {
    return MAIL_ID.matcher(id).matches();
  }

  /**
   * Sends images and mails interleaved, so that both streams take equally long; returns when all
   * records are written.
   *
   * @param pace delays records that are too far ahead
   * @throws InterruptedException if it was interrupted while it waited
   */
  public void sendTraining(DemoData data, FeedThrottle pace) throws InterruptedException {
    int images = data.training().count();
    int mails = data.mails().size();
    int sent = 0;
    for (int i = 0; i < images; i++) {
      for (; sent < (long) (i + 1) * mails / images; sent++) {
        pace.awaitMail(sent);
        mail(data.mails().get(sent));
      }
      pace.awaitImage(i);
      trainingImage(data.training(), i);
    }
    sender.flush();
  }

  /** Sends held-out images without their labels; returns when all are written. */
  public void sendHeldOut(LabelledImages images, FeedThrottle pace) throws InterruptedException {
    for (int i = 0; i < images.count(); i++) {
      pace.awaitImage(i);
      byte[] png =
          GrayscaleImages.png(
              GrayscaleImages.grey(images.width(), images.height(), images.image(i)));
      send(topics.images(), heldOutId(i), png, ContentType.PNG);
    }
    sender.flush();
  }

  /** Makes the trainers learn from the records that do not fill a batch. */
  public void closeSteps() {
    for (TrainedModel model : TrainedModel.kinds()) {
      CloseStep.write(settings, model.toString(), model.input(topics));
    }
  }

  @Override
  public void close() {
    sender.close();
  }

  private void trainingImage(LabelledImages digits, int index) {
    var pixels =
        new Pixels(digits.width(), digits.height(), 1, ByteBuffer.wrap(digits.image(index)));
    byte[] value = IMAGE.encode(new Image(null, pixels, digits.label(index)));
    send(topics.images(), trainingId(index), value, ContentType.AVRO);
  }

  private void mail(Mail mail) {
    byte[] value = DOCUMENT.encode(new Document(mail.text(), mail.label()));
    send(topics.documents(), mail.id(), value, ContentType.AVRO);
  }

  private void send(Topic<byte[], byte[]> topic, String id, byte[] value, ContentType type) {
    var record = new ProducerRecord<>(topic.name(), id.getBytes(StandardCharsets.UTF_8), value);
    record
        .headers()
        .add(EventHeaders.CONTENT_TYPE, type.mediaType().getBytes(StandardCharsets.UTF_8));
    sender.send(record);
  }
}
