package io.millrace.runtime.records;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.header.Header;

/**
 * The header {@code traceparent} of a record that is to be sent: the context of the span {@code
 * send TOPIC}, with what that span is made of when the brokers have acknowledged the record. To
 * Kafka it is a header as any other.
 *
 * @param context of the span
 * @param parent the span in which the record was made
 * @param links other spans that it has to do with
 * @param madeNanos when the record was made, nanoseconds since 1970
 */
record SendHeader(
    TraceContext context, TraceContext parent, List<TraceContext> links, long madeNanos)
    implements Header {

  SendHeader {
    links = List.copyOf(links);
  }

  @Override
  public String key() {
    return TraceContext.TRACEPARENT;
  }

  @Override
  public byte[] value() {
    return context.toString().getBytes(StandardCharsets.US_ASCII);
  }
}
