package io.millrace.evaluation;

import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.Comparison;
import io.millrace.schemas.avro.Judgement;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** What was decided about one record, on its way to the place of the sums that it counts in. */
sealed interface ScoreInput {

  /** A judgement; the record's key is the {@link WindowKey#modelTotal} that it counts in. */
  record OfJudgement(Judgement judgement) implements ScoreInput {}

  /** A comparison of one pair; the record's key is its {@link ComparisonAggregator#name}. */
  record OfPair(Comparison comparison) implements ScoreInput {}

  /**
   * Serde for the repartition topic. Each is encoded as the Avro record inside it; the fingerprint
   * in its header identifies which. Safe for several threads.
   */
  static Serde<ScoreInput> serde() {
    AvroCodec<Judgement> judgements = AvroCodec.of(Judgement.class);
    AvroCodec<Comparison> comparisons = AvroCodec.of(Comparison.class);
    return Serdes.serdeFrom(
        (_, input) ->
            switch (input) {
              case OfJudgement(Judgement judgement) -> judgements.encode(judgement);
              case OfPair(Comparison comparison) -> comparisons.encode(comparison);
            },
        (_, bytes) -> {
          String name = AvroCodec.nameOf(bytes).orElse("not a record of Millrace");
          return switch (name) {
            case "Judgement" -> new OfJudgement(judgements.decodeOrThrow(bytes));
            case "Comparison" -> new OfPair(comparisons.decodeOrThrow(bytes));
            default ->
                throw new SerializationException(
                    "expected an Avro Judgement or Comparison, found: " + name);
          };
        });
  }
}
