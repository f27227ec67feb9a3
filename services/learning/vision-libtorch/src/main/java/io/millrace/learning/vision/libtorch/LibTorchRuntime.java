package io.millrace.learning.vision.libtorch;

import io.millrace.learning.vision.VisionDevice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.Context;
import org.bytedeco.pytorch.global.torch;

/** Loads and configures LibTorch, and reads what it is. */
final class LibTorchRuntime {

  private static final String VERSION = "2.10.0";

  private static final String HOW_TO_HAVE_CUDA =
      "build with `mvn -Pcuda` to have LibTorch's CUDA libraries, on a machine with an NVIDIA"
          + " driver, or set vision.device=cpu";

  /** Where the libraries lie in their jar, by platform: that of the processor alone, or of CUDA. */
  private static final List<String> FOLDERS =
      List.of("/org/bytedeco/pytorch/linux-x86_64/", "/org/bytedeco/pytorch/linux-x86_64-gpu/");

  /**
   * Parameters of mallopt: what is larger is mapped by itself; what is free beyond is given back.
   */
  private static final int MMAP_THRESHOLD = -3;

  private static final int TRIM_THRESHOLD = -1;
  private static final int KEPT_BYTES = 1 << 30;

  private LibTorchRuntime() {}

  /**
   * Unpacks all libraries before the first is loaded. JavaCPP unpacks and loads one after the
   * other; what one of them needs and is not unpacked yet the dynamic linker takes from the system,
   * and where another LibTorch is installed, as Debian's for Python, the process then dies.
   */
  static void prepare() {
    keepFreedMemory();
    try {
      for (String folder : FOLDERS) {
        if (Loader.class.getResource(folder) != null) {
          Loader.cacheResource(Loader.class, folder);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("LibTorch cannot be unpacked", e);
    }
  }

  /**
   * Makes glibc keep the memory that LibTorch frees after each operation, instead of giving it back
   * to the system and faulting it in again page by page, which takes longer than the arithmetic on
   * a virtual machine. PyTorch's guide says the same by {@code MALLOC_MMAP_THRESHOLD_}. Does
   * nothing where the C library has no {@code mallopt}.
   */
  static void keepFreedMemory() {
    Linker linker = Linker.nativeLinker();
    linker
        .defaultLookup()
        .find("mallopt")
        .ifPresent(address -> {
          MethodHandle mallopt =
              linker.downcallHandle(
                  address,
                  FunctionDescriptor.of(
                      ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
          try {
            for (int threshold : new int[] {MMAP_THRESHOLD, TRIM_THRESHOLD}) {
              int unused = (int) mallopt.invokeExact(threshold, KEPT_BYTES);
            }
          } catch (Throwable e) {
            throw new IllegalStateException("mallopt cannot be called", e);
          }
        });
  }

  /**
   * Makes sure that the libraries can be loaded.
   *
   * @throws IllegalStateException if not; the message says why
   */
  static void requireLibraries() {
    try {
      torch.set_num_threads(1);
    } catch (LinkageError e) {
      throw new IllegalStateException(
          "LibTorch cannot be loaded: %s; built with -Pcuda it needs CUDA, cuDNN and NCCL"
              .formatted(e.getMessage()),
          e);
    }
  }

  /**
   * Makes LibTorch work on one thread from this thread on: the order of its sums must not depend on
   * their number. OpenMP keeps the number thread by thread.
   */
  static void onOneThread() {
    torch.set_num_threads(1);
    openblas.blas_set_num_threads(1);
  }

  /**
   * Deterministic algorithms, where a card has them, and no TF32, which rounds factors to 10 bits.
   */
  static void requireDeterminism() {
    Context context = torch.globalContext();
    context.setDeterministicCuDNN(true);
    context.setDeterministicMkldnn(true);
    context.setBenchmarkCuDNN(false);
    context.setAllowTF32CuDNN(false);
    context.setAllowTF32CuBLAS(false);
  }

  /**
   * Makes sure that there is a card that can be used.
   *
   * @throws IllegalStateException if not; the message says what to do
   */
  static void requireCuda() {
    if (!Context.hasCUDA()) {
      throw new IllegalStateException(
          "this build of LibTorch has no CUDA, or finds no card: " + HOW_TO_HAVE_CUDA);
    }
    if (!torch.cuda_is_available()) {
      throw new IllegalStateException("no CUDA card is found: " + HOW_TO_HAVE_CUDA);
    }
  }

  static Map<String, String> environment(VisionDevice device) {
    Map<String, String> environment = new TreeMap<>();
    environment.put("engine", "libtorch " + VERSION);
    environment.put(
        "engine.kernels",
        switch (device) {
          case CPU -> "cpu " + capability();
          case CUDA -> "cuda " + Context.versionCUDART() + ", cudnn " + Context.versionCuDNN();
        });
    environment.put("engine.threads", "1");
    return environment;
  }

  /** The instruction set that ATen's own kernels use: {@code AVX512}. */
  private static String capability() {
    try (BytePointer text = torch.get_cpu_capability()) {
      return text.getString();
    }
  }
}
