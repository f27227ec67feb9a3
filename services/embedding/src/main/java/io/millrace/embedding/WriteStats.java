package io.millrace.embedding;

import io.millrace.learning.embedding.checkpoint.SkipGramChanges;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What steps write to the topics.
 *
 * @param words vectors published or deleted
 * @param wordBytes the bytes of the keys and values of their records
 * @param rows rows written to the checkpoint, of all tables
 * @param partBytes the bytes of the parts of the checkpoint that hold them
 */
record WriteStats(long words, long wordBytes, long rows, long partBytes) {

  static final WriteStats NONE = new WriteStats(0, 0, 0, 0);

  /** What one step writes. */
  static WriteStats of(SkipGramChanges changes, List<ProducerRecord<byte[], byte[]>> outputs) {
    return new WriteStats(
        outputs.size(),
        outputs.stream().mapToLong(WriteStats::bytes).sum(),
        changes.rows(),
        changes.parts().values().stream()
            .flatMap(Optional::stream)
            .mapToLong(part -> part.length)
            .sum());
  }

  private static long bytes(ProducerRecord<byte[], byte[]> record) {
    return record.key().length + (record.value() == null ? 0 : record.value().length);
  }

  WriteStats plus(WriteStats more) {
    return new WriteStats(
        words + more.words,
        wordBytes + more.wordBytes,
        rows + more.rows,
        partBytes + more.partBytes);
  }
}
