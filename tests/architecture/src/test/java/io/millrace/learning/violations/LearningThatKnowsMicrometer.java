package io.millrace.learning.violations;

import io.micrometer.core.instrument.MeterRegistry;

/** A learner that publishes its own figures. */
public final class LearningThatKnowsMicrometer {

  MeterRegistry meters;
}
