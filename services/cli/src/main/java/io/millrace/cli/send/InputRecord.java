package io.millrace.cli.send;

import io.millrace.runtime.records.EventHeaders;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Subject;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.common.header.Headers;

/**
 * A record to send.
 *
 * @param where the file it is from, and the line or number in it
 * @param key the id
 * @param value as it is sent to the topic
 * @param contentType the media type of the value
 * @param subject what it is about
 * @param schema of the value, if it is Avro
 * @param label the label in it, as its readers will understand it
 */
record InputRecord(
    String where,
    String key,
    byte[] value,
    String contentType,
    Subject subject,
    Optional<AvroCodec<?>> schema,
    Optional<String> label) {

  /** The headers of CloudEvents, with an id of its own. */
  Headers headers(InputKind kind, long nowMillis) {
    Headers headers =
        EventHeaders.of(
            null, UUID.randomUUID().toString(), kind.eventType(), "cli", contentType, nowMillis);
    schema.ifPresentOrElse(
        codec -> EventHeaders.describe(headers, subject.toString(), codec),
        () -> EventHeaders.describe(headers, subject.toString()));
    return headers;
  }
}
