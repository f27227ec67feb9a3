package io.millrace.console.live;

import io.millrace.runtime.settings.HeapRequirement;
import java.util.List;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * What the console keeps of the topics, and who may listen.
 *
 * @param memory the bounds of each memory
 * @param clients that may listen to events at the same time, at least 1
 * @param predictionsPerSecond the most predictions a second on {@code /v1/events}; 0 for all
 */
public record LiveConfig(MemoryBounds memory, int clients, int predictionsPerSecond) {

  private static final String RECORDS = "console.memory.records";
  private static final String BYTES = "console.memory.bytes";
  private static final String CLIENTS = "console.events.clients";
  private static final String PREDICTIONS = "console.events.predictions";

  /** How many memories have these bounds. */
  private static final int MEMORIES = 10;

  /** Adds the definitions. */
  public static ConfigDef define(ConfigDef definition) {
    return definition
        .define(
            RECORDS,
            Type.INT,
            1000,
            Range.between(1, 100_000),
            Importance.LOW,
            "How many of the newest predictions, reconstructions, images, documents, labels,"
                + " figures, decisions and dead letters are kept in memory, of each.")
        .define(
            BYTES,
            Type.LONG,
            8_388_608L,
            Range.between(65_536, 1L << 30),
            Importance.LOW,
            "How many bytes they may take, of each.")
        .define(
            CLIENTS,
            Type.INT,
            64,
            Range.between(1, 10_000),
            Importance.LOW,
            "Clients that may listen to events at the same time, at most a quarter of"
                + " http.connections.max; one more is answered with status 503.")
        .define(
            PREDICTIONS,
            Type.INT,
            20,
            Range.between(0, 100_000),
            Importance.LOW,
            "The most predictions that /v1/events sends to a client in a second; of more it sends"
                + " a part. 0: all. /v1/predictions always sends all.");
  }

  /** Reads the settings. */
  public static LiveConfig from(AbstractConfig values) {
    return new LiveConfig(
        new MemoryBounds(values.getInt(RECORDS), values.getLong(BYTES)),
        values.getInt(CLIENTS),
        values.getInt(PREDICTIONS));
  }

  /** What the memories, and the events for clients that come back, take of the heap at most. */
  public List<HeapRequirement> heap() {
    return List.of(
        new HeapRequirement(
            BYTES, memory.bytes(), MEMORIES * memory.bytes() + EventHub.KEPT.bytes()));
  }
}
