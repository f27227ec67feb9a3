package io.millrace.text;

import io.millrace.runtime.lifecycle.ServiceHost;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.testing.TestKafka;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
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
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-cp", System.getProperty("java.class.path")));
    command.add(TextProcess.class.getName());
    command.add("bootstrap.servers=" + kafka.bootstrapServers());
    command.add("topics.prefix=" + kafka.topics().prefix());
    command.add("state.directory=" + folder);
    command.add("http.port=0");
    command.add("text.publish.interval.ms=50");
    // The shortest that brokers allow: so long the partitions stay with a member that is dead.
    command.add("kafka.session.timeout.ms=6000");
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(Redirect.appendTo(new File(folder + ".log")))
        .start();
  }
}
