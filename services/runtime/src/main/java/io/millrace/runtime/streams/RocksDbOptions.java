package io.millrace.runtime.streams;

import io.millrace.runtime.settings.CommonConfig;
import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.Options;

/**
 * RocksDB options for look-ups that mostly find nothing, since most records are the first of their
 * key; and the memory that all stores share. Kafka Streams builds no Bloom filters for the last
 * level of files, which suits look-ups that find something; without filters each of ours would read
 * a block there. Kafka Streams makes the instances, therefore the class is public.
 */
public final class RocksDbOptions implements RocksDBConfigSetter {

  /** The filter's share of the memtable: enough for the keys of records of a kilobyte. */
  private static final double FILTER_OF_BUFFER = 0.02;

  @Override
  public void setConfig(String store, Options options, Map<String, Object> configs) {
    options.setOptimizeFiltersForHits(false);
    options.setMemtableWholeKeyFiltering(true);
    options.setMemtablePrefixBloomSizeRatio(FILTER_OF_BUFFER);
    if (configs.get(CommonConfig.STORE_MEMORY) instanceof Long maxBytes) {
      StoreMemory.of(maxBytes).share(options);
    }
  }

  @Override
  public void close(String store, Options options) {
    // All objects belong to Kafka Streams, or to all stores of the process.
  }
}
