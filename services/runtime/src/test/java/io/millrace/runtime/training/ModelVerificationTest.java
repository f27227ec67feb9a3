package io.millrace.runtime.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.millrace.runtime.administration.ModelReset;
import io.millrace.runtime.administration.ModelVerification;
import io.millrace.runtime.administration.ModelVerification.Finding;
import io.millrace.runtime.administration.ModelVerification.Result;
import io.millrace.runtime.kafka.Transactions.Failpoint;
import io.millrace.runtime.models.CheckpointWriter;
import io.millrace.runtime.models.KeptCheckpoint;
import io.millrace.runtime.models.ManifestChain;
import io.millrace.runtime.models.ModelKey;
import io.millrace.runtime.models.ModelRecords;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.testing.FailpointHalt;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.topics.Topic;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ModelVerificationTest {

  private static final Map<String, String> KEEPING = Map.of("sum.checkpoints.every", "2");

  private final SumService sum = new SumService();
  private final Topic<?, ?> one = sum.oneLog();
  private long sent;

  @AfterEach
  void close() {
    sum.close();
  }

  @Test
  void provesTheVersionsOfARunThatWasKilledWhileItKeptACheckpointAndWentOn() {
    Topic<?, ?> four = sum.fourLogs();
    // A turn of the merge takes three records, so that version 5 ends in the middle of one. It is
    // the sixth to be sent, after the seeded model.
    Map<String, String> everyFifth = Map.of("sum.checkpoints.every", "5");
    var death = new FailpointHalt(Failpoint.SENT, 6);
    sum.start(four, everyFifth, death);
    for (int partition = 0; partition < 4; partition++) {
      sum.send(four, partition, LongStream.range(0, 20));
    }
    TestKafka.await("death", death::isReached);
    assertThat(keptRecords(5)).isEmpty();

    var instance = sum.start(four, everyFifth, moment -> {});
    sum.awaitVersion(7);
    death.kill();

    assertThat(kept()).containsExactly(5L);
    assertThat(instance.gauge("millrace.model.kept.checkpoints")).isEqualTo(1);
    assertThat(
            sum.kafka.committed(sum.kafka.topics().checkpoints().name()).stream()
                .filter(it -> it.value() != null)
                .map(it -> new String(it.key(), StandardCharsets.UTF_8))
                .filter(it -> it.startsWith("sum/kept/")))
        .as("each record was written once")
        .doesNotHaveDuplicates()
        .hasSize(4);
    assertThat(results(four, 4)).isEqualTo(all(Result.PROVED));
    assertThat(results(four, 7))
        .isEqualTo(
            Map.of(
                "parts", Result.PROVED,
                "chain", Result.PROVED,
                "checkpoint", Result.PROVED,
                "log", Result.PROVED));
    assertThat(results(four, 1))
        .isEqualTo(
            Map.of("parts", Result.UNPROVABLE, "chain", Result.PROVED, "log", Result.PROVED));
  }

  @Test
  void findsAByteThatWasChangedInAPart() {
    learn(30);
    String models = sum.kafka.topics().models().name();
    byte[] part = sum.awaitVersion(3).clone();
    byte[] changed = Arrays.copyOf(part, 900_000);
    changed[17] ^= 1;

    sum.kafka.send(new ProducerRecord<>(models, bytes(ModelKey.part("sum", 3, 0).text()), changed));
    sum.kafka.send(manifestRecord(manifest(3)));

    assertThat(results(one, 3))
        .containsEntry("parts", Result.BROKEN)
        .containsEntry("chain", Result.PROVED)
        .containsEntry("log", Result.PROVED);
  }

  @Test
  void findsAChangedManifestInEveryLaterVersion() {
    learn(40);
    write(2, manifest -> ModelManifest.newBuilder(manifest).setMetrics(Map.of("a", 1.0)).build());

    assertThat(results(one, 1)).isEqualTo(all(Result.PROVED));
    assertThat(results(one, 2)).containsEntry("chain", Result.BROKEN);
    assertThat(results(one, 4)).containsEntry("chain", Result.BROKEN);
  }

  @Test
  void findsOtherExamplesThoughTheChainWasMadeAgain() {
    learn(30);
    ModelManifest parent = manifest(2);
    write(
        3,
        manifest ->
            ManifestChain.chained(
                Optional.of(parent), ModelManifest.newBuilder(manifest).setExamples("00").build()));

    assertThat(results(one, 3))
        .containsEntry("chain", Result.PROVED)
        .containsEntry("log", Result.BROKEN);
  }

  @Test
  void findsADigestThatIsNotOfWhatIsLearnedThoughTheChainWasMadeAgain() {
    learn(30);
    ModelManifest parent = manifest(2);
    write(
        3,
        manifest ->
            ManifestChain.chained(
                Optional.of(parent), ModelManifest.newBuilder(manifest).setSha256("00").build()));

    assertThat(results(one, 3))
        .isEqualTo(Map.of("parts", Result.BROKEN, "chain", Result.PROVED, "log", Result.BROKEN));
  }

  @Test
  void findsOtherClassesAndOtherMetricsThoughTheChainWasMadeAgain() {
    learn(30);
    ModelManifest parent = manifest(2);
    ModelManifest right = manifest(3);
    String metric = right.getMetrics().keySet().stream().findFirst().orElseThrow();

    write(
        3,
        manifest ->
            ManifestChain.chained(
                Optional.of(parent),
                ModelManifest.newBuilder(right).setClasses(List.of("another")).build()));
    assertThat(results(one, 3))
        .containsEntry("chain", Result.PROVED)
        .containsEntry("log", Result.BROKEN);

    write(
        3,
        manifest ->
            ManifestChain.chained(
                Optional.of(parent),
                ModelManifest.newBuilder(right).setMetrics(Map.of(metric, 0.99)).build()));
    assertThat(results(one, 3))
        .containsEntry("chain", Result.PROVED)
        .containsEntry("log", Result.BROKEN);
  }

  @Test
  void provesAVersionThoughTheManifestOfTheFirstIsDeleted() {
    learn(30);
    String models = sum.kafka.topics().models().name();
    sum.kafka.send(ModelRecords.manifestTombstone(models, "sum", 0));

    assertThat(results(one, 3)).isEqualTo(all(Result.PROVED));
  }

  @Test
  void findsAByteThatWasChangedInTheLog() throws Exception {
    learn(30);
    flipAByteOfTheLog();

    assertThat(results(one, 3))
        .containsEntry("chain", Result.PROVED)
        .containsEntry("log", Result.BROKEN);
  }

  @Test
  void saysWhereTheLogNoLongerReaches() throws Exception {
    learn(30);
    var partition = new TopicPartition(one.name(), 0);
    sum.kafka.admin().deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(5))).all().get();

    assertThat(findings(one, 3))
        .anySatisfy(finding -> {
          assertThat(finding.result()).isEqualTo(Result.UNPROVABLE);
          assertThat(finding.text()).contains("begins at offset 5", "from offset 0");
        });
  }

  @Test
  void provesAVersionFromAKeptCheckpointWhereTheLogHasLostItsBeginning() throws Exception {
    learn(50, KEEPING);
    deleteBefore(25);

    assertThat(findings(one, 5))
        .extracting(Finding::result)
        .containsExactly(Result.PROVED, Result.PROVED, Result.PROVED, Result.PROVED);
    assertThat(findings(one, 5).getLast().text())
        .contains("checkpoint of version 4 on, 10 of 50 records", "`millrace models verify sum 4`");
    assertThat(results(one, 3))
        .containsEntry("checkpoint", Result.UNPROVABLE)
        .containsEntry("log", Result.UNPROVABLE);
    assertThat(texts(3)).anyMatch(it -> it.contains("version 2: the log no longer reaches"));
    assertThat(verification(one).verify(5, true, records -> {}))
        .extracting(Finding::check, Finding::result)
        .contains(tuple("log", Result.UNPROVABLE))
        .doesNotContain(tuple("checkpoint", Result.PROVED));
  }

  @Test
  void namesAChangedCheckpointAndPassesItOver() {
    learn(50, KEEPING);
    Map<String, byte[]> checkpoints = keptRecords(4);
    assertThat(checkpoints.keySet())
        .containsExactly(
            "sum/kept/sum/000000000004/manifest",
            "sum/kept/sum/000000000004/model/0000",
            "sum/kept/sum/000000000004/model/0001",
            "sum/kept/sum/000000000004/part/counts");

    checkpoints.remove("sum/kept/sum/000000000004/manifest");
    checkpoints.remove("sum/kept/sum/000000000004/model/0001");
    checkpoints.forEach((key, value) -> {
      byte[] changed = value.clone();
      changed[changed.length / 2] ^= 1;
      sendKept(key, changed);

      assertThat(results(one, 5))
          .as(key)
          .containsEntry("checkpoint", Result.BROKEN)
          .containsEntry("log", Result.PROVED);
      assertThat(texts(5))
          .as(key)
          .anyMatch(it -> it.contains("damaged, that of version 4"))
          .anyMatch(it -> it.contains("from the checkpoint of version 2 on"));
      sendKept(key, value);
    });

    sendKept("sum/kept/sum/000000000004/part/counts", null);
    assertThat(results(one, 5)).containsEntry("checkpoint", Result.BROKEN);
  }

  @Test
  void whatATrainerDeletesMeanwhileIsNotDamaged() {
    learn(50, KEEPING);
    var failed = new AtomicBoolean();

    List<Finding> findings =
        verification(one)
            .verify(
                5,
                false,
                records -> {
                  if (!failed.getAndSet(true)) {
                    keptRecords(2).keySet().forEach(key -> sendKept(key, null));
                    throw new IncompatibleStateException("the next one is to be tried");
                  }
                });

    assertThat(findings)
        .extracting(Finding::check, Finding::result)
        .contains(tuple("checkpoint", Result.UNPROVABLE), tuple("log", Result.PROVED));
    assertThat(findings)
        .anyMatch(it -> it.text().contains("version 2: it was deleted or replaced meanwhile"));
  }

  @Test
  void aCheckpointThatWasChangedWithAllManifestsIsFoundFromTheOneBefore() {
    learn(50, KEEPING);
    String key = "sum/kept/sum/000000000004/part/counts";
    ByteBuffer counts = ByteBuffer.wrap(keptRecords(4).get(key).clone());
    byte[] changed = counts.putLong(Long.BYTES, 77).array();
    sendKept(key, changed);
    String digest =
        CheckpointWriter.ofDigests(Map.of("counts", changed))
            .digest(KeptCheckpoint.read(sum.settings, "sum", "sum", 4).manifest().orElseThrow());
    Map<String, String> environment = new TreeMap<>(manifest(4).getEnvironment());
    environment.put(KeptCheckpoint.IN_MANIFEST, digest);
    ModelManifest fourth =
        ManifestChain.chained(
            Optional.of(manifest(3)),
            ModelManifest.newBuilder(manifest(4)).setEnvironment(environment).build());
    write(4, manifest -> fourth);
    write(
        5,
        manifest ->
            ManifestChain.chained(
                Optional.of(fourth),
                ModelManifest.newBuilder(manifest)
                    .setMetrics(Map.of("batches", 79.0, "rehearsals", 0.0))
                    .build()));

    assertThat(results(one, 5)).containsEntry("checkpoint", Result.PROVED);
    assertThat(results(one, 4))
        .containsEntry("chain", Result.PROVED)
        .containsEntry("log", Result.BROKEN);
    assertThat(texts(4)).anyMatch(it -> it.contains("private state"));
    assertThat(verification(one).verify(5, true, records -> {}).getLast().result())
        .isEqualTo(Result.BROKEN);

    sum.kafka.send(ModelRecords.manifestTombstone(sum.kafka.topics().models().name(), "sum", 0));
    assertThat(verification(one).verify(4, true, records -> {}).getLast())
        .as("another build may have begun the model")
        .satisfies(it -> {
          assertThat(it.result()).isEqualTo(Result.UNPROVABLE);
          assertThat(it.text()).contains("other builds");
        });
  }

  @Test
  void findsOtherExamplesAfterACheckpoint() {
    learn(50, KEEPING);
    ModelManifest parent = manifest(4);
    write(
        5,
        manifest ->
            ManifestChain.chained(
                Optional.of(parent), ModelManifest.newBuilder(manifest).setExamples("00").build()));

    assertThat(results(one, 5))
        .containsEntry("checkpoint", Result.PROVED)
        .containsEntry("log", Result.BROKEN);
  }

  @Test
  void aChangedManifestOfTheCheckpointsVersionIsFoundToo() {
    learn(50, KEEPING);
    write(4, manifest -> ModelManifest.newBuilder(manifest).setExamples("00").build());

    assertThat(results(one, 5))
        .containsEntry("chain", Result.BROKEN)
        .containsEntry("log", Result.BROKEN);
  }

  @Test
  void asManyCheckpointsStayAsTheSettingsSayAndNoneAfterAReset() {
    learn(30, Map.of("sum.checkpoints.every", "1", "sum.checkpoints.retain", "2"));
    assertThat(kept()).containsExactly(2L, 3L);
    // As whoever has the right to may write.
    sendKept("sum/kept/sum/000000000999/part/counts", new byte[] {1});

    learn(40, KEEPING);
    assertThat(kept()).containsExactly(3L, 4L);

    ModelReset.reset(sum.settings, "sum", "sum", one);
    assertThat(kept()).isEmpty();

    learn(50, KEEPING, 10);
    assertThat(kept()).containsExactly(8L, 10L);
    assertThat(texts(9)).anyMatch(it -> it.contains("from the checkpoint of version 8 on"));
    assertThat(results(one, 3)).doesNotContainKey("checkpoint").containsEntry("log", Result.PROVED);
  }

  private Set<Long> kept() {
    return KeptCheckpoint.names(sum.settings, "sum", "sum").keySet();
  }

  private void deleteBefore(long offset) throws Exception {
    var partition = new TopicPartition(one.name(), 0);
    sum.kafka
        .admin()
        .deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(offset)))
        .all()
        .get();
  }

  /** The newest records of a kept checkpoint, by their keys. */
  private Map<String, byte[]> keptRecords(long version) {
    Map<String, byte[]> records = new TreeMap<>();
    sum.kafka
        .committed(sum.kafka.topics().checkpoints().name())
        .forEach(it -> records.put(new String(it.key(), StandardCharsets.UTF_8), it.value()));
    records.keySet().removeIf(it -> !it.startsWith("sum/kept/sum/%012d/".formatted(version)));
    return records;
  }

  private void sendKept(String key, byte @Nullable [] value) {
    sum.kafka.send(
        new ProducerRecord<>(sum.kafka.topics().checkpoints().name(), bytes(key), value));
  }

  private List<String> texts(long version) {
    return findings(one, version).stream().map(Finding::text).toList();
  }

  private void learn(long records, Map<String, String> settings) {
    learn(records, settings, records / 10);
  }

  /**
   * Sends the records that are missing up to a number of them, and learns until a version is there.
   */
  private void learn(long records, Map<String, String> settings, long version) {
    sum.send(one, LongStream.range(sent, records));
    sent = records;
    var instance = sum.start(one, settings, moment -> {});
    sum.awaitVersion(version);
    instance.close();
  }

  private void learn(long records) {
    sum.send(one, LongStream.range(0, records));
    var instance = sum.start(one);
    sum.awaitVersion(records / 10);
    instance.close();
  }

  private ModelManifest manifest(long version) {
    return sum.manifests().stream()
        .filter(it -> it.getVersion() == version)
        .findFirst()
        .orElseThrow();
  }

  private void write(long version, UnaryOperator<ModelManifest> change) {
    sum.kafka.send(manifestRecord(change.apply(manifest(version))));
  }

  private ProducerRecord<byte[], byte[]> manifestRecord(ModelManifest manifest) {
    return new ProducerRecord<>(
        sum.kafka.topics().models().name(),
        bytes(ModelKey.manifest("sum", manifest.getVersion()).text()),
        AvroCodec.of(ModelManifest.class).encode(manifest));
  }

  private void flipAByteOfTheLog() throws Exception {
    String folder = one.name() + "-0";
    String root =
        sum
            .kafka
            .admin()
            .describeLogDirs(List.of(1))
            .allDescriptions()
            .get()
            .get(1)
            .keySet()
            .stream()
            .findFirst()
            .orElseThrow();
    try (var files = Files.list(Path.of(root, folder))) {
      Path segment = files.filter(it -> it.toString().endsWith(".log")).findFirst().orElseThrow();
      try (var file = new RandomAccessFile(segment.toFile(), "rw")) {
        file.seek(file.length() / 2);
        int before = file.read();
        file.seek(file.length() / 2);
        file.write(before ^ 1);
      }
    }
  }

  private Map<String, Result> results(Topic<?, ?> input, long version) {
    return findings(input, version).stream()
        .collect(Collectors.toMap(Finding::check, Finding::result));
  }

  private List<Finding> findings(Topic<?, ?> input, long version) {
    return verification(input).verify(version, records -> {});
  }

  private ModelVerification verification(Topic<?, ?> input) {
    Function<io.millrace.runtime.settings.Settings, TrainerLoop.Definition<?>> trainer =
        settings -> sum.definition(settings, input);
    return new ModelVerification(sum.settings, "sum", trainer);
  }

  private static Map<String, Result> all(Result result) {
    return Map.of("parts", result, "chain", result, "log", result);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
