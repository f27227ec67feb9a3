package io.millrace.scoring;

/** What is compared to find drifts without labels. Each is the value of a metric's tag. */
enum DriftSignal {
  /** The pixels or terms, whatever answers. */
  INPUT,
  /** The probability of the best class. */
  CONFIDENCE,
  /** The squared error of the reconstruction; images only. */
  RECONSTRUCTION
}
