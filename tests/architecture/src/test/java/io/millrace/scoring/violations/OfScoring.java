package io.millrace.scoring.violations;

/** Something that only the scoring service has. */
public final class OfScoring {

  int score;
}
