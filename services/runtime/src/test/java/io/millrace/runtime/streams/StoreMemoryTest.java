package io.millrace.runtime.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.runtime.settings.CommonConfig;
import io.millrace.runtime.testing.TestKafka;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

final class StoreMemoryTest {

  private static final long BOUND = 8L << 20;
  private static final int STORES = 10;

  @TempDir Path folder;

  @Test
  void tenStoresWithTenTimesTheBoundKeepToIt() throws RocksDBException {
    StoreMemory memory = StoreMemory.of(BOUND);
    var meters = new SimpleMeterRegistry();
    memory.bindTo(meters);
    var random = new Random(1);
    List<RocksDB> stores = new ArrayList<>();
    List<Options> all = new ArrayList<>();
    try {
      for (int i = 0; i < STORES; i++) {
        var options = new Options().setCreateIfMissing(true);
        options.setTableFormatConfig(new BlockBasedTableConfig());
        new RocksDbOptions().setConfig("s" + i, options, Map.of(CommonConfig.STORE_MEMORY, BOUND));
        all.add(options);
        stores.add(RocksDB.open(options, folder.resolve("s" + i).toString()));
      }
      assertThat(memory.usedBytes()).isPositive();
      byte[] value = new byte[64 << 10];
      for (int record = 0; record < BOUND / value.length; record++) {
        for (RocksDB store : stores) {
          random.nextBytes(value);
          store.put(Integer.toString(record).getBytes(), value);
        }
      }
      // The bound is soft while memtables are written to disk, and kept by the writes after that.
      TestKafka.await(
          "the bound",
          () -> {
            for (RocksDB store : stores) {
              put(store);
            }
            return memtableBytes(stores) <= BOUND;
          });
      for (RocksDB store : stores) {
        for (int record = 0; record < BOUND / value.length; record++) {
          assertThat(store.get(Integer.toString(record).getBytes())).hasSize(value.length);
        }
      }
      assertThat(meters.get("millrace.stores.memory").gauge().value()).isBetween(1.0, 1.5 * BOUND);
      assertThat(meters.get("millrace.stores.memory.max").gauge().value()).isEqualTo(BOUND);
    } finally {
      stores.forEach(RocksDB::close);
      all.forEach(Options::close);
    }
  }

  private static void put(RocksDB store) {
    try {
      store.put(new byte[1], new byte[1]);
    } catch (RocksDBException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long memtableBytes(List<RocksDB> stores) {
    long bytes = 0;
    for (RocksDB store : stores) {
      try {
        bytes += store.getLongProperty("rocksdb.cur-size-all-mem-tables");
      } catch (RocksDBException e) {
        throw new IllegalStateException(e);
      }
    }
    return bytes;
  }
}
