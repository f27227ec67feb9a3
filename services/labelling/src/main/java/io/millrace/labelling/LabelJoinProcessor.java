package io.millrace.labelling;

import io.millrace.runtime.records.ControlRecords;
import io.millrace.runtime.streams.RawRecord;
import io.millrace.runtime.streams.TaskTime;
import java.time.Duration;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Passes the records of one partition to its {@link LabelJoin} and calls it when the retention or
 * the wait of something may be over. A scan of the stores for that happens ten times a retention.
 */
final class LabelJoinProcessor implements Processor<String, JoinInput, String, JoinInput.Example> {

  private final LabellingConfig config;
  private final LabellingStats stats;
  private final RawRecord raw = new RawRecord();
  private TaskTime time = new TaskTime();
  private @Nullable LabelJoin join;
  private @Nullable ProcessorContext<String, JoinInput.Example> context;

  LabelJoinProcessor(LabellingConfig config, LabellingStats stats) {
    this.config = config;
    this.stats = stats;
  }

  @Override
  public void init(ProcessorContext<String, JoinInput.Example> context) {
    time = new TaskTime();
    this.context = context;
    LabelJoin created = new LabelJoin(context, time, stats);
    join = created;
    Duration retention = config.retention();
    time.every(retention.dividedBy(10), now -> created.evict(now - retention.toMillis()));
    config
        .unlabelledAfter()
        .ifPresent(wait ->
            time.every(wait.dividedBy(10), now -> created.writeUnlabelled(now - wait.toMillis())));
  }

  @Override
  public void process(Record<String, JoinInput> record) {
    if (join == null || context == null) {
      throw new IllegalStateException("process was called before init");
    }
    raw.freeSoon(context);
    time.observe(record.timestamp());
    switch ((@Nullable JoinInput) record.value()) {
      case null -> {
        if (ControlRecords.forgotten(record.headers(), null).isPresent()) {
          join.forget(record.key());
        } else {
          join.delete(record.key());
        }
      }
      case JoinInput.OfLabel input -> join.addLabel(record, input.label().getLabel());
      case JoinInput.Example example -> join.addExample(record, example);
    }
    time.runDue();
  }

  @Override
  public void close() {
    if (join != null) {
      join.close();
      join = null;
    }
  }
}
