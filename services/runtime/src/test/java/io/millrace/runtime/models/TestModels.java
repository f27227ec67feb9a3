package io.millrace.runtime.models;

import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.avro.ModelManifest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Model versions made by tests rather than by a trainer. */
public final class TestModels {

  private TestModels() {}

  /** A version as the follower hands it over. */
  public static ModelVersion version(
      String model, long version, List<String> classes, byte[] bytes) {
    var manifest =
        ModelManifest.newBuilder()
            .setModel(model)
            .setVersion(version)
            .setFormat(ModelRecords.FORMAT)
            .setParts(ModelRecords.parts(bytes.length))
            .setSizeBytes(bytes.length)
            .setSha256(ModelRecords.digest(bytes))
            .setRecords(version)
            .setClasses(classes)
            .setInputs(List.of())
            .setSettings(Map.of())
            .setMetrics(Map.of("correct", 3.0, "loss", 0.25))
            .setEnvironment(Map.of())
            .build();
    return new ModelVersion(manifest, bytes, Instant.EPOCH);
  }

  /** The records of a version, in the order in which a trainer sends them. */
  public static List<ProducerRecord<byte[], byte[]>> records(
      TestKafka kafka, ModelVersion version) {
    return ModelRecords.version(
        kafka.topics().models().name(), version.manifest(), version.bytes());
  }
}
