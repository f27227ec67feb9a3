package io.millrace.runtime.streams;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.Options;

/**
 * What the stores on disk have other than Kafka Streams sets it. Most records are the first of
 * their key, so most look-ups find nothing; Kafka Streams leaves the last level of files without
 * filters, for look-ups that find something, and each of ours would read a block there. Made by
 * Kafka Streams, which wants it public.
 */
public final class RocksDbOptions implements RocksDBConfigSetter {

  /** Of the buffer that is written to: enough for the keys of records of a kilobyte. */
  private static final double FILTER_OF_BUFFER = 0.02;

  @Override
  public void setConfig(String store, Options options, Map<String, Object> configs) {
    options.setOptimizeFiltersForHits(false);
    options.setMemtableWholeKeyFiltering(true);
    options.setMemtablePrefixBloomSizeRatio(FILTER_OF_BUFFER);
  }

  @Override
  public void close(String store, Options options) {
    // Nothing was made that is not Kafka Streams' own.
  }
}
