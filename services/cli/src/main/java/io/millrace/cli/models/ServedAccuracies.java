package io.millrace.cli.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.learning.core.judging.AccuracyInterval;
import io.millrace.runtime.kafka.BoundedScan;
import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.Evaluation;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.Scope;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;

/**
 * How often versions were right about what they had not learned from, in what they served: from the
 * last records of {@code evaluations}, which have the sums of each version since the start.
 */
final class ServedAccuracies {

  /** The last offsets of each partition that are read; versions of before are not known. */
  private static final long LAST = 20_000;

  private final Map<String, Served> versions = new HashMap<>();

  /** A version's prequential sums. */
  private record Served(long correct, long count) {

    private double accuracy() {
      return (double) correct / count;
    }

    private AccuracyInterval interval() {
      return AccuracyInterval.of(correct, count);
    }
  }

  private ServedAccuracies() {}

  /** Reads them; without a topic, or the right to read it, none is known. */
  static ServedAccuracies read(Settings settings) {
    var accuracies = new ServedAccuracies();
    try (KafkaConsumer<byte[], byte[]> consumer = KafkaClients.reader(settings)) {
      String topic = settings.topics().evaluations().name();
      if (consumer.partitionsFor(topic).isEmpty()) {
        return accuracies;
      }
      List<TopicPartition> partitions = CommittedReader.partitions(consumer, topic);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      Map<TopicPartition, Long> from = new HashMap<>(consumer.beginningOffsets(partitions));
      from.replaceAll(
          (partition, begin) -> Math.max(begin, ends.getOrDefault(partition, 0L) - LAST));
      AvroCodec<Evaluation> codec = AvroCodec.of(Evaluation.class);
      BoundedScan.of(consumer, from, ends)
          .forEach(
              record -> {
                if (record.value() != null
                    && codec.decode(record.value()) instanceof Decoded.Valid<Evaluation>(var it)) {
                  accuracies.add(it);
                }
                return true;
              },
              _ -> {});
    } catch (TopicAuthorizationException _) {
      return new ServedAccuracies();
    }
    return accuracies;
  }

  private void add(Evaluation it) {
    if (it.getScope() == Scope.PREQUENTIAL && it.getVersionCount() > 0) {
      versions.put(
          key(it.getModel(), it.getVersion()),
          new Served(it.getVersionCorrect(), it.getVersionCount()));
    }
  }

  /** As in a table, with the interval that has the true accuracy with 95 %; "-" if not known. */
  String text(ModelManifest manifest) {
    return find(manifest)
        .map(it ->
            String.format(
                Locale.ROOT,
                "%.4f (%.4f to %.4f)",
                it.accuracy(),
                it.interval().from(),
                it.interval().to()))
        .orElse("-");
  }

  /** Adds the numbers as {@code served}; null if they are not known. */
  void put(ModelManifest manifest, ObjectNode object) {
    Optional<Served> found = find(manifest);
    if (found.isEmpty()) {
      object.putNull("served");
      return;
    }
    Served it = found.get();
    object
        .putObject("served")
        .put("judged", it.count)
        .put("correct", it.correct)
        .put("accuracy", it.accuracy())
        .put("accuracyFrom", it.interval().from())
        .put("accuracyTo", it.interval().to());
  }

  private Optional<Served> find(ModelManifest manifest) {
    return Optional.ofNullable(versions.get(key(manifest.getModel(), manifest.getVersion())));
  }

  private static String key(String model, long version) {
    return model + "/" + version;
  }
}
