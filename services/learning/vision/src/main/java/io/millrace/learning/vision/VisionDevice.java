package io.millrace.learning.vision;

import java.util.Locale;

/** The device that computes a network. */
public enum VisionDevice {
  /** The processor. */
  CPU,
  /** An NVIDIA graphics card. */
  CUDA;

  /**
   * The device of that name, {@code cpu} or {@code cuda}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static VisionDevice named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }
}
