package io.millrace.deploy;

import io.millrace.runtime.lifecycle.ServiceHost;
import io.millrace.runtime.settings.Settings;
import java.util.List;
import java.util.Map;

/** The main class of a process that starts, prints its metrics and ends. */
final class RestartedProcess {

  private RestartedProcess() {}

  public static void main(String[] arguments) {
    Settings settings = Settings.of(Map.of("bootstrap.servers", "localhost:1", "http.port", "0"));
    try (var host = ServiceHost.start(settings, List.of())) {
      System.out.println(host.metrics().scrape());
    }
  }
}
