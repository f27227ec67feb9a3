package io.millrace.runtime.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.batch.BatchLoop;
import io.millrace.runtime.batch.BatchLoopConfig;
import io.millrace.runtime.batch.EchoProcessor;
import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.lifecycle.Service.Health;
import io.millrace.runtime.models.ModelRecords;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.streams.StreamsService;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.topics.Topic;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A few kilobytes on a topic may unpack to far more than anything that is sent. */
final class LargeRecordsTest {

  private static final int MEBIBYTE = 1024 * 1024;

  private final TestKafka kafka = new TestKafka();
  private final Topic<byte[], byte[]> images = kafka.topics().images();
  private final Settings settings = kafka.settings(Map.of());

  /** Both kinds of service, refusing whatever begins with an exclamation mark. */
  enum Kind {
    LOOP,
    STREAMS
  }

  @AfterEach
  void close() {
    kafka.close();
  }

  @ParameterizedTest
  @EnumSource
  void whatUnpacksToMoreThanAnInputMayHaveIsADeadLetterWholeUpToABound(Kind kind) {
    packed("small", new byte[] {1});
    packed("whole", garbage(12));
    packed("cut", garbage(60));
    packed("after", new byte[] {'!'});

    try (var running = new Running(service(kind))) {
      List<ConsumerRecord<byte[], byte[]>> letters =
          kafka.await(kafka.topics().deadLetters().name(), 3);

      assertThat(running.service.health()).isEqualTo(Health.READY);
      assertThat(letter(letters, "whole").value()).isEqualTo(garbage(12));
      assertThat(header(letter(letters, "whole"), DeadLetters.CUT)).isEmpty();
      ConsumerRecord<byte[], byte[]> cut = letter(letters, "cut");
      assertThat(cut.value()).isEqualTo(Arrays.copyOf(garbage(60), DeadLetters.PREFIX_BYTES));
      assertThat(header(cut, DeadLetters.CUT))
          .contains("value of 62914560 bytes", "SHA-256 " + ModelRecords.digest(garbage(60)));
      assertThat(header(cut, DeadLetters.REASON)).startsWith("an exclamation mark").contains("cut");
      assertThat(header(cut, DeadLetters.OFFSET)).matches("\\d+");
      assertThat(letter(letters, "after").value()).containsExactly('!');
    }
  }

  private static final class Running implements AutoCloseable {

    private final Service service;

    Running(Service service) {
      this.service = service;
      service.start();
    }

    @Override
    public void close() {
      service.close(Duration.ofSeconds(10));
    }
  }

  private Service service(Kind kind) {
    return switch (kind) {
      case LOOP ->
          BatchLoop.of(
              "echo",
              settings,
              BatchLoopConfig.from("echo", settings.read(BatchLoopConfig.definition("echo"))),
              () -> new EchoProcessor(kafka.topics(), topic -> true));
      case STREAMS -> new StreamsService("refuse", settings, topology(), registry -> {});
    };
  }

  private Topology topology() {
    var builder = new StreamsBuilder();
    var bytes = Serdes.ByteArray();
    builder.stream(images.name(), Consumed.with(bytes, bytes).withName("read"))
        .process(Refusal::new, Named.as("refuse"))
        .to(kafka.topics().deadLetters().name(), Produced.with(bytes, bytes).withName("write"));
    return builder.build();
  }

  private static final class Refusal extends ContextualProcessor<byte[], byte[], byte[], byte[]> {

    @Override
    public void process(Record<byte[], byte[]> record) {
      if (record.value()[0] == 33) {
        var at = context().recordMetadata().orElseThrow();
        var headers =
            DeadLetters.headers(
                record.headers(),
                "refuse",
                new DeadLetters.Origin(
                    at.topic(), "", at.partition(), at.offset(), record.timestamp()),
                "an exclamation mark");
        context().forward(record.withHeaders(headers));
      }
    }
  }

  private void packed(String key, byte[] value) {
    try (var producer = BoundedConsumerTest.packing(kafka)) {
      producer.send(new ProducerRecord<>(images.name(), 0, key.getBytes(UTF_8), value)).get();
    } catch (Exception e) {
      throw new IllegalStateException("cannot send " + key, e);
    }
  }

  private static byte[] garbage(int mebibytes) {
    byte[] garbage = new byte[mebibytes * MEBIBYTE];
    garbage[0] = '!';
    return garbage;
  }

  private static ConsumerRecord<byte[], byte[]> letter(
      List<ConsumerRecord<byte[], byte[]>> letters, String key) {
    return letters.stream()
        .filter(letter -> new String(letter.key(), UTF_8).equals(key))
        .findFirst()
        .orElseThrow();
  }

  private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
    return EventHeaders.text(letter.headers(), name).orElse("");
  }
}
