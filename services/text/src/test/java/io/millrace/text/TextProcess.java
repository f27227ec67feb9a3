package io.millrace.text;

import io.millrace.runtime.lifecycle.ServiceHost;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.testing.JavaProcess;
import io.millrace.runtime.testing.TestKafka;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The service in a process of its own, which a test can kill. Arguments: settings, as NAME=VALUE.
 */
final class TextProcess {

  private TextProcess() {}

  public static void main(String[] arguments) throws InterruptedException {
    Map<String, String> settings = new HashMap<>();
    for (String argument : arguments) {
      String[] parts = argument.split("=", 2);
      settings.put(parts[0], parts[1]);
    }
    Settings given = Settings.of(settings);
    try (var host = ServiceHost.start(given, List.of(TextService.TYPE.create().apply(given)))) {
      host.awaitTermination();
    }
  }

  static Process start(TestKafka kafka, Path folder) throws IOException {
    List<String> arguments =
        List.of(
            "bootstrap.servers=" + kafka.bootstrapServers(),
            "topics.prefix=" + kafka.topics().prefix(),
            "state.directory=" + folder,
            "http.port=0",
            "text.publish.interval.ms=50",
            // The minimum that brokers allow: a dead member keeps its partitions for this time.
            "kafka.session.timeout.ms=6000");
    List<String> options = List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    return JavaProcess.withTests(TextProcess.class.getName(), options, arguments)
        .redirectErrorStream(true)
        .redirectOutput(Redirect.appendTo(new File(folder + ".log")))
        .start();
  }
}
