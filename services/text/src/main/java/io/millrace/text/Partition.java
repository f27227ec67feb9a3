package io.millrace.text;

import io.millrace.learning.text.Corpus;
import io.millrace.learning.text.DocumentFrequencies;
import io.millrace.learning.text.WeighedBag;
import io.millrace.runtime.EventHeaders;
import io.millrace.schemas.ContentType;
import io.millrace.schemas.avro.Source;
import java.time.Duration;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.Punctuator;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** What {@link Weigh} has of a partition while it is here. */
final class Partition {

  private static final String EVENT = "io.millrace.document-vector";

  /** So many documents may expire at once; the transaction in hand must not become too long. */
  private static final int EXPIRED_AT_ONCE = 5000;

  /** How often a share of a refresh is done while there is one. */
  private static final Duration REFRESH_TURN = Duration.ofMillis(50);

  private final ProcessorContext<byte[], byte[]> context;
  private final TextConfig config;
  private final Everybody everybody;
  private final TextFigures figures;
  private final DocumentFrequencies frequencies;
  private final Retention retention;
  private final LiveDocuments documents;
  private final Corpus corpus;
  private final Publisher publisher;
  private final DocumentVectors vectors;
  private final KeptAnalysis analysis;
  private final Lineage lineage;
  private long evicted;
  private final Refresh refresh;
  private @Nullable Cancellable publication;
  private @Nullable Cancellable refreshing;

  Partition(
      ProcessorContext<byte[], byte[]> context,
      TextConfig config,
      Everybody everybody,
      TextFigures figures) {
    this.context = context;
    this.config = config;
    this.figures = figures;
    this.everybody = everybody;
    this.analysis = new KeptAnalysis(context.getStateStore(Publisher.PUBLISHED), config.analysis());
    // After what names the setting, where that can be told.
    everybody.others().requireNone();
    this.lineage = new Lineage(context);
    CountStore counts = context.getStateStore(CountStore.NAME);
    this.frequencies = counts.frequencies();
    this.retention = new Retention(config.bounds().retention(), frequencies, everybody.view());
    this.documents = new LiveDocuments(context, frequencies, retention);
    this.corpus = everybody.view().with(context.taskId().partition(), frequencies);
    this.vectors = new DocumentVectors(config.weighing().label());
    this.publisher =
        new Publisher(context, frequencies, KeptAnalysis.fingerprint(config.analysis()));
    this.refresh = new Refresh(context, documents, publisher, everybody::hasSeen, this::weighAgain);
    Duration kept = config.bounds().deletionsKept();
    Duration interval = kept.dividedBy(10);
    every(
        interval.toMillis() < 1 ? Duration.ofMillis(1) : interval,
        now -> documents.forgetDeletions(now - kept.toMillis()));
    if (config.bounds().forgets()) {
      every(config.publishInterval(), this::expire);
    }
    counted();
    planRefresh();
  }

  void process(Record<byte[], Taken> record) {
    everybody.others().requireNone();
    switch (record.value()) {
      case Taken.Here here -> process(record, here);
      case Taken.ByKey(byte[] bytes) -> process(record, documents.read(bytes));
      case Taken.Refresh(long command) -> {
        refresh.begin(command, context.currentSystemTimeMs());
        planRefresh();
      }
      case Taken.Refused _ -> {}
    }
  }

  private void process(Record<byte[], ?> record, Taken.Here taken) {
    if (analysis.keep()) {
      lineage.begin(context.currentSystemTimeMs());
    }
    retention.observe(taken.document().time());
    long now = context.currentSystemTimeMs();
    expire(now);
    Counted document = documents.apply(record.key(), taken, now);
    if (document == null) {
      figures.recordSuperseded();
    } else {
      if (document.deleted() && !taken.document().deleted()) {
        figures.recordExpired();
      }
      byte[] vector = document.deleted() ? null : weigh(document, false);
      forward(record.key(), vector, record.timestamp(), headers(record, document));
    }
    counted();
  }

  /** The vector of a live document as the counts are now. */
  private byte[] weigh(Counted document, boolean again) {
    WeighedBag weights = config.weighing().weigh(document.terms(), corpus);
    return vectors.encode(weights, corpus.documents(), corpus.isApproximate(), again, document);
  }

  private void forward(byte[] key, byte @Nullable [] vector, long timeMillis, Headers headers) {
    context.forward(new Record<>(key, vector, timeMillis, headers), TextService.VECTORS);
    figures.recordWritten();
  }

  private static Headers headers(@Nullable Record<byte[], ?> cause, Counted document) {
    return EventHeaders.of(
        cause == null ? null : cause.headers(),
        name(document),
        EVENT,
        TextConfig.NAME,
        ContentType.AVRO.mediaType(),
        cause == null ? document.time() : cause.timestamp());
  }

  private static String name(Counted document) {
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
      forward(expired.key(), null, retention.latest(), headers(null, expired.document()));
    }
    counted();
  }

  private void weighAgain(byte[] key, Counted document) {
    var headers =
        EventHeaders.of(
            null,
            name(document) + "-refresh-" + publisher.acknowledged(),
            EVENT,
            TextConfig.NAME,
            ContentType.AVRO.mediaType(),
            document.time());
    forward(key, weigh(document, true), document.time(), headers);
    figures.recordRefreshed();
  }

  /** Takes turns while there is something to weigh again: an idle partition commits nothing. */
  private void planRefresh() {
    boolean pending = refresh.isPending();
    figures.partitionRefreshes(context.taskId().partition(), pending);
    if (pending && refreshing == null) {
      refreshing = every(REFRESH_TURN, this::turn);
    } else if (!pending && refreshing != null) {
      refreshing.cancel();
      refreshing = null;
    }
  }

  private void turn(long nowMillis) {
    expire(nowMillis);
    refresh.turn(nowMillis);
    planRefresh();
  }

  /** Plans a publication if there is something to say: an idle partition commits nothing. */
  private void counted() {
    figures.partitionHas(context.taskId().partition(), frequencies.documents());
    if (frequencies.evicted() > evicted) {
      figures.recordEvicted(frequencies.evicted() - evicted);
      evicted = frequencies.evicted();
    }
    if (publication == null && !publisher.upToDate()) {
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

  void leave() {
    figures.partitionLeft(context.taskId().partition());
  }
}
