package io.millrace.runtime.kafka;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;

/** Why Kafka did not take a record, for people. */
public final class SendFailure {
  private SendFailure() {}

  /** What to change, where Kafka does not say it. */
  public static String remedy(ProducerRecord<byte[], byte[]> record, Exception reason) {
    return switch (reason) {
      case InvalidRecordException _ when record.key() == null ->
          "; the topic is compacted, so each record needs a key: the id of what it is";
      case RecordTooLargeException _ ->
          "; a client sends at most kafka.max.request.size bytes, and a topic takes at most its"
              + " max.message.bytes, which `millrace topics apply` sets";
      case TimeoutException _ ->
          "; a broker answers, but the one that leads the partition did not take the record in"
              + " time: look at its log and its disk";
      case TopicAuthorizationException _ ->
          "; the user of kafka.sasl.jaas.config needs the right to write to it";
      default -> "";
    };
  }
}
