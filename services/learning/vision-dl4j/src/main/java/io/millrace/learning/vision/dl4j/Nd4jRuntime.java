package io.millrace.learning.vision.dl4j;

import java.util.Map;
import java.util.TreeMap;
import org.nd4j.linalg.api.memory.AllocationsTracker;
import org.nd4j.linalg.api.memory.enums.AllocationKind;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/** Configures ND4J, which has to happen before its first class is loaded, and reads its state. */
final class Nd4jRuntime {

  private static final String VERSION = "1.0.0-M2.1";

  /** The build on the class path; without this property JavaCPP looks for nine others first. */
  private static final String EXTENSION = "-onednn-avx2";

  private Nd4jRuntime() {}

  /** Sets the properties that are not set. */
  static void prepare() {
    // The layers' oneDNN helpers are off by default.
    setIfAbsent("org.eclipse.deeplearning4j.helpers.disable", "false");
    setIfAbsent("org.bytedeco.javacpp.platform.extension", EXTENSION);
    // JavaCPP counts the whole process, page cache of mapped files included: no measure of a leak.
    setIfAbsent("org.bytedeco.javacpp.maxphysicalbytes", "0");
    setIfAbsent("org.bytedeco.javacpp.maxbytes", "2g");
    // Writes a report into the working directory; the exception has the same facts.
    setIfAbsent("org.eclipse.deeplearning4j.crash.reporting.enabled", "false");
  }

  /** Makes ND4J work on one thread: the order of its sums must not depend on their number. */
  static void onOneThread() {
    Nd4j.getBackend(); // Loads it; the holder cannot do that by itself.
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
    // OpenBLAS has threads of its own for larger products.
    Nd4j.factory().blas().setMaxThreads(1);
  }

  static Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>();
    environment.put("engine", "deeplearning4j " + VERSION);
    environment.put(
        "engine.kernels",
        "nd4j-native" + System.getProperty("org.bytedeco.javacpp.platform.extension"));
    environment.put("engine.threads", "1");
    return environment;
  }

  static long offHeapBytes() {
    int device = Nd4j.getAffinityManager().getDeviceForCurrentThread();
    AllocationsTracker tracker = AllocationsTracker.getInstance();
    long bytes = 0;
    for (AllocationKind kind : AllocationKind.values()) {
      bytes += tracker.bytesOnDevice(kind, device);
    }
    return bytes;
  }

  private static void setIfAbsent(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
