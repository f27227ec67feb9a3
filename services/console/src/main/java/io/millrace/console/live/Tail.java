package io.millrace.console.live;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What reads the end of a topic. One thread calls it.
 *
 * @param topic the full name
 * @param backlog how many of the newest records of a topic are read at the start; {@link #ALL} for
 *     all
 * @param mayMiss whether records may be passed over when more come than are read
 * @param reader takes each record; of a value that it does not understand it takes nothing
 */
public record Tail(String topic, long backlog, boolean mayMiss, Reader reader) {

  /** For {@link #backlog}: from the beginning. */
  public static final long ALL = Long.MAX_VALUE;

  /** Takes records. */
  @FunctionalInterface
  public interface Reader {

    /** Takes the next record; returns whether it was understood. */
    boolean accept(ConsumerRecord<byte[], byte[]> record);
  }
}
