package io.millrace.scoring;

import io.millrace.runtime.records.TraceSpan;
import io.millrace.runtime.records.Traces;
import io.millrace.scoring.answers.ServedModel;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The spans of what scoring does with a record, if that is traced: {@code process TOPIC}, and in it
 * {@code decode TOPIC} and {@code score MODEL}, which is linked to the version that answered.
 */
final class ScoringSpans {

  private ScoringSpans() {}

  /**
   * When something was done, in nanoseconds since 1970; 0 unless spans are exported.
   *
   * @param started the decoding began
   * @param decoded the decoding ended, of the records that were decoded together
   * @param scored they were scored
   */
  record Times(long started, long decoded, long scored) {}

  /** A record was scored. */
  static void scored(
      ConsumerRecord<byte[], byte[]> record, ServedModel.Version<?> version, Times times) {
    Traces.record(record)
        .ifPresent(it -> {
          String decoding = "decode " + record.topic();
          Traces.part(
              ScoringConfig.NAME, it, decoding, times.started(), times.decoded(), Optional.empty());
          Traces.part(
              ScoringConfig.NAME,
              it,
              "score " + version.model(),
              times.decoded(),
              times.scored(),
              Optional.of(version.traced()));
          Traces.processed(ScoringConfig.NAME, it, times.started(), Optional.empty());
        });
  }

  /** A record cannot be scored. */
  static void rejected(ConsumerRecord<byte[], byte[]> record, String reason, long startedNanos) {
    Traces.record(record)
        .ifPresent(it ->
            Traces.processed(
                ScoringConfig.NAME,
                it,
                startedNanos,
                Optional.of(TraceSpan.Failure.unusable(reason))));
  }
}
