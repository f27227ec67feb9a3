package io.millrace.scoring;

import io.millrace.runtime.records.TraceSpan;
import io.millrace.runtime.records.TracedRecord;
import io.millrace.runtime.records.Traces;
import io.millrace.scoring.answers.ServedModel;
import java.util.Optional;

/**
 * The spans of what scoring does with a record, if that is traced: {@code process TOPIC}, and in it
 * {@code decode TOPIC} and {@code score MODEL}, which is linked to the version that answered.
 */
final class ScoringSpans {

  private ScoringSpans() {}

  /**
   * When something was done, in nanoseconds since 1970; 0 if nothing is traced.
   *
   * @param started the decoding began
   * @param decoded the decoding ended, of the records that were decoded together
   * @param scored they were scored
   */
  record Times(long started, long decoded, long scored) {}

  /** A record was scored. */
  static void scored(TracedRecord record, ServedModel.Version<?> version, Times times) {
    String decoding = "decode " + record.topic();
    Traces.part(
        ScoringConfig.NAME, record, decoding, times.started(), times.decoded(), Optional.empty());
    Traces.part(
        ScoringConfig.NAME,
        record,
        "score " + version.model(),
        times.decoded(),
        times.scored(),
        Optional.of(version.traced()));
    Traces.processed(ScoringConfig.NAME, record, times.started(), Optional.empty());
  }

  /** A record cannot be scored. */
  static void rejected(TracedRecord record, String reason, long startedNanos) {
    Traces.processed(
        ScoringConfig.NAME, record, startedNanos, Optional.of(TraceSpan.Failure.unusable(reason)));
  }
}
