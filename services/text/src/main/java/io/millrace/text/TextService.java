package io.millrace.text;

import io.millrace.runtime.kafka.TopicIds;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.lifecycle.ServiceType;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.streams.RocksDbLibrary;
import io.millrace.runtime.streams.StreamsService;
import io.millrace.text.config.DocumentStoreType;
import io.millrace.text.config.TextConfig;
import io.millrace.text.metrics.TextMetrics;
import io.millrace.text.metrics.TextStats;
import io.millrace.text.topology.TextTopology;

/**
 * The text service: turns documents into TF-IDF vectors, {@code documents -> document-vectors}.
 * What it does with a document is in {@link TextTopology}; why, in {@code docs/design-text.md}.
 */
public final class TextService {

  /** The service, for the command line. */
  public static final ServiceType TYPE =
      new ServiceType(
          TextConfig.NAME,
          "Turns documents into TF-IDF vectors: documents to document-vectors.",
          TextConfig.definition(),
          TextService::create);

  private TextService() {}

  private static Service create(Settings settings) {
    TextConfig config = TextConfig.from(settings);
    if (config.store() == DocumentStoreType.DISK) {
      RocksDbLibrary.require(TextConfig.NAME, "text.store=memory does without it");
    }
    var stats = new TextStats();
    var partitions = new PartitionCount(settings, settings.topics().documents().name());
    var topology =
        TextTopology.build(
            config,
            settings.inputs(),
            settings.topics(),
            stats,
            partitions,
            new TopicIds(settings));
    return new StreamsService(TextConfig.NAME, settings, topology, new TextMetrics(stats));
  }
}
