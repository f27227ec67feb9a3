package io.millrace.cli.up;

import io.millrace.runtime.lifecycle.ServiceType;
import io.millrace.runtime.settings.CommonConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Prints which services run, their addresses, and commands to try next. */
final class StartupMessage {

  private final PrintWriter out;
  private final AllInOne running;
  private final List<ServiceType> services;

  StartupMessage(PrintWriter out, AllInOne running, List<ServiceType> services) {
    this.out = out;
    this.running = running;
    this.services = services;
  }

  /**
   * Prints the message.
   *
   * @param data where the embedded broker keeps its data; empty for an external broker
   * @param log the log file; empty for standard error
   */
  void show(Optional<Path> data, Optional<Path> log) {
    CommonConfig common = running.settings().common();
    String kafka = common.bootstrapServers();
    String http = "http://localhost:" + running.host().httpPort();
    out.println(
        "Millrace runs "
            + services.stream()
                .map(ServiceType::name)
                .filter(name -> !running.leftOut().containsKey(name))
                .collect(Collectors.joining(", ")));
    running.leftOut().forEach((name, why) -> out.println("without " + name + ": " + why));
    out.println("  Kafka    " + kafka + data.map(path -> ", embedded, data in " + path).orElse(""));
    if (services.stream().anyMatch(type -> type.name().equals("console"))) {
      out.println("  page     " + http + "/");
    }
    out.println("  metrics  " + http + "/metrics");
    out.println("  health   " + http + "/health/ready");
    log.ifPresent(path -> out.println("  log      " + path));
    if (data.isPresent()) {
      example(kafka, common.topics().documents().name());
    }
    out.flush();
  }

  private void example(String kafka, String documents) {
    String elsewhere = kafka.endsWith(":9092") ? "" : " --bootstrap " + kafka;
    out.println("Send a document and see its prediction:");
    out.println("  echo 'cheap pills' | kcat -P -b " + kafka + " -t " + documents + " -k mail-1");
    out.println("  ./millrace watch predictions --from earliest --limit 1" + elsewhere);
    out.println("Ctrl-C or SIGTERM stops the services gracefully.");
  }
}
