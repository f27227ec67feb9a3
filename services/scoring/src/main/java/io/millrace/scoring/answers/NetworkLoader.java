package io.millrace.scoring.answers;

import io.millrace.learning.vision.NativePlatform;
import io.millrace.learning.vision.PredictorLoader;
import io.millrace.learning.vision.VisionDevice;
import io.millrace.learning.vision.VisionEngine;
import io.millrace.learning.vision.kernels.KernelPredictorLoader;
import io.millrace.runtime.lifecycle.UnsupportedMachineException;
import io.millrace.runtime.settings.EngineConfig;
import io.millrace.runtime.settings.SettingsException;
import java.util.Optional;

/** Chooses what computes networks that only predict. */
public final class NetworkLoader {

  private NetworkLoader() {}

  /**
   * The kernels where they can stand in for the engine, which then is not loaded; else the engine.
   *
   * @throws SettingsException if the engine is not installed
   * @throws UnsupportedMachineException if its library cannot be used here
   */
  public static PredictorLoader of(EngineConfig engine) {
    VisionDevice device = VisionDevice.named(engine.device());
    return KernelPredictorLoader.inPlaceOf(engine.name(), device)
        .orElseGet(() -> engine(engine, device));
  }

  private static PredictorLoader engine(EngineConfig engine, VisionDevice device) {
    try {
      VisionEngine found = VisionEngine.named(engine.name());
      Optional<String> problem = found.problemOn(NativePlatform.current());
      if (problem.isPresent()) {
        throw new UnsupportedMachineException(
            "scoring cannot score images here: the library of vision.engine=%s %s; with vision.engine=dl4j and the JVM's --add-modules=jdk.incubator.vector, or with scoring.images=false, it needs none"
                .formatted(engine.name(), problem.get()));
      }
      return found.onDevice(device);
    } catch (IllegalStateException e) {
      throw engine.unavailable(e);
    }
  }
}
