package io.millrace.text;

import io.millrace.learning.text.Corpus;
import io.millrace.learning.text.FrequencyView;
import io.millrace.learning.text.WeighedBag;
import io.millrace.runtime.EventHeaders;
import io.millrace.schemas.ContentType;
import io.millrace.schemas.avro.Source;
import java.time.Duration;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.Punctuator;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Counts the live documents of one partition, weighs each as it comes against those of all
 * partitions, and publishes the partition's counts for the others. All that happens between two
 * commits, here and on the topics, is one transaction.
 */
final class Weigh implements Processor<byte[], Taken, byte[], byte[]> {

  private static final String EVENT = "io.millrace.document-vector";

  private final TextConfig config;
  private final FrequencyView view;
  private final TextFigures figures;
  private @Nullable Task task;

  Weigh(TextConfig config, FrequencyView view, TextFigures figures) {
    this.config = config;
    this.view = view;
    this.figures = figures;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    task = new Task(context, config, view, figures);
  }

  @Override
  public void process(Record<byte[], Taken> record) {
    if (task == null) {
      throw new IllegalStateException("used before init");
    }
    task.process(record);
  }

  @Override
  public void close() {
    if (task != null) {
      task.leave();
      task = null;
    }
  }

  /** What there is while the partition is here. */
  private static final class Task {

    private final ProcessorContext<byte[], byte[]> context;
    private final TextConfig config;
    private final TextFigures figures;
    private final LiveDocuments documents;
    private final Corpus corpus;
    private final Publisher publisher;
    private final DocumentVectors vectors;
    private final KeptAnalysis analysis;
    private @Nullable Cancellable publication;

    Task(
        ProcessorContext<byte[], byte[]> context,
        TextConfig config,
        FrequencyView view,
        TextFigures figures) {
      this.context = context;
      this.config = config;
      this.figures = figures;
      this.analysis =
          new KeptAnalysis(context.getStateStore(Publisher.PUBLISHED), config.analysis());
      this.documents = new LiveDocuments(context);
      this.corpus = view.with(context.taskId().partition(), documents.frequencies());
      this.vectors = new DocumentVectors(config.weighing().label());
      this.publisher = new Publisher(context, documents.frequencies());
      Duration kept = config.deletionsKept();
      Duration interval = kept.dividedBy(10);
      every(
          interval.toMillis() < 1 ? Duration.ofMillis(1) : interval,
          now -> documents.forgetDeletions(now - kept.toMillis()));
      counted();
    }

    void process(Record<byte[], Taken> record) {
      switch (record.value()) {
        case Taken.Here here -> process(record, here);
        case Taken.ByKey(byte[] bytes) -> process(record, documents.read(bytes));
        case Taken.Refused _ -> {}
      }
    }

    private void process(Record<byte[], ?> record, Taken.Here taken) {
      analysis.keep();
      Counted document = documents.apply(record.key(), taken, context.currentSystemTimeMs());
      if (document == null) {
        figures.recordSuperseded();
        return;
      }
      byte[] vector = document.deleted() ? null : weigh(document);
      context.forward(
          new Record<>(record.key(), vector, record.timestamp(), headers(record, document)),
          TextService.VECTORS);
      figures.recordWritten();
      counted();
    }

    private byte[] weigh(Counted document) {
      WeighedBag weights = config.weighing().weigh(document.terms(), corpus);
      return vectors.encode(weights, corpus.documents(), false, false, document);
    }

    private static Headers headers(Record<byte[], ?> record, Counted document) {
      Source at = document.source();
      return EventHeaders.of(
          record.headers(),
          at.getTopic() + "-" + at.getPartition() + "-" + at.getOffset(),
          EVENT,
          TextConfig.NAME,
          ContentType.AVRO.mediaType(),
          record.timestamp());
    }

    /** Plans a publication if there is something to say: an idle partition commits nothing. */
    private void counted() {
      figures.partitionHas(context.taskId().partition(), documents.frequencies().documents());
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
}
