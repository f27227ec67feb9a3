package io.millrace.text.topology;

import io.millrace.learning.text.frequencies.Corpus;
import io.millrace.learning.text.weighting.WeightedTerms;
import io.millrace.learning.text.weighting.Weighting;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.runtime.records.SourceTopic;
import io.millrace.runtime.records.TraceContext;
import io.millrace.runtime.records.TracedRecord;
import io.millrace.runtime.records.Traces;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.schemas.avro.Source;
import io.millrace.schemas.input.ContentType;
import io.millrace.text.config.TextConfig;
import io.millrace.text.metrics.TextStats;
import io.millrace.text.records.DocumentRevision;
import io.millrace.text.records.DocumentVectorEncoder;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Weights the documents of a partition and sends their vectors to {@code document-vectors}. */
final class VectorPublisher {

  private static final String EVENT_TYPE = "io.millrace.document-vector";
  private static final AvroCodec<DocumentVector> VECTORS = AvroCodec.of(DocumentVector.class);

  private final ProcessorContext<byte[], byte[]> context;
  private final Weighting weighting;
  private final Corpus corpus;
  private final TextStats stats;
  private final DocumentVectorEncoder encoder;
  private final String topicId;
  private final List<String> carriedHeaders;

  /**
   * A publisher of one partition.
   *
   * @param corpus the documents of all partitions
   * @param topicId the id of the topic {@code documents}, for the headers
   * @param carriedHeaders the headers of a document that its vector has too
   */
  VectorPublisher(
      ProcessorContext<byte[], byte[]> context,
      Weighting weighting,
      Corpus corpus,
      String topicId,
      List<String> carriedHeaders,
      TextStats stats) {
    this.context = context;
    this.weighting = weighting;
    this.corpus = corpus;
    this.stats = stats;
    this.topicId = topicId;
    this.carriedHeaders = List.copyOf(carriedHeaders);
    this.encoder = new DocumentVectorEncoder(weighting.label());
  }

  /**
   * Sends the vector of a document; of a deleted one a tombstone.
   *
   * @param cause the record that changed the document
   */
  void publish(Record<byte[], ?> cause, DocumentRevision document) {
    Optional<TraceContext> trace = Traces.sampled(cause.headers());
    long started = Traces.now(trace);
    byte[] vector = document.deleted() ? null : vectorize(document, false);
    trace.ifPresent(it -> weighted(it, document, started));
    Headers headers = headers(cause.headers(), eventId(document), document.time());
    EventHeaders.carry(carriedHeaders, cause.headers(), headers);
    forward(cause.key(), vector, headers);
  }

  private static void weighted(TraceContext trace, DocumentRevision document, long started) {
    Source source = document.source();
    var record =
        new TracedRecord(
            trace,
            source.getTopic(),
            source.getPartition(),
            source.getOffset(),
            "",
            document.deleted());
    Traces.part(
        TextConfig.NAME,
        record,
        "weigh " + source.getTopic(),
        started,
        Traces.now(),
        Optional.empty());
  }

  /** Sends the tombstone of a document that has expired. */
  void publishExpired(byte[] key, DocumentRevision deletion) {
    forward(key, null, headers(null, eventId(deletion), deletion.time()));
  }

  /**
   * Sends the vector of a live document again, weighted by the present counts.
   *
   * @param command the command to refresh that asked for it
   */
  void reweight(byte[] key, DocumentRevision document, long command) {
    Headers headers = headers(null, eventId(document) + "-refresh-" + command, document.time());
    forward(key, vectorize(document, true), headers);
    stats.recordReweighted();
  }

  private byte[] vectorize(DocumentRevision document, boolean refresh) {
    WeightedTerms terms = weighting.vectorize(document.terms(), corpus);
    return encoder.encode(terms, corpus.documents(), corpus.isApproximate(), refresh, document);
  }

  /** The document's own time is among the headers; the timestamp is the time of sending. */
  private void forward(byte[] key, byte @Nullable [] vector, Headers headers) {
    if (Subject.ofDocument(key) instanceof Decoded.Valid<Subject>(Subject subject)) {
      EventHeaders.describe(headers, subject.toString(), VECTORS);
    }
    SourceTopic.put(headers, topicId);
    context.forward(
        new Record<>(key, vector, context.currentSystemTimeMs(), headers),
        TextTopology.VECTOR_SINK);
    stats.recordWritten();
  }

  private static Headers headers(@Nullable Headers cause, String eventId, long timeMillis) {
    return EventHeaders.of(
        cause, eventId, EVENT_TYPE, TextConfig.NAME, ContentType.AVRO.mediaType(), timeMillis);
  }

  private static String eventId(DocumentRevision document) {
    Source source = document.source();
    return source.getTopic() + "-" + source.getPartition() + "-" + source.getOffset();
  }
}
