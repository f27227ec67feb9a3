package io.millrace.cli.demo.data;

import io.millrace.runtime.records.ControlRecords;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.ContentType;
import io.millrace.schemas.avro.Document;
import io.millrace.schemas.avro.Image;
import io.millrace.schemas.avro.Pixels;
import io.millrace.topics.Topic;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends the data as an ordinary producer would: training images as Avro {@code Image} with their
 * label, mails as Avro {@code Document} with theirs, held-out images as bare PNG files.
 */
public final class DemoFeed implements AutoCloseable {

  private static final AvroCodec<Image> IMAGE = AvroCodec.of(Image.class);
  private static final AvroCodec<Document> DOCUMENT = AvroCodec.of(Document.class);
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);

  private final Settings settings;
  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicReference<Exception> failure = new AtomicReference<>();

  public DemoFeed(Settings settings) {
    this.settings = settings;
    Map<String, Object> client = new HashMap<>(settings.kafkaClient());
    client.put(ProducerConfig.LINGER_MS_CONFIG, 10);
    this.producer =
        new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** The id of the training image of that index. */
  static String trainingId(int index) {
    return String.format(Locale.ROOT, "train-%05d", index);
  }

  /** The id of the held-out image of that index. */
  public static String heldOutId(int index) {
    return String.format(Locale.ROOT, "held-out-%05d", index);
  }

  /**
   * Sends images and mails, so mixed that both streams last equally long; returns when all is
   * written.
   *
   * @param pace is asked before each record
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
    flush();
  }

  /** Sends held-out images without their labels; returns when all are written. */
  public void sendHeldOut(Digits images, FeedThrottle pace) throws InterruptedException {
    for (int i = 0; i < images.count(); i++) {
      pace.awaitImage(i);
      byte[] png =
          GrayscaleImages.png(
              GrayscaleImages.grey(images.width(), images.height(), images.image(i)));
      send(settings.topics().images(), heldOutId(i), png, ContentType.PNG);
    }
    flush();
  }

  /** Lets the trainers learn from what fills no batch; returns when the markers are written. */
  public void closeSteps() {
    for (Topic<?, ?> topic :
        List.of(
            settings.topics().imageExamples(),
            settings.topics().documentExamples(),
            settings.topics().documents())) {
      for (PartitionInfo partition : producer.partitionsFor(topic.name())) {
        send(ControlRecords.closeStep(topic.name(), partition.partition()));
      }
    }
    flush();
  }

  @Override
  public void close() {
    producer.close(CLOSE_WITHIN);
  }

  private void trainingImage(Digits digits, int index) {
    var pixels =
        new Pixels(digits.width(), digits.height(), 1, ByteBuffer.wrap(digits.image(index)));
    byte[] value = IMAGE.encode(new Image(null, pixels, digits.label(index)));
    send(settings.topics().images(), trainingId(index), value, ContentType.AVRO);
  }

  private void mail(Mail mail) {
    byte[] value = DOCUMENT.encode(new Document(mail.text(), mail.label()));
    send(settings.topics().documents(), mail.id(), value, ContentType.AVRO);
  }

  private void send(Topic<byte[], byte[]> topic, String id, byte[] value, ContentType type) {
    var record = new ProducerRecord<>(topic.name(), id.getBytes(StandardCharsets.UTF_8), value);
    record
        .headers()
        .add(EventHeaders.CONTENT_TYPE, type.mediaType().getBytes(StandardCharsets.UTF_8));
    send(record);
  }

  private void send(ProducerRecord<byte[], byte[]> record) {
    producer.send(
        record,
        (metadata, exception) -> {
          if (exception != null) {
            failure.compareAndSet(null, exception);
          }
        });
  }

  private void flush() {
    producer.flush();
    Exception first = failure.get();
    if (first != null) {
      throw new KafkaException("the data could not be sent: " + first.getMessage(), first);
    }
  }
}
