package io.millrace.tests.fuzz;

import io.millrace.learning.classifier.DocumentMemory;
import io.millrace.learning.classifier.OnlineClassifier;
import io.millrace.learning.classifier.OnlineClassifierConfig;
import io.millrace.learning.core.DriftConfig;
import io.millrace.learning.core.DriftMonitor;
import io.millrace.learning.core.RehearsalBudget;
import io.millrace.learning.embedding.EmbeddingArchitecture;
import io.millrace.learning.embedding.SkipGram;
import io.millrace.learning.embedding.SkipGramConfig;
import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.vision.ReplayMemory;
import io.millrace.learning.vision.images.ImageShape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Restores learners from arbitrary parts, and from the parts of a real checkpoint of which some
 * bytes are others.
 */
final class Checkpoints {

  private static final ImageShape SHAPE = new ImageShape(1, 4, 4);

  private static final SkipGramConfig SKIP_GRAM =
      new SkipGramConfig(
          EmbeddingArchitecture.SKIP_GRAM, 4, 2, 2, 1e-4, 1, 2_000, 0.125, 0.09, 1e-3, 0.1, 1);

  private static final DriftConfig DRIFT =
      new DriftConfig(
          DriftConfig.Detector.ADWIN, 50, 1e-6, DriftConfig.Action.RAISE_LEARNING_RATE, 2, 100);

  private static final int DRIFT_BYTES = 48;

  private static final OnlineClassifierConfig CLASSIFIER = OnlineClassifierConfig.defaults();

  private static final OnlineClassifier FRESH = new OnlineClassifier(CLASSIFIER, 42);
  private static final SafeTensors MODEL = FRESH.model();
  private static final SortedMap<String, byte[]> BLOCKS = FRESH.takeChanges();
  private static final List<String> NAMES = List.of("summary", "0", "1", "0000", "state");

  private Checkpoints() {}

  static Object restore(FuzzInput input) {
    return switch (input.number() % 7) {
      case 0 -> DriftMonitor.restore(DRIFT, drift(input));
      case 1 -> RehearsalBudget.read(input.rest());
      case 2 -> ReplayMemory.restore(SHAPE, 100, 42, parts(input, Map.of()));
      case 3 -> DocumentMemory.restore(100, 42, parts(input, Map.of()));
      case 4 -> {
        SkipGram.restore(SKIP_GRAM, 42, parts(input, Map.of()), _ -> {}).close();
        yield SKIP_GRAM;
      }
      case 5 -> OnlineClassifier.restore(CLASSIFIER, 42, MODEL, parts(input, BLOCKS));
      default -> OnlineClassifier.restore(CLASSIFIER, 42, MODEL, changed(input, BLOCKS));
    };
  }

  private static Map<String, byte[]> drift(FuzzInput input) {
    byte[] rest = input.rest();
    return Map.of(rest.length == DRIFT_BYTES ? DriftMonitor.PART : "drift-adwin", rest);
  }

  private static Map<String, byte[]> parts(FuzzInput input, Map<String, byte[]> others) {
    Map<String, byte[]> parts = new HashMap<>(others);
    for (int count = 1 + input.number() % 3; count > 0; count--) {
      String name = NAMES.get(input.number() % NAMES.size());
      byte[] part = input.part();
      parts.put(name, part == null ? new byte[0] : part);
    }
    return parts;
  }

  private static Map<String, byte[]> changed(FuzzInput input, Map<String, byte[]> real) {
    Map<String, byte[]> parts = new HashMap<>();
    real.forEach((name, bytes) -> parts.put(name, bytes.clone()));
    List<String> names = List.copyOf(parts.keySet());
    for (int count = 1 + input.number() % 7; count > 0 && !names.isEmpty(); count--) {
      byte[] part = parts.get(names.get(input.number() % names.size()));
      if (part != null && part.length > 0) {
        part[(input.number() * 256 + input.number()) % part.length] = (byte) input.number();
      }
    }
    return parts;
  }
}
