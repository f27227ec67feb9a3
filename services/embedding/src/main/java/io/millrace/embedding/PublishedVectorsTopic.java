package io.millrace.embedding;

import io.millrace.learning.embedding.checkpoint.PublishedWord;
import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.models.ModelName;
import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.WordVector;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads earlier versions of the embedding from the topics, again at each call.
 *
 * @param settings the settings of the process
 * @param model the model's name; a variant has published none
 */
record PublishedVectorsTopic(Settings settings, ModelName model) implements PublishedVectors {

  private static final AvroCodec<WordVector> VECTORS = AvroCodec.of(WordVector.class);

  @Override
  public long lastVersion() {
    return ModelReader.manifests(settings).stream()
        .filter(manifest -> manifest.getModel().equals(model.text()))
        .mapToLong(ModelManifest::getVersion)
        .max()
        .orElse(-1);
  }

  @Override
  public Set<String> words() {
    if (!model.variant().isEmpty()) {
      return Set.of();
    }
    Set<String> words = new TreeSet<>();
    CommittedReader.readStable(
        settings,
        settings.topics().wordVectors().name(),
        (word, value, timestamp) -> {
          if (value == null) {
            words.remove(word);
          } else {
            words.add(word);
          }
        });
    return words;
  }

  @Override
  public void replay(Consumer<PublishedWord> visitor) {
    CommittedReader.readWritten(
        settings,
        settings.topics().wordVectors().name(),
        (word, value, timestamp) -> visitor.accept(published(word, value)));
  }

  /** The vector of a word, from the value of its record. */
  static PublishedWord published(String word, byte @Nullable [] value) {
    if (value != null
        && VECTORS.decode(value) instanceof Decoded.Valid<WordVector>(WordVector it)) {
      return new PublishedWord(word, array(it.getVector()), it.getCount(), it.getVersion());
    }
    return new PublishedWord(word, new float[0], 0, -1);
  }

  private static float[] array(List<Float> list) {
    float[] vector = new float[list.size()];
    for (int k = 0; k < vector.length; k++) {
      vector[k] = list.get(k);
    }
    return vector;
  }
}
