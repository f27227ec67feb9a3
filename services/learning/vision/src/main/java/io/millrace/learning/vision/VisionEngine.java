package io.millrace.learning.vision;

import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.tensors.SafeTensorsException;
import java.util.Map;
import java.util.ServiceLoader;

/** A library that computes networks. There is one on the class path; it is found by its service. */
public interface VisionEngine {

  /** The name in settings and manifests: {@code dl4j}. */
  String name();

  /** Version and kernels, for the manifest. */
  Map<String, String> environment();

  /** Bytes held outside the heap now, over all networks of the process. */
  long offHeapBytes();

  /** A network that has learned nothing, its weights drawn with a seed. */
  VisionModel create(VisionConfig config, long seed);

  /**
   * A network that goes on learning.
   *
   * @param weights as {@link VisionModel#weights} gave them
   * @param optimizer as {@link VisionModel#optimizer} gave it
   * @throws SafeTensorsException if they do not fit the settings
   */
  VisionModel restore(VisionConfig config, long seed, SafeTensors weights, SafeTensors optimizer);

  /**
   * A network that answers only.
   *
   * @throws SafeTensorsException if the bytes are no such network
   */
  VisionPredictor load(SafeTensors weights);

  /**
   * The engine of that name.
   *
   * @throws IllegalStateException if it is not on the class path
   */
  static VisionEngine named(String name) {
    return ServiceLoader.load(VisionEngine.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(engine -> engine.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalStateException(
                "the vision engine " + name + " is not on the class path of this process"));
  }
}
