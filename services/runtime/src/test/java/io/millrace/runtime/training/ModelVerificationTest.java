package io.millrace.runtime.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.administration.ModelVerification;
import io.millrace.runtime.administration.ModelVerification.Finding;
import io.millrace.runtime.administration.ModelVerification.Result;
import io.millrace.runtime.kafka.Transactions.Failpoint;
import io.millrace.runtime.models.ManifestChain;
import io.millrace.runtime.models.ModelKey;
import io.millrace.runtime.models.ModelRecords;
import io.millrace.runtime.testing.FailpointHalt;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.topics.Topic;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ModelVerificationTest {

  private final SumService sum = new SumService();
  private final Topic<?, ?> one = sum.oneLog();

  @AfterEach
  void close() {
    sum.close();
  }

  @Test
  void provesTheVersionsOfARunThatWasKilledAndWentOn() {
    Topic<?, ?> four = sum.fourLogs();
    var death = new FailpointHalt(Failpoint.SENT, 3);
    sum.start(four, death);
    for (int partition = 0; partition < 4; partition++) {
      sum.send(four, partition, LongStream.range(0, 20));
    }
    TestKafka.await("death", death::isReached);
    sum.start(four);
    sum.awaitVersion(7);

    for (long version : new long[] {4, 7}) {
      assertThat(results(four, version)).as("version %d", version).isEqualTo(all(Result.PROVED));
    }
    assertThat(results(four, 1))
        .isEqualTo(
            Map.of("parts", Result.UNPROVABLE, "chain", Result.PROVED, "log", Result.PROVED));
  }

  @Test
  void findsAByteThatWasChangedInAPart() {
    learn(30);
    String models = sum.kafka.topics().models().name();
    byte[] part = sum.awaitVersion(3).clone();
    byte[] changed = java.util.Arrays.copyOf(part, 900_000);
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
    Function<io.millrace.runtime.settings.Settings, TrainerLoop.Definition<?>> trainer =
        settings -> sum.definition(settings, input);
    return new ModelVerification(sum.settings, "sum", trainer).verify(version, records -> {});
  }

  private static Map<String, Result> all(Result result) {
    return Map.of("parts", result, "chain", result, "log", result);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
