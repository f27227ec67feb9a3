package io.millrace.text;

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

  private final TextConfig config;
  private final Everybody everybody;
  private final TextFigures figures;
  private @Nullable Partition partition;

  Weigh(TextConfig config, Everybody everybody, TextFigures figures) {
    this.config = config;
    this.everybody = everybody;
    this.figures = figures;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    partition = new Partition(context, config, everybody, figures);
  }

  @Override
  public void process(Record<byte[], Taken> record) {
    if (partition == null) {
      throw new IllegalStateException("used before init");
    }
    partition.process(record);
  }

  @Override
  public void close() {
    if (partition != null) {
      partition.leave();
      partition = null;
    }
  }
}
