package io.millrace.labelling;

import io.millrace.runtime.streams.StoreExpiry;
import io.millrace.schemas.avro.Source;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.TimestampedKeyValueStoreWithHeaders;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.apache.kafka.streams.state.ValueTimestampHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Joins the subjects of one partition with their labels and forwards each pair once.
 *
 * <p>Three stores, each stamped with the stream time at which its entry came, so that a late record
 * is kept as long as any other:
 *
 * <ul>
 *   <li>{@code waiting}: the last record of a subject that has no label yet, payload and headers
 *       included. A newer record of the same subject replaces it.
 *   <li>{@code labels}: the last label given apart for a subject. It stays after the pair was
 *       written: a record that comes later is a new example, and the label is the subject's.
 *   <li>{@code written}: for a subject and a partition of its topic, the last offset written.
 *       Records up to it have been dealt with, so the same record is never written twice.
 * </ul>
 *
 * <p>A label inside a record wins over one given apart, and speaks of that record alone. Everything
 * is forgotten after the retention, by a scan of the stores ten times a retention: O(kept) each.
 */
final class LabelJoinProcessor implements Processor<String, JoinInput, String, JoinInput.Example> {

  static final String WAITING = "waiting";
  static final String LABELS = "labels";
  static final String WRITTEN = "written";

  private final LabellingConfig config;
  private final LabellingStats figures;
  private @Nullable LabelJoin task;

  LabelJoinProcessor(LabellingConfig config, LabellingStats figures) {
    this.config = config;
    this.figures = figures;
  }

  @Override
  public void init(ProcessorContext<String, JoinInput.Example> context) {
    LabelJoin here = new LabelJoin(context, figures);
    task = here;
    Duration retention = config.retention();
    every(context, retention.dividedBy(10), now -> here.evict(now - retention.toMillis()));
    config
        .unlabelledAfter()
        .ifPresent(after ->
            every(
                context, after.dividedBy(10), now -> here.writeUnlabelled(now - after.toMillis())));
  }

  private static void every(
      ProcessorContext<?, ?> context, Duration interval, Consumer<Long> action) {
    Duration atLeastOne = interval.toMillis() < 1 ? Duration.ofMillis(1) : interval;
    context.schedule(atLeastOne, PunctuationType.STREAM_TIME, action::accept);
  }

  @Override
  public void process(Record<String, JoinInput> record) {
    if (task == null) {
      throw new IllegalStateException("used before init");
    }
    switch ((@Nullable JoinInput) record.value()) {
      case null -> task.deleted(record.key());
      case JoinInput.OfLabel offer -> task.label(record, offer.label().getLabel());
      case JoinInput.Example example -> task.example(record, example);
    }
  }

  @Override
  public void close() {
    if (task != null) {
      task.leave();
      task = null;
    }
  }

  /** What there is while the partition is here. */
  private static final class LabelJoin {

    private final ProcessorContext<String, JoinInput.Example> context;
    private final LabellingStats figures;
    private final TimestampedKeyValueStoreWithHeaders<String, JoinInput.Example> waiting;
    private final TimestampedKeyValueStore<String, String> labels;
    private final TimestampedKeyValueStore<String, Long> written;
    private long subjectsWaiting;

    LabelJoin(ProcessorContext<String, JoinInput.Example> context, LabellingStats figures) {
      this.context = context;
      this.figures = figures;
      this.waiting = context.getStateStore(WAITING);
      this.labels = context.getStateStore(LABELS);
      this.written = context.getStateStore(WRITTEN);
      try (var all = waiting.all()) {
        all.forEachRemaining(_ -> subjectsWaiting++);
      }
      count(0);
    }

    void example(Record<String, JoinInput> record, JoinInput.Example example) {
      if (isWritten(record.key(), example.source())) {
        figures.subjectRepeated();
        return;
      }
      String label = example.label() == null ? label(record.key()) : example.label();
      if (label == null) {
        keep(record, example);
      } else {
        if (forget(record.key())) {
          figures.subjectReplaced();
        }
        write(record.key(), example.labelled(label), record.timestamp(), record.headers());
      }
    }

    void label(Record<String, JoinInput> record, String label) {
      String subject = record.key();
      labels.put(subject, ValueAndTimestamp.make(label, context.currentStreamTimeMs()));
      ValueTimestampHeaders<JoinInput.Example> found = waiting.get(subject);
      if (found != null) {
        forget(subject);
        write(subject, found.value().labelled(label), record.timestamp(), found.headers());
      }
    }

    void deleted(String subject) {
      forget(subject);
    }

    private @Nullable String label(String subject) {
      ValueAndTimestamp<String> found = labels.get(subject);
      return found == null ? null : found.value();
    }

    private void keep(Record<String, JoinInput> record, JoinInput.Example example) {
      ValueTimestampHeaders<JoinInput.Example> entry =
          ValueTimestampHeaders.make(example, context.currentStreamTimeMs(), record.headers());
      if (waiting.putIfAbsent(record.key(), entry) == null) {
        count(1);
      } else {
        waiting.put(record.key(), entry);
        figures.subjectReplaced();
      }
    }

    private boolean forget(String subject) {
      boolean known = waiting.delete(subject) != null;
      if (known) {
        count(-1);
      }
      return known;
    }

    private void write(
        String subject, JoinInput.Example example, long timeMillis, Headers headers) {
      written.put(
          place(subject, example.source()),
          ValueAndTimestamp.make(example.source().getOffset(), context.currentStreamTimeMs()));
      figures.exampleWritten(example.label() != null);
      context.forward(new Record<>(subject, example, timeMillis, headers));
    }

    private boolean isWritten(String subject, Source source) {
      ValueAndTimestamp<Long> last = written.get(place(subject, source));
      return last != null && source.getOffset() <= last.value();
    }

    private static String place(String subject, Source source) {
      return subject + "@" + source.getTopic() + "-" + source.getPartition();
    }

    /** Writes images that came up to a time without a label. */
    void writeUnlabelled(long upTo) {
      try (KeyValueIterator<String, ValueTimestampHeaders<JoinInput.Example>> all = waiting.all()) {
        while (all.hasNext()) {
          KeyValue<String, ValueTimestampHeaders<JoinInput.Example>> entry = all.next();
          if (entry.value.timestamp() <= upTo
              && entry.value.value() instanceof JoinInput.OfImage it) {
            forget(entry.key);
            write(entry.key, it, context.currentStreamTimeMs(), entry.value.headers());
          }
        }
      }
    }

    /** Forgets what came up to a time. */
    void evict(long upTo) {
      try (KeyValueIterator<String, ValueTimestampHeaders<JoinInput.Example>> all = waiting.all()) {
        while (all.hasNext()) {
          KeyValue<String, ValueTimestampHeaders<JoinInput.Example>> entry = all.next();
          if (entry.value.timestamp() <= upTo) {
            forget(entry.key);
            figures.subjectEvicted();
          }
        }
      }
      StoreExpiry.evict(labels, upTo, figures::labelEvicted);
      StoreExpiry.evict(written, upTo, () -> {});
    }

    private void count(int change) {
      subjectsWaiting += change;
      figures.partitionHas(context.taskId().partition(), subjectsWaiting);
    }

    void leave() {
      figures.partitionLeft(context.taskId().partition());
    }
  }
}
