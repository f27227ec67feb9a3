package io.millrace.cli.demo.monitor;

/**
 * A point of an accuracy curve.
 *
 * @param records the number of records so far, at least 1
 * @param accuracy up to this record, 0 to 1
 */
public record AccuracyPoint(long records, double accuracy) {
  public AccuracyPoint {
    if (records < 1 || !(accuracy >= 0 && accuracy <= 1)) {
      throw new IllegalArgumentException(
          "needs records >= 1 and an accuracy in [0, 1], got " + records + ", " + accuracy);
    }
  }
}
