package io.millrace.text.topology;

import java.util.function.IntSupplier;
import org.apache.kafka.common.utils.Utils;

/**
 * To which partition a document belongs: the one that Kafka's own partitioner gives for its key
 * (murmur2 of its bytes), which is where most producers put it. It is the partitioner of {@code
 * documents-by-key} too.
 *
 * @param partitions how many {@code documents} has
 */
public record KeyPartitioner(IntSupplier partitions) {

  /** The partition of a key. */
  int partitionFor(byte[] key) {
    return Utils.toPositive(Utils.murmur2(key)) % partitions.getAsInt();
  }
}
