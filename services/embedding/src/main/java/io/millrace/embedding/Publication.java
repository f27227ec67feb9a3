package io.millrace.embedding;

import io.millrace.runtime.ModelReader;
import io.millrace.runtime.Settings;
import io.millrace.schemas.avro.ModelManifest;
import java.util.Set;

/**
 * What lies on the topics when a model begins anew: after a reset there are words of the old one.
 *
 * @param words whose vectors are published
 * @param version the last; -1 if there was none
 */
record Publication(Set<String> words, long version) {

  /** What a topic holds that was never written to. */
  static final Publication NONE = new Publication(Set.of(), -1);

  Publication {
    words = Set.copyOf(words);
  }

  /** Reads it from the topics. */
  static Publication read(Settings settings, String model) {
    long version =
        ModelReader.manifests(settings).stream()
            .filter(manifest -> manifest.getModel().equals(model))
            .mapToLong(ModelManifest::getVersion)
            .max()
            .orElse(-1);
    return new Publication(WordVectors.read(settings).words(), version);
  }
}
