package io.millrace.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.learning.embedding.checkpoint.PublishedWord;
import io.millrace.runtime.models.ModelName;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.training.TrainerSnapshot;
import io.millrace.schemas.avro.WordVector;
import io.millrace.schemas.input.InputDecoder;
import io.millrace.topics.Topic;
import io.millrace.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

final class EmbeddingTrainerTest {

  private static final Topic<String, WordVector> TOPIC = new Topics("").wordVectors();
  private static final Settings SETTINGS =
      Settings.of(
          Map.of(
              "embedding.dimensions", "8",
              "embedding.min.count", "2",
              "embedding.vocabulary.capacity", "2000",
              "embedding.sample", "0"));

  private final EmbeddingTrainer trainer = trainer(-1, Set.of());

  @Test
  void publishesTheVectorsThatChangedInAStep() {
    trainer.initialise();
    trainer.snapshot();
    trainer.learn(List.of(List.of("red", "rose", "red", "rose", "once")));

    TrainerSnapshot snapshot = trainer.snapshot();

    assertThat(keys(snapshot)).containsExactlyInAnyOrder("red", "rose");
    WordVector red = value(snapshot, "red");
    assertThat(red.getVector()).hasSize(8);
    assertThat(red.getCount()).isEqualTo(2);
    assertThat(red.getVersion()).isEqualTo(1);
    assertThat(snapshot.records()).isEqualTo(1);
    assertThat(snapshot.model()).isEmpty();
  }

  @Test
  void withdrawsWordsThatWereEvicted() {
    trainer.initialise();
    trainer.learn(List.of(List.of("red", "rose", "red", "rose")));
    trainer.snapshot();
    for (int i = 0; i < 2_100; i++) {
      trainer.learn(List.of(List.of("new" + i, "new" + i, "new" + i)));
    }

    TrainerSnapshot snapshot = trainer.snapshot();

    assertThat(tombstones(snapshot)).contains("red", "rose").doesNotContain("new2099");
  }

  @Test
  void beginningAnewWithdrawsWhatAnEarlierModelPublishedAndCountsVersionsOn() {
    EmbeddingTrainer anew = trainer(7, Set.of("old", "red"));
    anew.initialise();
    anew.learn(List.of(List.of("red", "rose", "red", "rose")));

    TrainerSnapshot snapshot = anew.snapshot();

    assertThat(tombstones(snapshot)).containsExactly("old");
    assertThat(value(snapshot, "red").getVersion()).isEqualTo(8);
    assertThat(tombstones(anew.snapshot())).isEmpty();
  }

  @Test
  void readsTextAndJsonAndPassesTheRestBy() {
    assertThat(trainer.decode(document("Red rose"))).contains(List.of("Red", "rose"));
    assertThat(trainer.decode(document("{\"text\": \"a b\"}"))).contains(List.of("a", "b"));
    assertThat(trainer.decode(document(null))).isEmpty();
    assertThat(trainer.decode(document(""))).isEmpty();
  }

  @Test
  void tellsItsFigures() {
    var meters = new SimpleMeterRegistry();
    trainer.bindTo(meters);
    trainer.initialise();

    trainer.learn(List.of(List.of("once"), Collections.nCopies(49, "red")));
    trainer.learn(List.of(Collections.nCopies(50, "rose")));

    assertThat(meters.get("millrace.embedding.words").functionCounter().count()).isEqualTo(100);
    assertThat(meters.get("millrace.embedding.words.unknown").functionCounter().count())
        .isEqualTo(1);
    assertThat(meters.get("millrace.embedding.vocabulary").gauge().value()).isEqualTo(2);
    assertThat(meters.get("millrace.embedding.loss").gauge().value()).isPositive();
  }

  /** They are dead letters, which text sends; replayed later, they would be learned twice. */
  @Test
  void whatTextRefusesIsNotLearned() {
    EmbeddingTrainer trainer = trainer(-1, Set.of());

    assertThat(trainer.decode(document("a".repeat(1 << 20)))).isPresent();
    assertThat(trainer.decode(document("a".repeat((1 << 20) + 1)))).isEmpty();
    assertThat(trainer.decode(new ConsumerRecord<>("documents", 0, 0, null, new byte[] {'a'})))
        .isEmpty();
  }

  @Test
  void knowsTheSubjectOfADocumentByWhichItIsForgotten() {
    var trainer = trainer(-1, Set.of());

    assertThat(trainer.subject(record("mail-9", "red fox"))).contains("document/mail-9");
    assertThat(trainer.subject(record("mail-9", null))).contains("document/mail-9");
    assertThat(trainer.subject(record("mail-9", ""))).isEmpty();
  }

  private static ConsumerRecord<byte[], byte[]> record(String key, String value) {
    return new ConsumerRecord<>(
        "documents",
        0,
        0,
        key.getBytes(StandardCharsets.UTF_8),
        value == null ? null : value.getBytes(StandardCharsets.UTF_8));
  }

  private static EmbeddingTrainer trainer(long lastVersion, Set<String> words) {
    return new EmbeddingTrainer(
        new ModelName("embedding", ""),
        EmbeddingConfig.from(SETTINGS),
        InputDecoder.DEFAULT,
        text -> List.of(text.split(" ")),
        TOPIC,
        new PublishedVectors() {
          @Override
          public long lastVersion() {
            return lastVersion;
          }

          @Override
          public Set<String> words() {
            return words;
          }

          @Override
          public void replay(Consumer<PublishedWord> visitor) {}
        });
  }

  private static ConsumerRecord<byte[], byte[]> document(String text) {
    byte[] value = text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    return new ConsumerRecord<>("documents", 0, 0, new byte[] {1}, value);
  }

  private static Set<String> keys(TrainerSnapshot snapshot) {
    return snapshot.outputs().stream().map(EmbeddingTrainerTest::key).collect(Collectors.toSet());
  }

  private static List<String> tombstones(TrainerSnapshot snapshot) {
    return snapshot.outputs().stream()
        .filter(record -> record.value() == null)
        .map(EmbeddingTrainerTest::key)
        .toList();
  }

  private static WordVector value(TrainerSnapshot snapshot, String word) {
    return snapshot.outputs().stream()
        .filter(record -> key(record).equals(word))
        .map(record -> TOPIC.values().deserializer().deserialize(TOPIC.name(), record.value()))
        .findFirst()
        .orElseThrow();
  }

  private static String key(ProducerRecord<byte[], byte[]> record) {
    return new String(record.key(), StandardCharsets.UTF_8);
  }
}
