package io.millrace.tests.benchmarks.scoring;

import java.util.List;
import java.util.stream.Stream;

/** Another program that makes the same forward passes from memory. */
interface ScoringPeer {

  /**
   * What it reaches.
   *
   * @param rate images a second, of all processes and threads together
   * @param cpuMicros processor time an image
   */
  record Speed(double rate, double cpuMicros) {}

  /** Measures. */
  Speed measure() throws Exception;

  /** All that there are. */
  static List<ScoringPeer> all() {
    return Stream.<ScoringPeer>concat(
            Stream.of(PyTorchScoring.values()), Stream.of(OnnxRuntimeScoring.values()))
        .toList();
  }
}
