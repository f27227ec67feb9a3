package io.millrace.scoring;

import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.Source;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record that is to be answered.
 *
 * @param record as it came
 * @param subject what it is about
 * @param source the place that names it to the evaluation: the one that its example has too
 * @param givenLabel the label that came within it, or null
 */
record ScoringRequest(
    ConsumerRecord<byte[], byte[]> record,
    Subject subject,
    Source source,
    @Nullable String givenLabel) {}
