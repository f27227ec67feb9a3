package io.millrace.console.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.records.ControlRecords;
import io.millrace.runtime.testing.SampleImages;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.avro.Prediction;
import io.millrace.schemas.avro.Source;
import io.millrace.schemas.input.InputDecoder;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

final class ForgottenInputsTest {

  private static final String SUBJECT = "image/17";
  private static final MemoryBounds BOUNDS = new MemoryBounds(100, 1 << 20);

  private final ForgottenInputs forgotten = new ForgottenInputs(100_000);
  private final PredictionMemory predictions = new PredictionMemory(BOUNDS, forgotten);
  private final InputMemory inputs =
      new InputMemory(BOUNDS, InputDecoder.DEFAULT, 1_000_000, forgotten);

  @Test
  void aForgottenImageIsGoneFromEveryMemory() {
    inputs.image(record("images", 3, "17", SampleImages.png(1)));
    inputs.image(record("images", 4, "18", SampleImages.png(1)));
    inputs.label(record("labels", 0, "17", label()));
    predictions.prediction(prediction(0, SUBJECT, 3));
    predictions.prediction(prediction(1, "image/18", 4));
    predictions.reconstruction(reconstruction(3));
    var sent = inputs.image(SUBJECT).orElseThrow();
    assertThat(inputs.labelOf(sent)).isPresent();

    inputs.image(forgetting("images", 5));
    inputs.label(forgetting("labels", 1));

    assertThat(inputs.image(SUBJECT)).isEmpty();
    assertThat(inputs.labelOf(sent)).isEmpty();
    assertThat(predictions.of(SUBJECT)).isEmpty();
    assertThat(predictions.reconstruction("17")).isEmpty();
    assertThat(predictions.newest(10, _ -> true))
        .extracting(it -> it.prediction().getSubject())
        .containsExactly("image/18");
    assertThat(inputs.image("image/18")).isPresent();
  }

  /** Topics are read in any order: after a restart the answers may come last. */
  @Test
  void whatCameOfAForgottenImageIsIgnoredAndOfANewOneShown() {
    inputs.image(forgetting("images", 5));
    predictions.prediction(prediction(0, SUBJECT, 3));
    predictions.reconstruction(reconstruction(3));

    assertThat(predictions.of(SUBJECT)).isEmpty();
    assertThat(predictions.newest(10, _ -> true)).isEmpty();
    assertThat(predictions.reconstruction("17")).isEmpty();

    inputs.image(record("images", 6, "17", SampleImages.png(1)));
    predictions.prediction(prediction(1, SUBJECT, 6));
    predictions.reconstruction(reconstruction(6));

    assertThat(inputs.image(SUBJECT)).isPresent();
    assertThat(predictions.of(SUBJECT)).isPresent();
    assertThat(predictions.reconstruction("17")).isPresent();
  }

  @Test
  void theAnswersToADeletedDocumentGoWithIt() {
    inputs.document(record("documents", 3, "mail", "red fox".getBytes(UTF_8)));
    predictions.prediction(prediction(0, "document/mail", "documents", 3));

    inputs.document(new ConsumerRecord<>("documents", 0, 4, "mail".getBytes(UTF_8), null));

    assertThat(inputs.document("document/mail")).isEmpty();
    assertThat(predictions.of("document/mail")).isEmpty();
    assertThat(predictions.newest(10, _ -> true)).isEmpty();
  }

  private static ConsumerRecord<byte[], byte[]> record(
      String topic, long offset, String key, byte[] value) {
    return new ConsumerRecord<>(topic, 0, offset, key.getBytes(UTF_8), value);
  }

  private static byte[] label() {
    return AvroCodec.of(Label.class).encode(new Label(SUBJECT, "cat"));
  }

  private static ConsumerRecord<byte[], byte[]> prediction(long offset, String subject, long of) {
    return prediction(offset, subject, "images", of);
  }

  private static ConsumerRecord<byte[], byte[]> prediction(
      long offset, String subject, String topic, long of) {
    var source = new Source(topic, 0, of);
    var prediction =
        new Prediction(
            subject, "cat", 0.75, List.of(), "vision", 2L, null, null, source, null, null);
    return record(
        "predictions", offset, subject, AvroCodec.of(Prediction.class).encode(prediction));
  }

  private static ConsumerRecord<byte[], byte[]> reconstruction(long of) {
    ConsumerRecord<byte[], byte[]> record = record("reconstructions", of, "17", new byte[] {1});
    record.headers().add("ce_id", ("images-0-" + of + "/reconstruction").getBytes(UTF_8));
    return record;
  }

  private static ConsumerRecord<byte[], byte[]> forgetting(String topic, long offset) {
    ProducerRecord<byte[], byte[]> made =
        ControlRecords.forget(topic, 0, Subject.parse(SUBJECT).orElseThrow());
    var record = new ConsumerRecord<byte[], byte[]>(topic, 0, offset, made.key(), null);
    made.headers().forEach(it -> record.headers().add(it));
    return record;
  }
}
