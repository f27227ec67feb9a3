package io.millrace.scoring.promotion;

import io.millrace.runtime.models.ServingPointer;
import io.millrace.schemas.avro.Comparison;
import io.millrace.schemas.avro.ServingDecision;
import io.millrace.schemas.avro.ServingReason;
import java.time.Instant;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Pointers and comparisons made by tests. */
final class ComparisonSamples {

  static final Instant SINCE = Instant.ofEpochMilli(1_000_000);
  static final PromotionConfig CONFIG = new PromotionConfig(0.01, 200, 0.01, 400, 4_000, 0.05, 100);

  private ComparisonSamples() {}

  static ServingPointer pointer(
      String model,
      @Nullable Long version,
      String previousModel,
      @Nullable Long previous,
      ServingReason reason) {
    return new ServingPointer(
        new ServingDecision(
            "vision",
            version,
            previous,
            reason,
            "ada",
            "",
            model.equals("vision") ? "" : model,
            previousModel.equals("vision") ? "" : previousModel,
            null,
            null),
        SINCE);
  }

  static ServingPointer champion(long version, ServingReason reason) {
    return pointer("vision", version, "vision", null, reason);
  }

  /** A window in which the champion is vision 31. */
  static Comparison window(long number, String challenger, int both, int b, int c, int neither) {
    return window(
        SINCE.plusMillis(1_000 * number), "vision", 31, challenger, both, b, c, neither, 40);
  }

  static Comparison window(
      Instant start,
      String champion,
      long version,
      String challenger,
      long both,
      long b,
      long c,
      long neither,
      long challengerVersion) {
    return new Comparison(
        champion,
        version,
        challenger,
        start,
        start.plusMillis(1_000),
        challengerVersion,
        challengerVersion,
        both,
        b,
        c,
        neither);
  }

  /** A window of records that each of two answers rightly with its own chance, independently. */
  static Comparison window(
      RandomGenerator random,
      int pairs,
      Instant start,
      String champion,
      long version,
      double championRight,
      String challenger,
      double challengerRight) {
    int[] counts = new int[4];
    for (int i = 0; i < pairs; i++) {
      int first = random.nextDouble() < championRight ? 0 : 2;
      int second = random.nextDouble() < challengerRight ? 0 : 1;
      counts[first + second]++;
    }
    return window(
        start, champion, version, challenger, counts[0], counts[1], counts[2], counts[3], 40);
  }
}
