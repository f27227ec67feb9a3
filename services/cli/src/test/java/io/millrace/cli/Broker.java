package io.millrace.cli;

import io.millrace.runtime.TestKafka;
import java.util.stream.Stream;

/** Runs commands against a test's broker and prefix. */
record Broker(TestKafka kafka) {

  /** Runs a command to its end; where Kafka is comes last. */
  Run run(String... command) {
    Stream<String> where =
        Stream.of(
            "--bootstrap",
            kafka.bootstrapServers(),
            "--set",
            "topics.prefix=" + kafka.topics().prefix());
    return Run.of(Stream.concat(Stream.of(command), where).toArray(String[]::new));
  }
}
