package io.millrace.text.topology;

import io.millrace.learning.text.frequencies.TermBag;
import io.millrace.learning.text.frequencies.TermCounter;
import io.millrace.learning.text.frequencies.TooManyTermsException;
import io.millrace.runtime.records.ControlRecords;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.runtime.settings.InputLimits;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.Document;
import io.millrace.schemas.input.InputDecoder;
import io.millrace.schemas.input.InputDecoder.DocumentInput;
import io.millrace.schemas.input.LabelNormalizer;
import io.millrace.text.config.TextConfig;
import io.millrace.text.metrics.TextStats;
import io.millrace.text.records.CountedDocumentCodec;
import io.millrace.text.records.DocumentRevision;
import io.millrace.text.state.DocumentFrequencyStore;
import java.nio.charset.StandardCharsets;
import java.util.function.IntSupplier;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code documents}. For each record:
 *
 * <ol>
 *   <li>Skip it if it is a control record.
 *   <li>Reject it, as a dead letter, if its value is larger than {@code documents.max.bytes}, if it
 *       has no id or cannot be decoded, or if its vector would be too large.
 *   <li>Analyze the text and count its terms.
 *   <li>Route the counted terms to the partition that the key belongs to: onward to {@link
 *       TfIdfProcessor} if that is this one, else by {@code documents-by-key}.
 * </ol>
 *
 * <p>Rejecting and counting happen here, before any repartitioning: a dead letter has the record's
 * own coordinates and bytes, and only counted terms travel between partitions.
 */
final class DocumentSourceProcessor extends SourceProcessor {

  /** The size of a vector's terms at most; its other fields are far smaller than the rest. */
  private static final long MAX_TERM_BYTES =
      InputLimits.MAX_DOCUMENT_BYTES - 2L * LabelNormalizer.MAX_LENGTH;

  private final TextConfig config;
  private final InputDecoder inputs;
  private final TextStats stats;
  private final IntSupplier partitions;
  private TermCounter counter;
  private CountedDocumentCodec codec;

  /**
   * A processor of one partition.
   *
   * @param partitions how many partitions {@code documents} has
   * @param topicIds gives the id of a topic by its name
   */
  DocumentSourceProcessor(
      TextConfig config,
      InputDecoder inputs,
      IntSupplier partitions,
      UnaryOperator<String> topicIds,
      TextStats stats) {
    super(stats, topicIds);
    this.config = config;
    this.inputs = inputs;
    this.stats = stats;
    this.partitions = partitions;
  }

  @Override
  public void init(ProcessorContext<byte[], RoutedRecord> context) {
    super.init(context);
    DocumentFrequencyStore store = context.getStateStore(DocumentFrequencyStore.STORE_NAME);
    counter = new TermCounter(config.analysis(), store.frequencies(), MAX_TERM_BYTES);
    codec = new CountedDocumentCodec(store.frequencies());
  }

  @Override
  void route(Record<byte[], byte[]> record) {
    byte @Nullable [] value = record.value();
    if (ControlRecords.isMarker(record.headers(), value)) {
      return;
    }
    if (value != null && value.length > config.limits().maxDocumentBytes()) {
      reject(
          record,
          "the document has %d bytes, more than %s allows (%d)"
              .formatted(
                  value.length, InputLimits.DOCUMENT_BYTES, config.limits().maxDocumentBytes()));
    } else {
      String contentType = EventHeaders.contentType(record.headers());
      switch (inputs.document(contentType, record.key(), value)) {
        case Decoded.Invalid<DocumentInput>(String reason) -> reject(record, reason);
        case Decoded.Valid<DocumentInput>(DocumentInput input) -> accept(record, input);
      }
    }
  }

  private void accept(Record<byte[], byte[]> record, DocumentInput input) {
    if (input.looksLikeJson()) {
      stats.recordJsonLike();
    }
    // The id may come from the value; the record keeps its own key where it is rejected.
    byte[] id = input.subject().id().getBytes(StandardCharsets.UTF_8);
    if (input.document().isPresent()) {
      count(record, id, input.document().get());
    } else {
      forward(
          record.withKey(id),
          new DocumentRevision(TermBag.EMPTY, null, source(), record.timestamp(), true));
    }
  }

  private void count(Record<byte[], byte[]> record, byte[] id, Document document) {
    TermBag terms;
    try {
      terms = counter.bag(document.getText());
    } catch (TooManyTermsException e) {
      reject(record, "the vector would be too large to send: " + e.getMessage());
      return;
    }
    forward(
        record.withKey(id),
        new DocumentRevision(terms, document.getLabel(), source(), record.timestamp(), false));
  }

  private void forward(Record<byte[], byte[]> record, DocumentRevision revision) {
    byte[] encoded = codec.encode(revision);
    boolean isLocal = partitionOf(record.key()) == revision.source().getPartition();
    context()
        .forward(
            record
                .<RoutedRecord>withValue(
                    isLocal
                        ? new RoutedRecord.Local(revision, encoded)
                        : new RoutedRecord.Repartitioned(encoded))
                // The revision has the record's own time.
                .withTimestamp(context().currentSystemTimeMs()));
  }

  /**
   * The partition that a document belongs to: the one that Kafka's default partitioner gives for
   * its key (murmur2), which is that of {@code documents-by-key} too.
   */
  private int partitionOf(byte[] key) {
    return Utils.toPositive(Utils.murmur2(key)) % partitions.getAsInt();
  }
}
