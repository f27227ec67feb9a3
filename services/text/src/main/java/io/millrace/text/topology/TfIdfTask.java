package io.millrace.text.topology;

import io.millrace.learning.text.frequencies.Corpus;
import io.millrace.learning.text.frequencies.DocumentFrequencyTable;
import io.millrace.learning.text.weighting.WeightedTerms;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.schemas.ContentType;
import io.millrace.schemas.avro.Source;
import io.millrace.text.TextService;
import io.millrace.text.codecs.DocumentRevision;
import io.millrace.text.codecs.DocumentVectorEncoder;
import io.millrace.text.config.TextConfig;
import io.millrace.text.metrics.TextStats;
import io.millrace.text.state.AnalysisCompatibility;
import io.millrace.text.state.DocumentFrequencyStore;
import io.millrace.text.state.GlobalFrequencies;
import io.millrace.text.state.LiveDocuments;
import io.millrace.text.state.RetentionWindow;
import io.millrace.text.state.StoreEpoch;
import java.time.Duration;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.Punctuator;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** What {@link TfIdfProcessor} has of a partition while it is here. */
final class TfIdfTask {

  private static final String EVENT = "io.millrace.document-vector";

  /** So many documents may expire at once; the transaction in hand must not become too long. */
  private static final int EXPIRED_AT_ONCE = 5000;

  /** How often a share of a refresh is done while there is one. */
  private static final Duration REFRESH_TURN = Duration.ofMillis(50);

  private final ProcessorContext<byte[], byte[]> context;
  private final TextConfig config;
  private final GlobalFrequencies everybody;
  private final TextStats figures;
  private final DocumentFrequencyTable frequencies;
  private final RetentionWindow retention;
  private final LiveDocuments documents;
  private final Corpus corpus;
  private final FrequencyPublisher publisher;
  private final DocumentVectorEncoder vectors;
  private final AnalysisCompatibility analysis;
  private final StoreEpoch lineage;
  private long evicted;
  private final Reweighting refresh;
  private @Nullable Cancellable publication;
  private @Nullable Cancellable refreshing;

  TfIdfTask(
      ProcessorContext<byte[], byte[]> context,
      TextConfig config,
      GlobalFrequencies everybody,
      TextStats figures) {
    this.context = context;
    this.config = config;
    this.figures = figures;
    this.everybody = everybody;
    this.analysis =
        new AnalysisCompatibility(
            context.getStateStore(FrequencyPublisher.STORE_NAME), config.analysis());
    // After what names the setting, where that can be told.
    everybody.foreignAnalyses().requireNone();
    this.lineage = new StoreEpoch(context);
    DocumentFrequencyStore counts = context.getStateStore(DocumentFrequencyStore.STORE_NAME);
    this.frequencies = counts.frequencies();
    this.retention =
        new RetentionWindow(config.limits().retention(), frequencies, everybody.frequencies());
    this.documents = new LiveDocuments(context, frequencies, retention);
    this.corpus = everybody.frequencies().with(context.taskId().partition(), frequencies);
    this.vectors = new DocumentVectorEncoder(config.weighting().label());
    this.publisher =
        new FrequencyPublisher(
            context, frequencies, AnalysisCompatibility.fingerprint(config.analysis()));
    this.refresh =
        new Reweighting(
            context, documents, publisher, everybody::isAcknowledgedByAll, this::reweight);
    Duration kept = config.limits().deletionRetention();
    Duration interval = kept.dividedBy(10);
    every(
        interval.toMillis() < 1 ? Duration.ofMillis(1) : interval,
        now -> documents.purgeDeletions(now - kept.toMillis()));
    if (config.limits().hasRetention()) {
      every(config.publishInterval(), this::expire);
    }
    schedulePublication();
    scheduleReweighting();
  }

  void process(Record<byte[], RoutedRecord> record) {
    everybody.foreignAnalyses().requireNone();
    switch (record.value()) {
      case RoutedRecord.Local here -> process(record, here);
      case RoutedRecord.Repartitioned(byte[] bytes) -> process(record, documents.decode(bytes));
      case RoutedRecord.Refresh(long command) -> {
        refresh.begin(command, context.currentSystemTimeMs());
        scheduleReweighting();
      }
      case RoutedRecord.Rejected _ -> {}
    }
  }

