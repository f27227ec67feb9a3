package io.millrace.topics;

import io.millrace.schemas.avro.Command;
import io.millrace.schemas.avro.Comparison;
import io.millrace.schemas.avro.DocumentExample;
import io.millrace.schemas.avro.DocumentFrequencies;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.schemas.avro.Evaluation;
import io.millrace.schemas.avro.ImageExample;
import io.millrace.schemas.avro.Prediction;
import io.millrace.schemas.avro.ServingDecision;
import io.millrace.schemas.avro.WordVector;
import java.util.regex.Pattern;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.common.serialization.Serdes;

/**
 * The topics, typed. Only this class has their names; {@code topics.yaml} describes them. Inputs
 * from producers are bytes, since they have several forms and may be invalid.
 *
 * @param prefix begins every name; letters, digits, dot, underscore and hyphen, or empty
 */
public record Topics(String prefix) {

  private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9._-]{0,100}");

  public Topics {
    if (!PREFIX.matcher(prefix).matches()) {
      throw new IllegalArgumentException(
          "topics.prefix must be at most 100 letters, digits, '.', '_' or '-', was '"
              + prefix
              + "'");
    }
  }

  public Topic<byte[], byte[]> documents() {
    return bytes("documents");
  }

  public Topic<byte[], byte[]> images() {
    return bytes("images");
  }

  public Topic<byte[], byte[]> labels() {
    return bytes("labels");
  }

  public Topic<String, DocumentVector> documentVectors() {
    return avro("document-vectors", DocumentVector.class);
  }

  public Topic<String, DocumentFrequencies> documentFrequencies() {
    return avro("document-frequencies", DocumentFrequencies.class);
  }

  public Topic<String, ImageExample> imageExamples() {
    return avro("image-examples", ImageExample.class);
  }

  public Topic<String, DocumentExample> documentExamples() {
    return avro("document-examples", DocumentExample.class);
  }

  public Topic<String, WordVector> wordVectors() {
    return avro("word-vectors", WordVector.class);
  }

  /**
   * Parts are bytes, manifests Avro {@code ModelManifest}, pointers Avro {@code ServingDecision};
   * the key says which.
   */
  public Topic<String, byte[]> models() {
    return stringToBytes("models");
  }

  public Topic<String, byte[]> checkpoints() {
    return stringToBytes("checkpoints");
  }

  public Topic<String, Command> commands() {
    return avro("commands", Command.class);
  }

  public Topic<String, Prediction> predictions() {
    return avro("predictions", Prediction.class);
  }

  /** What challengers answered, beside {@link #predictions}. */
  public Topic<String, Prediction> shadowPredictions() {
    return avro("shadow-predictions", Prediction.class);
  }

  /** Of {@link #shadowPredictions}. */
  public Topic<String, Evaluation> shadowEvaluations() {
    return avro("shadow-evaluations", Evaluation.class);
  }

  public Topic<String, Comparison> comparisons() {
    return avro("comparisons", Comparison.class);
  }

  /** PNG files. */
  public Topic<String, byte[]> reconstructions() {
    return stringToBytes("reconstructions");
  }

  public Topic<String, Evaluation> evaluations() {
    return avro("evaluations", Evaluation.class);
  }

  public Topic<String, ServingDecision> servingEvents() {
    return avro("serving-events", ServingDecision.class);
  }

  public Topic<byte[], byte[]> deadLetters() {
    return bytes("dead-letters");
  }

  /** Avro schemas as JSON, by fingerprint. */
  public Topic<String, byte[]> schemas() {
    return stringToBytes("schemas");
  }

  private Topic<byte[], byte[]> bytes(String name) {
    return new Topic<>(prefix + name, Serdes.ByteArray(), Serdes.ByteArray());
  }

  private Topic<String, byte[]> stringToBytes(String name) {
    return new Topic<>(prefix + name, Serdes.String(), Serdes.ByteArray());
  }

  private <T extends SpecificRecordBase> Topic<String, T> avro(String name, Class<T> type) {
    return new Topic<>(prefix + name, Serdes.String(), AvroSerde.of(type));
  }
}
