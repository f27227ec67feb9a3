package io.millrace.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.topics.Topic;
import io.millrace.topics.Topics;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Records as a producer sends them: two kinds of images and texts, easy to distinguish. */
final class SampleRecords {

  private static final int SIDE = 28;
  private static final byte[] GARBAGE = {(byte) 0xff, 0, (byte) 0xfe};

  private SampleRecords() {}

  /**
   * Images and documents with some numbers, their labels, and one unusable record of each topic.
   */
  static List<ProducerRecord<byte[], byte[]>> records(Topics topics, int from, int to) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = from; i < to; i++) {
      String kind = i % 2 == 0 ? "even" : "odd";
      records.add(record(topics.images(), "i" + i, png(i)));
      records.add(record(topics.labels(), "image/i" + i, kind.getBytes(UTF_8)));
      String text = i % 2 == 0 ? "the miller grinds the corn" : "the stream drives the wheel";
      String json = "{\"text\": \"%s in year %d\", \"label\": \"%s\"}".formatted(text, i, kind);
      records.add(record(topics.documents(), "d" + i, json.getBytes(UTF_8)));
    }
    records.add(record(topics.images(), "bad" + from, GARBAGE));
    records.add(record(topics.documents(), "bad" + from, GARBAGE));
    records.add(record(topics.labels(), "bad" + from, GARBAGE));
    return records;
  }

  private static ProducerRecord<byte[], byte[]> record(
      Topic<byte[], byte[]> topic, String key, byte[] value) {
    return new ProducerRecord<>(topic.name(), key.getBytes(UTF_8), value);
  }

  static byte[] png(int number) {
    var image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
    for (int along = 4; along < SIDE - 4; along++) {
      int across = 4 + number % (SIDE - 8);
      boolean upright = number % 2 == 0;
      image.setRGB(upright ? across : along, upright ? along : across, 0xffffff);
    }
    var file = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file.toByteArray();
  }
}
