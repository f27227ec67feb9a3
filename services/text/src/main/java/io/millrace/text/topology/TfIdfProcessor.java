package io.millrace.text.topology;

import io.millrace.learning.text.frequencies.DocumentFrequencyTable;
import io.millrace.runtime.streams.RawRecord;
import io.millrace.text.config.TextConfig;
import io.millrace.text.metrics.TextStats;
import io.millrace.text.records.DocumentRevision;
import io.millrace.text.records.RefreshRequest;
import io.millrace.text.state.AnalysisCompatibility;
import io.millrace.text.state.DocumentFrequencyStore;
import io.millrace.text.state.DocumentsTopic;
import io.millrace.text.state.GlobalFrequencies;
import io.millrace.text.state.LiveDocuments;
import io.millrace.text.state.PartitionMetadata;
import io.millrace.text.state.RetentionWindow;
import io.millrace.text.state.StoreEpoch;
import java.time.Duration;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.Punctuator;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Turns the documents of one partition into TF-IDF vectors, weighted by the document frequencies of
 * all partitions. For each document:
 *
 * <ol>
 *   <li>Refuse to go on while any instance counts terms with another analysis ({@link
 *       GlobalFrequencies#requireSameAnalysis}).
 *   <li>Expire the documents that are older than {@code text.retention.ms}: each stops counting and
 *       a tombstone goes to {@code document-vectors}.
 *   <li>Compare the document with its stored revision; ignore it if that is newer ({@link
 *       DocumentRevision#supersedes}).
 *   <li>Take the terms of the stored revision out of the document frequencies and add those of the
 *       new one, so that N and df(t) include it ({@link LiveDocuments#apply}).
 *   <li>Weight each term t: w(t) = tf(t) · idf(N, df(t)), with N and df summed over all partitions:
 *       this one's exactly, the others' as last published. Divide the weights by their norm ({@link
 *       io.millrace.learning.text.weighting.Weighting#vectorize}).
 *   <li>Send the vector to {@code document-vectors}; of a deleted document a tombstone.
 *   <li>Within {@code text.publish.interval.ms}, publish the changed document frequencies to {@code
 *       document-frequencies} ({@link FrequencyPublisher}).
 * </ol>
 *
 * <p>A command to refresh makes {@link Reweighting} do steps 5 and 6 for all live documents. Kafka
 * Streams commits all that happens between two commits, in stores and on topics, as one
 * transaction.
 *
 * <p>Source of the formula: Salton and Buckley 1988, "Term-weighting approaches in automatic text
 * retrieval"; of idf: Spärck Jones 1972, "A statistical interpretation of term specificity and its
 * application in retrieval".
 */
final class TfIdfProcessor implements Processor<byte[], RoutedRecord, byte[], byte[]> {

  /** Bounds the time of the current transaction when many documents expire at once. */
  private static final int MAX_EXPIRED_AT_ONCE = 5000;

  /** How often a slice of documents is reweighted while a refresh is pending. */
  private static final Duration REWEIGHTING_INTERVAL = Duration.ofMillis(50);

  private static final int NONE = -1;

  private final TextConfig config;
  private final GlobalFrequencies global;
  private final Supplier<String> topicId;
  private final TextStats stats;
  private final RawRecord raw = new RawRecord();

  private ProcessorContext<byte[], byte[]> context;
  private int partition = NONE;
  private DocumentFrequencyTable frequencies;
  private RetentionWindow retention;
  private LiveDocuments documents;
  private VectorPublisher vectorPublisher;
  private FrequencyPublisher frequencyPublisher;
  private AnalysisCompatibility analysis;
  private StoreEpoch epoch;
  private Reweighting reweighting;
  private @Nullable Cancellable reweightingSchedule;
  private long termsEvicted;

  /**
   * A processor of one partition.
   *
   * @param topicId gives the id of the topic {@code documents}
   */
  TfIdfProcessor(
      TextConfig config, GlobalFrequencies global, Supplier<String> topicId, TextStats stats) {
    this.topicId = topicId;
    this.config = config;
    this.global = global;
    this.stats = stats;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> newContext) {
    context = newContext;
    partition = context.taskId().partition();
    var metadata = new PartitionMetadata(context);
    analysis = new AnalysisCompatibility(metadata, config.analysis());
    // After the comparison above, whose message names the setting that differs.
    global.requireSameAnalysis();
    epoch = new StoreEpoch(context, metadata);
    String id = topicId.get();
    DocumentsTopic.requireSame(metadata, id);
    DocumentFrequencyStore table = context.getStateStore(DocumentFrequencyStore.STORE_NAME);
    frequencies = table.frequencies();
    retention =
        new RetentionWindow(
            config.limits().retention(), frequencies, global, context::currentSystemTimeMs);
    documents = new LiveDocuments(context, frequencies, retention);
    vectorPublisher =
        new VectorPublisher(
            context,
            config.weighting(),
            global.corpus(partition, frequencies),
            id,
            config.carriedHeaders(),
            stats);
    frequencyPublisher =
        new FrequencyPublisher(
            context,
            metadata,
            frequencies,
            AnalysisCompatibility.fingerprint(config.analysis()),
            config.publishInterval());
    reweighting =
        new Reweighting(context, documents, frequencyPublisher, global, vectorPublisher::reweight);
    reweightingSchedule = null;
    termsEvicted = 0;
    schedulePurge(config.limits().deletionRetention());
    if (config.limits().hasRetention()) {
      schedule(config.publishInterval(), this::expire);
    }
    countsChanged();
    scheduleReweighting();
  }

  @Override
  public void process(Record<byte[], RoutedRecord> record) {
    raw.freeSoon(context);
    global.requireSameAnalysis();
    switch (record.value()) {
      case RoutedRecord.Local local -> process(record, local.revision(), local.encoded());
      case RoutedRecord.Repartitioned(byte[] encoded) ->
          process(record, documents.decode(encoded), encoded);
      case RoutedRecord.Refresh(RefreshRequest request) -> {
        reweighting.begin(request, context.currentSystemTimeMs());
        scheduleReweighting();
      }
      case RoutedRecord.DeadLetter _ -> {}
    }
  }

  private void process(Record<byte[], ?> record, DocumentRevision received, byte[] encoded) {
    long now = context.currentSystemTimeMs();
    if (analysis.save()) {
      epoch.start(now);
    }
    retention.observe(received.time());
    expire(now);
    DocumentRevision current = documents.apply(record.key(), received, encoded, now);
    if (current == null) {
      stats.recordSuperseded();
    } else {
      if (current.deleted() && !received.deleted()) {
        stats.recordExpired();
      }
      vectorPublisher.publish(record, current);
    }
    countsChanged();
  }

  /** Expires the documents that are too old; the rest of very many at the next call. */
  private void expire(long nowMillis) {
    for (int i = 0; i < MAX_EXPIRED_AT_ONCE; i++) {
      LiveDocuments.Expired expired = documents.expire(nowMillis);
      if (expired == null) {
        break;
      }
      stats.recordExpired();
      vectorPublisher.publishExpired(expired.key(), expired.deletion());
    }
    countsChanged();
  }

  private void countsChanged() {
    stats.setLiveDocuments(partition, frequencies.documents());
    stats.recordTermsEvicted(frequencies.evicted() - termsEvicted);
    termsEvicted = frequencies.evicted();
    frequencyPublisher.schedule();
  }

  private void runReweightingSlice(long nowMillis) {
    expire(nowMillis);
    reweighting.runSlice(nowMillis);
    scheduleReweighting();
  }

  /** Runs slices only while a refresh is pending: an idle partition commits nothing. */
  private void scheduleReweighting() {
    boolean pending = reweighting.isPending();
    stats.setReweighting(partition, pending);
    if (pending && reweightingSchedule == null) {
      reweightingSchedule = schedule(REWEIGHTING_INTERVAL, this::runReweightingSlice);
    } else if (!pending && reweightingSchedule != null) {
      reweightingSchedule.cancel();
      reweightingSchedule = null;
    }
  }

  private void schedulePurge(Duration deletionRetention) {
    Duration interval = deletionRetention.dividedBy(10);
    schedule(
        interval.toMillis() < 1 ? Duration.ofMillis(1) : interval,
        now -> documents.purgeDeletions(now - deletionRetention.toMillis()));
  }

  private Cancellable schedule(Duration interval, Punctuator action) {
    return context.schedule(interval, PunctuationType.WALL_CLOCK_TIME, action);
  }

  @Override
  public void close() {
    stats.removePartition(partition);
  }
}
