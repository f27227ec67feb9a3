package io.millrace.learning.core.judging;

import java.time.Duration;
import java.util.List;

/** The buckets in which label delays are counted. */
public final class DelayHistogram {

  /** The longest delay of each bucket but the last, which has no bound. */
  public static final List<Duration> BOUNDS =
      List.of(
          Duration.ofMillis(100),
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          Duration.ofMinutes(1),
          Duration.ofMinutes(10),
          Duration.ofHours(1),
          Duration.ofHours(6),
          Duration.ofDays(1),
          Duration.ofDays(7));

  /** The number of buckets. */
  public static final int BUCKETS = BOUNDS.size() + 1;

  private DelayHistogram() {}

  /** The bucket of a delay, from 0. */
  public static int bucket(long delayMillis) {
    int bucket = 0;
    while (bucket < BOUNDS.size() && delayMillis > BOUNDS.get(bucket).toMillis()) {
      bucket++;
    }
    return bucket;
  }

  /** The longest delay of a bucket, in milliseconds; {@link Long#MAX_VALUE} for the last. */
  public static long maxMillis(int bucket) {
    return bucket < BOUNDS.size() ? BOUNDS.get(bucket).toMillis() : Long.MAX_VALUE;
  }
}
