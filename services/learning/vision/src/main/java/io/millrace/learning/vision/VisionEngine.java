package io.millrace.learning.vision;

import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.tensors.SafeTensorsException;
import io.millrace.learning.vision.model.NetworkConfig;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * A library that trains networks and predicts with them. {@link #named} finds it by the service
 * loader, on the class path or in a folder of its own (docs/design-vision.md). A process uses one.
 */
public interface VisionEngine extends PredictorLoader {

  /** The name in settings and manifests: {@code dl4j}. */
  String name();

  /**
   * This engine, computing on a device. An engine that was just found computes on the processor.
   *
   * @throws IllegalStateException if it cannot; the message says why and what to do
   */
  default VisionEngine onDevice(VisionDevice device) {
    if (device == VisionDevice.CPU) {
      return this;
    }
    throw new IllegalStateException(
        "the vision engine "
            + name()
            + " computes on the processor only: set vision.device=cpu, or vision.engine=libtorch,"
            + " which can use a card");
  }

  /** Why its library cannot be used on a machine, and what it needs; empty if it can. */
  default Optional<String> problemOn(NativePlatform platform) {
    return Optional.empty();
  }

  /** The library's version and its kernels, for the manifest of a version. */
  Map<String, String> environment();

  /** Creates a network that has learned nothing, its weights drawn with a seed. */
  VisionModel create(NetworkConfig config, long seed);

  /**
   * Creates a network that begins to learn from given weights, with a fresh optimizer.
   *
   * @param weights as {@link VisionModel#weights} returns them
   * @throws SafeTensorsException if they do not fit the settings
   */
  VisionModel createFrom(NetworkConfig config, long seed, SafeTensors weights);

  /**
   * Creates a network that continues to learn.
   *
   * @param weights as {@link VisionModel#weights} returned them
   * @param optimizer as {@link VisionModel#optimizer} returned it
   * @throws SafeTensorsException if they do not fit the settings
   */
  VisionModel restore(NetworkConfig config, long seed, SafeTensors weights, SafeTensors optimizer);

  /**
   * Finds an engine by its name: in its folder, else on the class path.
   *
   * @throws IllegalStateException if it is in neither; the message says what to do
   */
  static VisionEngine named(String name) {
    ClassLoader loader =
        EngineClassLoaders.loader(name).orElse(Thread.currentThread().getContextClassLoader());
    return ServiceLoader.load(VisionEngine.class, loader).stream()
        .map(ServiceLoader.Provider::get)
        .filter(engine -> engine.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalStateException(
                "there is no vision engine "
                    + name
                    + ": neither on the class path nor in a folder of that name below "
                    + System.getProperty(
                        EngineClassLoaders.PROPERTY, "-D" + EngineClassLoaders.PROPERTY)
                    + "; docs/operations.md says how engines are added"));
  }
}
