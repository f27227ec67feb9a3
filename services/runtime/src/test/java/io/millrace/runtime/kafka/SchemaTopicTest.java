package io.millrace.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.runtime.testing.TomorrowsBuild;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.Schemas;
import io.millrace.schemas.WriterSchemas;
import io.millrace.schemas.avro.Label;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Builds tell each other their schemas by a topic. */
final class SchemaTopicTest {

  private final TestKafka kafka = new TestKafka();

  @AfterEach
  void end() {
    kafka.close();
  }

  @Test
  void eachSchemaIsWrittenOnceHoweverManyProcessesStart() {
    for (int process = 0; process < 2; process++) {
      try (var topic = topic()) {
        topic.publish(SchemaTopic.own());
        topic.publish(SchemaTopic.own());
      }
    }

    assertThat(kafka.committed(kafka.topics().schemas().name()))
        .extracting(it -> new String(it.key(), StandardCharsets.US_ASCII))
        .doesNotHaveDuplicates()
        .hasSize(Schemas.values().length);
  }

  @Test
  void aSchemaThatALaterBuildHasWrittenIsFound() throws Exception {
    // Its own, since what a test before this one has found stays known to the process.
    Schema later =
        new Schema.Parser()
            .parse(
                TomorrowsBuild.tomorrow(AvroCodec.of(Label.class).schema())
                    .toString()
                    .replace("addedTomorrow", "addedLater"));
    GenericRecord record = new GenericData.Record(later);
    record.put("subject", "image/1");
    record.put("label", "7");
    record.put("addedLater", "of no use today");
    byte[] value = TomorrowsBuild.encode(record);

    try (var today = topic();
        var _ = WriterSchemas.lookIn(today);
        var tomorrow = topic()) {
      Decoded<Label> before = AvroCodec.of(Label.class).decode(value);
      kafka.send(
          new ProducerRecord<>(kafka.topics().schemas().name(), new byte[] {1}, new byte[0]));
      tomorrow.publish(SchemaTopic.own());
      tomorrow.publish(List.of(later));

      assertThat(before).isInstanceOf(Decoded.Invalid.class);
      assertThat(AvroCodec.of(Label.class).decode(value))
          .isEqualTo(Decoded.valid(new Label("image/1", "7")));
    }
  }

  @Test
  void aTopicThatWasMadeAgainIsReadFromItsBeginning() {
    List<Schema> schemas = SchemaTopic.own();
    try (var reader = topic()) {
      publish(schemas);
      assertThat(reader.find(fingerprint(schemas.getFirst()))).isPresent();

      kafka.makeAgain(kafka.topics().schemas().name());
      // In another order, and more than before: what lies behind the old end is not all.
      Schema newer =
          new Schema.Parser().parse("{\"type\": \"enum\", \"name\": \"N\", \"symbols\": [\"A\"]}");
      publish(List.of(newer));
      publish(schemas.reversed());
      publish(List.of(Schema.create(Schema.Type.LONG)));

      assertThat(reader.find(fingerprint(schemas.getFirst())))
          .contains(schemas.getFirst().toString());
      assertThat(reader.find(fingerprint(newer))).contains(newer.toString());
    }
  }

  private void publish(List<Schema> schemas) {
    try (var topic = topic()) {
      topic.publish(schemas);
    }
  }

  private static long fingerprint(Schema schema) {
    return SchemaNormalization.parsingFingerprint64(schema);
  }

  @Test
  void withoutTheTopicAWriterSaysHowToMakeItAndAReaderFindsNothing() throws Exception {
    String name = kafka.topics().schemas().name();
    kafka.admin().deleteTopics(List.of(name)).all().get();
    TestKafka.await("the deletion", () -> !exists(name));

    try (var topic = topic()) {
      assertThat(topic.find(4711)).isEmpty();
      assertThatThrownBy(() -> topic.publish(SchemaTopic.own()))
          .isInstanceOf(IncompatibleStateException.class)
          .hasMessageContaining("create it with `millrace topics apply`");
    }
  }

  private boolean exists(String topic) {
    try {
      return kafka.admin().listTopics().names().get().contains(topic);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private SchemaTopic topic() {
    return new SchemaTopic(kafka.settings(Map.of()));
  }
}
