package io.millrace.tests.system;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.testing.KafkaTestClient;
import io.millrace.runtime.testing.SampleImages;
import io.millrace.schemas.avro.ImageExample;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Labels arrive separately from their images, half of them before and half after. */
@ExtendWith(SharedMillrace.Extension.class)
final class LabelsTest {

  private static final int IMAGES = 600;
  private static final int DISPLACEMENT = 300;

  private final Random random = new Random(5);

  /**
   * Something to send.
   *
   * @param place where in the stream
   */
  private record Sending(int image, boolean label, int place) {}

  @Test
  void eachImageIsLearnedFromOnceWithItsLabel(SharedMillrace up) {
    KafkaTestClient client = up.client();

    stream().forEach(it -> send(client, it));
    client.flush();

    List<ImageExample> examples =
        client.awaitValues(
            KafkaTestClient.TOPICS.imageExamples(), "examples", all -> ours(all).size() >= IMAGES);
    assertThat(ours(examples)).hasSize(IMAGES);
    assertThat(
            ours(examples).stream()
                .collect(toMap(ImageExample::getSubject, ImageExample::getLabel)))
        .isEqualTo(
            IntStream.range(0, IMAGES)
                .boxed()
                .collect(toMap(i -> "image/apart-" + i, SampleImages::label)));
  }

  private static void send(KafkaTestClient client, Sending it) {
    String id = "apart-" + it.image();
    if (it.label()) {
      client.send(KafkaTestClient.TOPICS.labels(), "image/" + id, SampleImages.label(it.image()));
    } else {
      client.send(KafkaTestClient.TOPICS.images(), id, SampleImages.png(it.image()));
    }
  }

  private List<Sending> stream() {
    List<Sending> stream = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      int apart = random.nextInt(1, DISPLACEMENT);
      stream.add(new Sending(i, false, i));
      stream.add(new Sending(i, true, i % 2 == 0 ? i - apart : i + apart));
    }
    stream.sort(Comparator.comparingInt(Sending::place));
    return stream;
  }

  private static List<ImageExample> ours(List<ImageExample> all) {
    return all.stream().filter(it -> it.getSubject().startsWith("image/apart-")).toList();
  }
}
