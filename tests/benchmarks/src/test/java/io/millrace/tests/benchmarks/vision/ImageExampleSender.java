package io.millrace.tests.benchmarks.vision;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.runtime.records.ControlRecords;
import io.millrace.runtime.records.StepMarker;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.Image;
import io.millrace.schemas.avro.ImageExample;
import io.millrace.schemas.avro.Pixels;
import io.millrace.schemas.avro.Source;
import io.millrace.topics.Topics;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes labelled images to {@code image-examples}, as labelling does. */
final class ImageExampleSender implements AutoCloseable {

  private static final AvroCodec<ImageExample> EXAMPLES = AvroCodec.of(ImageExample.class);
  private static final AvroCodec<Image> IMAGES = AvroCodec.of(Image.class);

  private final KafkaProducer<byte[], byte[]> producer;
  private final String topic;
  private long sent;

  ImageExampleSender(String bootstrapServers, Topics topics) {
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    this.topic = topics.imageExamples().name();
  }

  String topic() {
    return topic;
  }

  /** Sends those at some places, in that order. */
  void send(IdxDataset images, List<Integer> order) {
    for (int index : order) {
      String subject = "image/" + sent;
      var pixels = new Pixels(28, 28, 1, ByteBuffer.wrap(images.image(index)));
      byte[] payload = IMAGES.encode(new Image(null, pixels, null));
      var example =
          new ImageExample(
              subject,
              ByteBuffer.wrap(payload),
              "application/avro",
              images.label(index),
              new Source("images", 0, sent++));
      producer.send(new ProducerRecord<>(topic, subject.getBytes(UTF_8), EXAMPLES.encode(example)));
    }
    producer.flush();
  }

  /** Lets the trainer learn from what fills no batch. */
  void closeStep() {
    producer.send(ControlRecords.of(topic, 0, new StepMarker(sent, 0, true)));
    producer.flush();
  }

  @Override
  public void close() {
    producer.close();
  }
}
