package io.millrace.scoring.violations;

import org.nd4j.violations.OfNd4j;

/** A service that is tied to one engine. */
public final class ScoringThatKnowsNd4j {

  OfNd4j scores;
}
