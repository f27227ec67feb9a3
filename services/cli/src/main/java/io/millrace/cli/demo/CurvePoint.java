package io.millrace.cli.demo;

/**
 * A point of an accuracy curve.
 *
 * @param records how many records had gone by, at least 1
 * @param accuracy 0 to 1
 */
record CurvePoint(long records, double accuracy) {
  CurvePoint {
    if (records < 1 || !(accuracy >= 0 && accuracy <= 1)) {
      throw new IllegalArgumentException(
          "needs records >= 1 and an accuracy in [0, 1], got " + records + ", " + accuracy);
    }
  }
}
