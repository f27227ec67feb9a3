package io.millrace.scoring.violations;

import org.bytedeco.violations.OfJavaCpp;

/** A service that calls a native library itself. */
public final class ScoringThatKnowsJavaCpp {

  OfJavaCpp pointer;
}
