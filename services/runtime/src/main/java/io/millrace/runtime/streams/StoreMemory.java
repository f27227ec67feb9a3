package io.millrace.runtime.streams;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.runtime.settings.CommonConfig;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * The memory that all RocksDB stores of the process share: one cache of blocks, which the memtables
 * count in too (Kafka Streams, "Memory Management", section "RocksDB"). By default each store has
 * 50 MiB and three memtables of 16 MiB of its own, and there is a store for each partition. The
 * bound is soft: blocks in use and memtables that are being written to disk may exceed it, by two
 * memtables of each store at most on a disk that is slower than the writers; each write looks
 * whether its store has to write its memtable. Safe for several threads.
 *
 * <p>It lasts as long as the process, since stores open and close as partitions come and go.
 */
final class StoreMemory implements MeterBinder {

  /** The share of the memtables. */
  private static final int MEMTABLES_SHARE = 2;

  /**
   * A memtable is written to disk at this size. Its filter, a share of this, is there with the
   * first record, in every store: with Kafka Streams' 16 MiB, two hundred stores would fill their
   * memory with empty filters.
   */
  private static final long MEMTABLE_BYTES = 4L << 20;

  /**
   * A memtable grows by blocks of this size; RocksDB's eighth of a memtable would be taken by the
   * first record of every store.
   */
  private static final long ARENA_BLOCK_BYTES = 64L << 10;

  private static final String USED = "millrace.stores.memory";

  private static final Map<Long, StoreMemory> BY_SIZE = new ConcurrentHashMap<>();

  private final long maxBytes;
  private final Cache cache;
  private final WriteBufferManager memtables;

  private StoreMemory(long maxBytes) {
    this.maxBytes = maxBytes;
    cache = new LRUCache(maxBytes);
    memtables = new WriteBufferManager(maxBytes / MEMTABLES_SHARE, cache);
  }

  /** The memory of this process. */
  static StoreMemory of(long maxBytes) {
    return BY_SIZE.computeIfAbsent(
        maxBytes,
        size -> {
          RocksDB.loadLibrary();
          return new StoreMemory(size);
        });
  }

  /** Makes a store use it. */
  void share(Options options) {
    var table = (BlockBasedTableConfig) options.tableFormatConfig();
    table.setBlockCache(cache);
    // Otherwise indexes and filters would be outside the cache, and grow with the store.
    table.setCacheIndexAndFilterBlocks(true);
    table.setCacheIndexAndFilterBlocksWithHighPriority(true);
    table.setPinTopLevelIndexAndFilter(true);
    options.setTableFormatConfig(table);
    options.setWriteBufferManager(memtables);
    options.setWriteBufferSize(MEMTABLE_BYTES);
    options.setArenaBlockSize(ARENA_BLOCK_BYTES);
  }

  /** Bytes in use: blocks and memtables. */
  long usedBytes() {
    return cache.getUsage();
  }

  /** Each service of the process binds it; the first counts. */
  @Override
  public synchronized void bindTo(MeterRegistry registry) {
    if (registry.find(USED).gauge() != null) {
      return;
    }
    Gauge.builder(USED, this, StoreMemory::usedBytes)
        .description("Memory that the stores of the process use outside the heap")
        .baseUnit("bytes")
        .register(registry);
    Gauge.builder("millrace.stores.memory.max", this, it -> it.maxBytes)
        .description("What they may use: " + CommonConfig.STORE_MEMORY)
        .baseUnit("bytes")
        .register(registry);
  }
}