  private void process(Record<byte[], ?> record, RoutedRecord.Local taken) {
    if (analysis.save()) {
      lineage.start(context.currentSystemTimeMs());
    }
    retention.observe(taken.document().time());
    long now = context.currentSystemTimeMs();
    expire(now);
    DocumentRevision document = documents.apply(record.key(), taken, now);
    if (document == null) {
      figures.recordSuperseded();
    } else {
      if (document.deleted() && !taken.document().deleted()) {
        figures.recordExpired();
      }
      byte[] vector = document.deleted() ? null : vectorize(document, false);
      forward(record.key(), vector, record.timestamp(), headers(record, document));
    }
    schedulePublication();
  }

  /** The vector of a live document as the counts are now. */
  private byte[] vectorize(DocumentRevision document, boolean again) {
    WeightedTerms weights = config.weighting().vectorize(document.terms(), corpus);
    return vectors.encode(weights, corpus.documents(), corpus.isApproximate(), again, document);
  }

  private void forward(byte[] key, byte @Nullable [] vector, long timeMillis, Headers headers) {
    context.forward(new Record<>(key, vector, timeMillis, headers), TextService.VECTOR_SINK);
    figures.recordWritten();
  }

  private static Headers headers(@Nullable Record<byte[], ?> cause, DocumentRevision document) {
    return EventHeaders.of(
        cause == null ? null : cause.headers(),
        eventId(document),
        EVENT,
        TextConfig.NAME,
        ContentType.AVRO.mediaType(),
        cause == null ? document.time() : cause.timestamp());
  }

  private static String eventId(DocumentRevision document) {
    Source at = document.source();
    return at.getTopic() + "-" + at.getPartition() + "-" + at.getOffset();
  }

  /**
   * Documents that have become too old stop counting; if they are many, the rest a little later.
   */
  private void expire(long nowMillis) {
    for (int i = 0; i < EXPIRED_AT_ONCE; i++) {
      LiveDocuments.Expired expired = documents.expire(nowMillis);
      if (expired == null) {
        break;
      }
      figures.recordExpired();
      forward(expired.key(), null, retention.streamTime(), headers(null, expired.document()));
    }
    schedulePublication();
  }

  private void reweight(byte[] key, DocumentRevision document) {
    var headers =
        EventHeaders.of(
            null,
            eventId(document) + "-refresh-" + publisher.acknowledged(),
            EVENT,
            TextConfig.NAME,
            ContentType.AVRO.mediaType(),
            document.time());
    forward(key, vectorize(document, true), document.time(), headers);
    figures.recordReweighted();
  }

  /** Takes turns while there is something to weigh again: an idle partition commits nothing. */
  private void scheduleReweighting() {
    boolean pending = refresh.isPending();
    figures.setReweighting(context.taskId().partition(), pending);
    if (pending && refreshing == null) {
      refreshing = every(REFRESH_TURN, this::runReweightingSlice);
    } else if (!pending && refreshing != null) {
      refreshing.cancel();
      refreshing = null;
    }
  }

  private void runReweightingSlice(long nowMillis) {
    expire(nowMillis);
    refresh.runSlice(nowMillis);
    scheduleReweighting();
  }

  /** Plans a publication if there is something to say: an idle partition commits nothing. */
  private void schedulePublication() {
    figures.setLiveDocuments(context.taskId().partition(), frequencies.documents());
    if (frequencies.evicted() > evicted) {
      figures.recordTermsEvicted(frequencies.evicted() - evicted);
      evicted = frequencies.evicted();
    }
    if (publication == null && !publisher.isUpToDate()) {
      publication = every(config.publishInterval(), this::publish);
    }
  }

  private void publish(long nowMillis) {
    if (publication != null) {
      publication.cancel();
      publication = null;
    }
    publisher.publish(nowMillis);
  }

  private Cancellable every(Duration interval, Punctuator action) {
    return context.schedule(interval, PunctuationType.WALL_CLOCK_TIME, action);
  }

  void close() {
    figures.removePartition(context.taskId().partition());
  }
}
