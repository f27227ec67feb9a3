package io.millrace.text.violations;

import io.millrace.scoring.violations.OfScoring;

/** A service that calls another. */
public final class TextThatKnowsScoring {

  OfScoring other;
}
