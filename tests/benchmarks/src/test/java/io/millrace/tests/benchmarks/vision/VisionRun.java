package io.millrace.tests.benchmarks.vision;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.settings.Settings;
import io.millrace.tests.benchmarks.CommitWatcher;
import io.millrace.topics.Catalogue;
import io.millrace.topics.Provisioner;
import io.millrace.vision.VisionService;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/** A broker with examples of images, and the vision service over them, in this process. */
final class VisionRun implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(20);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(30);

  private final EmbeddedBroker broker;
  private final Admin admin;
  private final Settings settings;
  private final ImageExampleSender examples;
  private @Nullable Service service;

  VisionRun(Path folder, Map<String, String> given) throws Exception {
    broker = EmbeddedBroker.start(Files.createTempDirectory(folder, "broker"), 0);
    admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    new Provisioner(admin, "").createMissing(Catalogue.load());
    Map<String, String> all = new HashMap<>();
    all.put("vision.step.idle.ms", "0");
    all.putAll(given);
    all.put("bootstrap.servers", broker.bootstrapServers());
    for (String setting : System.getProperty("benchmark.settings", "").split(",")) {
      String[] parts = setting.split("=", 2);
      if (parts.length == 2) {
        all.put(parts[0], parts[1]);
      }
    }
    settings = Settings.of(all);
    examples = new ImageExampleSender(broker.bootstrapServers(), settings.topics());
  }

  ImageExampleSender examples() {
    return examples;
  }

  Settings settings() {
    return settings;
  }

  /** Starts the service; it is stopped with this. */
  CommitWatcher start() {
    service = VisionService.TYPE.create().apply(settings);
    service.start();
    return new CommitWatcher(admin, "millrace-vision", examples.topic(), PATIENCE);
  }

  /** Fails if the service has. */
  void assertWell() {
    if (service != null) {
      assertThat(service.failure()).isEmpty();
    }
  }

  ModelVersion newest() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      var version = ModelReader.load(settings, "vision", OptionalLong.empty());
      if (version.isPresent()) {
        return version.get();
      }
      LockSupport.parkNanos(100_000_000);
    }
    throw new AssertionError("there is no version of the model");
  }

  @Override
  public void close() {
    if (service != null) {
      service.close(STOP_WITHIN);
    }
    examples.close();
    admin.close();
    broker.close();
  }
}
