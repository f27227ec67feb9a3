package io.millrace.text.topology;

import io.millrace.text.config.TextConfig;
import io.millrace.text.metrics.TextStats;
import io.millrace.text.state.GlobalFrequencies;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Counts the live documents of one partition, weighs each as it comes against those of all
 * partitions, and publishes the partition's counts for the others. All that happens between two
 * commits, here and on the topics, is one transaction.
 */
public final class TfIdfProcessor implements Processor<byte[], RoutedRecord, byte[], byte[]> {

  private final TextConfig config;
  private final GlobalFrequencies everybody;
  private final TextStats figures;
  private @Nullable TfIdfTask partition;

  public TfIdfProcessor(TextConfig config, GlobalFrequencies everybody, TextStats figures) {
    this.config = config;
    this.everybody = everybody;
    this.figures = figures;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    partition = new TfIdfTask(context, config, everybody, figures);
  }

  @Override
  public void process(Record<byte[], RoutedRecord> record) {
    if (partition == null) {
      throw new IllegalStateException("used before init");
    }
    partition.process(record);
  }

  @Override
  public void close() {
    if (partition != null) {
      partition.close();
      partition = null;
    }
  }
}
