package io.millrace.learning.vision;

/** What computes a network's arithmetic. */
public enum VisionDevice {
  /** The processor. */
  CPU,
  /** An NVIDIA graphics card. */
  CUDA
}
